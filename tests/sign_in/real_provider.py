"""A real OpenID Connect provider on this machine, and a browser that signs in there.

The provider is ``oidc-provider`` (provider/provider.mjs), a process of its own.
"""

import fcntl
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx2
import orjson

from assetmap.accounts.sign_in.openid.providers import Provider

HERE = Path(__file__).parent / "provider"
SECRET = "a secret: with % and +"  # noqa: S105
BACK = "http://127.0.0.1:1/sign-in/with/council/back"
"""Where sign-ins come back to; the browser of the tests stops short of it."""


def install() -> str:
    """The program that runs it, its packages installed as they are locked."""
    node, npm = shutil.which("node"), shutil.which("npm")
    assert node, "these tests start a provider: install nodejs and npm"
    with (HERE / "package.json").open() as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)  # Tests run in more than one process.
        if not (HERE / "node_modules").exists():
            assert npm, "these tests start a provider: install npm"
            told = subprocess.run(  # noqa: S603
                [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
                cwd=HERE,
                capture_output=True,
                text=True,
                check=False,
            )
            assert told.returncode == 0, told.stderr
    return node


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@dataclass
class RunningProvider:
    """A provider that can be stopped, started again, and put at fault."""

    port: int
    folder: Path
    back: str
    process: subprocess.Popen | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, keys: str = "keys.json") -> None:
        """Start it with a file of keys, which is made if there is none."""
        command = [install(), str(HERE / "provider.mjs"), str(self.port)]
        command += [str(self.folder / keys), self.back]
        with (self.folder / "provider.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                command, stdout=subprocess.PIPE, stderr=log, cwd=HERE
            )
        said = self.process.stdout.readline()
        assert said == b"ready\n", (self.folder / "provider.log").read_text()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process.stdout.close()
            self.process = None

    @contextmanager
    def at_fault(self, **fault: object) -> Iterator[None]:
        """What it tells from here on is changed so."""
        self._say(fault)
        yield
        self._say(None)

    def _say(self, fault: object) -> None:
        told = httpx2.post(f"{self.issuer}/fault", content=orjson.dumps(fault))
        assert told.text == "told"

    def settings(self, **told: object) -> Provider:
        """As a deployment is told of it."""
        given = {"client_id": "assetmap", "kind": "institution"}
        given |= {"client_secret": SECRET, **told}
        return Provider("council", "Toy Council", self.issuer, **given)


@contextmanager
def running_provider(folder: Path, back: str = BACK) -> Iterator[RunningProvider]:
    """A provider, stopped afterwards."""
    made = RunningProvider(free_port(), folder, back)
    made.start()
    try:
        yield made
    finally:
        made.stop()


class Browser:
    """Goes where it is sent, keeps cookies, and fills in the provider's own forms."""

    def __init__(self, back: str = BACK) -> None:
        self.back = back
        self.client = httpx2.Client(follow_redirects=False)

    def close(self) -> None:
        self.client.close()

    def sign_in(self, address: str, who: str) -> dict[str, str]:
        """Sign in at a provider as somebody; what it sends the browser back with."""
        return dict(parse_qsl(urlsplit(self.sent_back(address, who)).query))

    def sent_back(self, address: str, who: str) -> str:
        """The address that a provider sends the browser back to."""
        answer = self.client.get(address)
        for _ in range(12):
            if answer.is_redirect:
                there = urljoin(str(answer.url), answer.headers["location"])
                if there.startswith(self.back):
                    return there
                answer = self.client.get(there)
                continue
            assert answer.status_code == 200, answer.text
            answer = self._filled_in(answer, who)
        raise AssertionError("the provider did not send the browser back")

    def _filled_in(self, page: httpx2.Response, who: str) -> httpx2.Response:
        form = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        prompt = re.search(r'name="prompt" value="(\w+)"', page.text)
        told = {"prompt": prompt[1], "login": who, "password": "any"}
        return self.client.post(urljoin(str(page.url), form[1]), data=told)
