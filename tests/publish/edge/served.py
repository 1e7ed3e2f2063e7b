"""The real service in processes of its own, on a database, with its log in a file."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

PROJECT = Path(__file__).parents[3]
LONGEST_S = 60


@dataclass(frozen=True)
class Served:
    """A service that listens: its port and its log."""

    port: int
    log: Path
    process: "subprocess.Popen[bytes]"

    def get(self, path: str, method: str = "GET", body=None, **headers: str):
        """The status, headers and body of an answer, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return answer.status, dict(answer.headers.items()), answer.read()
        finally:
            connection.close()

    def send(self, *parts: bytes, pause_s: float = 0.0) -> bytes:
        """Whatever comes back for parts sent with pauses, until the door is shut."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as door:
            for part in parts:
                with suppress(BrokenPipeError, ConnectionResetError):
                    door.sendall(part)
                time.sleep(pause_s)
            found = b""
            with suppress(ConnectionResetError):
                while some := door.recv(65_536):
                    found += some
            return found

    def lines(self, **wanted: object) -> list[dict]:
        """The lines of the log that say so, once there is one."""
        for _ in range(100):
            text = self.log.read_bytes().splitlines()
            told = [orjson.loads(each) for each in text if each.startswith(b"{")]
            found = [each for each in told if wanted.items() <= each.items()]
            if found:
                return found
            time.sleep(0.05)
        return []


@contextmanager
def serving(
    url: str, folder: Path, workers: int = 2, *, is_read=True, **environment: str
):
    """The service on a database; its home is the folder. Its log may go unread."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    plain = {name: each for name, each in os.environ.items() if "ASSETMAP" not in name}
    set_to = {
        **plain,
        "PYTHONPATH": os.pathsep.join([str(PROJECT / "src"), str(PROJECT)]),
        "ASSETMAP_DATABASE_URL": url,
        "ASSETMAP_HOME": str(folder),
        **{f"ASSETMAP_{name.upper()}": value for name, value in environment.items()},
    }
    words = ["serve", "--no-worker", "--port", str(port), "--workers", str(workers)]
    log = folder / "service.log"
    with contextlib.ExitStack() as held:
        file = held.enter_context(log.open("wb")) if is_read else subprocess.PIPE
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", "assetmap.publish.cli", *words],
            cwd=PROJECT,
            env=set_to,
            stdout=subprocess.DEVNULL,
            stderr=file,
            start_new_session=True,
        )
    try:
        yield _once_it_answers(Served(port, log, process))
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stderr:
            process.stderr.close()


def _once_it_answers(served: Served) -> Served:
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        assert served.process.poll() is None, served.log
        with suppress(OSError):
            if served.get("/health/live")[0] == 200:
                return served
        time.sleep(0.1)
    raise AssertionError(served.log)
