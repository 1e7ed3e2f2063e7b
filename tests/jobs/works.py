"""Work that jobs of the tests do, and a worker that knows it.

Each writes into the table ``tally``, so that what was kept and what was undone is seen.
"""

import os
import signal
import time
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy import text

from assetmap.db.copying import copy_rows
from assetmap.db.engine import make_engine
from assetmap.errors import Invalid
from assetmap.jobs import worker
from assetmap.jobs.registry import LOADS, Work, register
from assetmap.jobs.running import Workshop
from assetmap.jobs.worker import Pace
from assetmap.settings import settings


class TooOdd(Invalid):
    title = "Too odd"


class Tallying(BaseModel):
    name: str = "tally"
    steps: int = 3
    pause_s: float = 0.0
    die_until: str = ""
    """A file: while it is not there the process dies in the middle, and makes it."""


class Sleeping(BaseModel):
    seconds: float = 60


class Failing(BaseModel):
    how: str


class Reading(BaseModel):
    file: Path
    loaded_by: str


def note(session, name, step):
    session.execute(
        text("INSERT INTO tally (name, step, process) VALUES (:name, :step, :process)"),
        {"name": name, "step": step, "process": os.getpid()},
    )


def tally(session, given, progress):
    for step in range(given.steps):
        note(session, given.name, step)
        progress("Tallying", step + 1, given.steps)
        if given.die_until and not Path(given.die_until).exists():
            Path(given.die_until).touch()
            time.sleep(given.pause_s)
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(given.pause_s)
    return {"steps": given.steps, "process": os.getpid()}


def always_die(session, given, progress):
    os.kill(os.getpid(), signal.SIGKILL)


def sleep(session, given, progress):
    note(session, "sleep", 0)
    progress("Sleeping", 0, 1)
    session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": given.seconds})
    return {"woke": True}


def copy(session, given, progress):
    """Copy rows as loads do, by the driver itself, for as long as asked.

    The driver learns only when all are sent that the statement was cut off.
    """
    progress("Copying", 0, 1)
    columns = ("name", "step", "process")

    def rows():
        until = time.monotonic() + given.seconds
        while time.monotonic() < until:
            yield ("copy", 0, os.getpid())
            time.sleep(0.0001)

    copy_rows(session, "tally", columns, ("text", "int4", "int4"), rows())
    return {"copied": True}


def fail(session, given, progress):
    note(session, "fail", 0)
    if given.how == "told":
        raise TooOdd(
            "It holds \0 and \ud800.", value="\0", size=10**30, rows={"a": {1}}
        )
    if given.how == "sql":
        session.execute(text("SELECT 1 / 0"))
    if given.how == "lost":
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    if given.how == "lost in a copy":
        _copy_and_lose(session)
    raise KeyError(given.how)


def _copy_and_lose(session):
    def rows():
        yield ("fail", 1, os.getpid())
        with session.get_bind().engine.connect() as other:
            kill = text("SELECT pg_terminate_backend(:process)")
            other.execute(kill, {"process": backend})
        for step in range(100_000):
            yield ("fail", step, os.getpid())

    backend = session.scalar(text("SELECT pg_backend_pid()"))
    columns = ("name", "step", "process")
    copy_rows(session, "tally", columns, ("text", "int4", "int4"), rows())


def read(session, given, progress):
    return {"text": given.file.read_text(), "by": given.loaded_by}


register(Work("tally", Tallying, tally))
register(Work("tally-alone", Tallying, tally, LOADS))
register(Work("always-die", Sleeping, always_die))
register(Work("sleep", Sleeping, sleep))
register(Work("copy", Sleeping, copy))
register(Work("fail", Failing, fail))
register(Work("read", Reading, read))


def work() -> None:
    """Work as ``assetmap worker`` does, without reading the rest of the service."""
    chosen = settings()
    url = chosen.database_url or ""
    shop = Workshop(
        make_engine(url, 2, 0),
        make_engine(url, 3, 30_000, "AUTOCOMMIT"),
        chosen.spool,
        chosen.job_attempts,
        chosen.job_poll_s,
    )
    pace = Pace(chosen.job_poll_s, chosen.worker_heartbeat_s, chosen.worker_grace_s, 1)
    worker.work(url, shop, pace, lambda: False)


if __name__ == "__main__":
    work()
