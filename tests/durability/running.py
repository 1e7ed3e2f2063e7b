"""A real service on a database server of its own, either of which may be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.accounts.audit import store as audit
from assetmap.accounts.audit.verify import faults_in
from assetmap.db import cluster
from tests.accounts.who import key_for
from tests.databases import own_server
from tests.jobs.places import PACE, PROJECT, wait_for
from tests.jobs.test_real_loads import free_port

LONGEST_S = 90


class Running:
    """A home with its database, and the service on it."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url, self.port = home, url, free_port()
        self.engine = create_engine(url, poolclass=NullPool)
        self.base = f"http://127.0.0.1:{self.port}"
        self.serving: subprocess.Popen[bytes] | None = None
        with Session(self.engine) as session, session.begin():
            self.key = key_for(session, "tests", "administrator")

    def serve(self, **environment: str) -> None:
        """Start the service: two processes, and the worker beside them."""
        words = ("-m", "assetmap.publish.cli", "serve", "--port", str(self.port))
        plain = {k: v for k, v in os.environ.items() if not k.startswith("ASSETMAP_")}
        paths = os.pathsep.join([str(PROJECT / "src"), str(PROJECT)])
        with (self.home / "service.log").open("ab") as log:
            self.serving = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, *words, "--workers", "2"],
                cwd=PROJECT,
                env={
                    **plain,
                    **PACE,
                    "ASSETMAP_DATABASE_URL": self.url,
                    "ASSETMAP_HOME": str(self.home),
                    "PYTHONPATH": paths,
                    **environment,
                },
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        assert wait_for(self.is_up, LONGEST_S), self.log

    def is_up(self) -> bool:
        """Whether the service answers at all."""
        try:
            return httpx2.get(f"{self.base}/health/live").status_code == 200
        except httpx2.TransportError:
            return False

    def kill_service(self) -> None:
        """As by ``kill -9``: what serves, its processes and the worker, all at once."""
        if self.serving is not None:
            os.killpg(self.serving.pid, signal.SIGKILL)
            self.serving.wait()

    def kill_database(self) -> None:
        """As by ``kill -9``: the server and every process of its own."""
        file = cluster.status(self.home).data / "postmaster.pid"
        first = int(file.read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for each in (first, *map(int, children)):
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                continue
        assert wait_for(lambda: not Path(f"/proc/{first}").exists(), LONGEST_S)

    def stop_database(self) -> None:
        """As an upgrade does."""
        cluster.stop(self.home)

    def start_database(self) -> None:
        """Start it again, from what is on the disk."""
        assert cluster.ensure(self.home) == self.url

    def client(self) -> httpx2.Client:
        """Asks the service with a key; gives up after a while."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx2.Client(base_url=self.base, headers=headers, timeout=20)

    def rows(self, query: str) -> list[tuple]:
        """The rows of a query of the database itself."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def audit_faults(self) -> list[str]:
        """What is wrong with the audit."""
        with Session(self.engine) as session:
            found, _ = faults_in(audit.entries(session), audit.heads(session), {})
        return [str(each) for each in found]

    @property
    def log(self) -> str:
        """What the service and its worker said."""
        return (self.home / "service.log").read_text(errors="replace")


@contextmanager
def running() -> Iterator[Running]:
    """A service and a database that are its own; both gone afterwards."""
    with own_server() as (home, url):
        found = Running(home, url)
        try:
            yield found
        finally:
            found.kill_service()


def patiently(ask, patience_s: float = LONGEST_S):
    """The first answer that is one: not a lost connection, not a 503."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        try:
            answer = ask()
        except httpx2.TransportError:
            time.sleep(0.05)
            continue
        if answer.status_code != 503:
            return answer
        assert answer.headers["retry-after"]
        time.sleep(0.05)
    raise AssertionError("never answered")
