"""A place where jobs are asked for and real workers do them: a database and a home."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.db.engine import make_engine
from assetmap.jobs import asking, store
from assetmap.jobs.model import Job, Order
from assetmap.jobs.running import Workshop

PROJECT = Path(__file__).parents[2]
PACE = {
    "ASSETMAP_JOB_POLL_S": "0.05",
    "ASSETMAP_WORKER_HEARTBEAT_S": "0.2",
    "ASSETMAP_WORKER_GRACE_S": "0.3",
}
LONGEST_S = 60


class Place:
    """Asks for jobs, starts workers, and looks what became of it."""

    def __init__(self, url: str, home: Path, engine: Engine) -> None:
        self.url, self.home, self.engine = url, home, engine

    @property
    def shop(self) -> Workshop:
        works = make_engine(self.url, 2, 0)
        tells = make_engine(self.url, 3, 30_000, "AUTOCOMMIT")
        return Workshop(works, tells, self.home / "spool", 3, 0.02)

    def ask(self, kind: str, **arguments: object) -> Job:
        key = arguments.pop("key", None)
        order = Order(kind, arguments, "tester", idempotency_key=key)
        with Session(self.engine) as session, session.begin():
            return asking.ask(session, order)[0]

    def number(self, job: Job) -> int:
        with Session(self.engine) as session:
            return store.get_row(session, job.id).id

    def look(self, job: Job) -> Job:
        with Session(self.engine) as session:
            return store.get_job(session, job.id)

    def wait(self, job: Job, *states: str) -> Job:
        """The job once it is in one of the states; else in any that ends it."""
        wanted = states or ("succeeded", "failed", "cancelled")
        found = wait_for(lambda: self._in(job, wanted))
        assert found, self.look(job)
        return found

    def _in(self, job: Job, states: tuple[str, ...]) -> Job | None:
        found = self.look(job)
        return found if found.state in states else None

    def cancel(self, job: Job) -> Job:
        with Session(self.engine) as session, session.begin():
            return asking.cancel(session, job.id, self.home / "spool")

    def tallied(self, name: str = "tally") -> list[tuple[int, int]]:
        """The steps that were kept, and the process that took each."""
        query = text("SELECT step, process FROM tally WHERE name = :name ORDER BY 1")
        with self.engine.connect() as connection:
            return [
                (row[0], row[1]) for row in connection.execute(query, {"name": name})
            ]

    @contextmanager
    def worker(self, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A worker in a process of its own, killed at the end if it still lives."""
        with self.start_and_kill("-m", "tests.jobs.works", **environment) as process:
            yield process

    @contextmanager
    def start_and_kill(
        self, *words: str, **environment: str
    ) -> Iterator["subprocess.Popen[bytes]"]:
        process = self.start(*words, **environment)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    def start(self, *words: str, **environment: str) -> "subprocess.Popen[bytes]":
        paths = os.pathsep.join([str(PROJECT / "src"), str(PROJECT)])
        set_to = {
            **os.environ,
            **PACE,
            **environment,
            "ASSETMAP_DATABASE_URL": self.url,
            "ASSETMAP_HOME": str(self.home),
            "PYTHONPATH": paths,
        }
        log = (self.home / "worker.log").open("ab")
        with log:
            return subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, *words],
                cwd=PROJECT,
                env=set_to,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    @property
    def log(self) -> str:
        return (self.home / "worker.log").read_text()


def wait_for(look, seconds: float = LONGEST_S):
    """What a look finds, once it finds something; None if it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    return None


@contextmanager
def place_on(url: str, home: Path) -> Iterator[Place]:
    """A place on a migrated database, which is emptied of jobs first."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE IF NOT EXISTS tally (name text, step int, process int)")
        )
        connection.execute(
            text(
                "TRUNCATE tally, job, procrastinate_jobs, procrastinate_workers CASCADE"
            )
        )
    yield Place(url, home, engine)
    engine.dispose()
