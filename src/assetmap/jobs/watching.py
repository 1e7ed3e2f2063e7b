"""Somebody who stands beside a job while it runs.

From a thread and a connection of its own: writes down how far the job has come, and
looks whether it is to stop. A statement that then still runs is cut off.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assetmap.jobs import attempts

log = logging.getLogger(__name__)


class Stopped(Exception):
    """Raised in a job that is to stop; its work is undone."""


class Cancelled(Stopped):
    """Somebody asked that the job stop."""


class GivenBack(Stopped):
    """The worker leaves off, so that another can begin the job anew."""


@dataclass
class Watch:
    """What a job has told, and why it is to stop, if it is."""

    told: tuple[str, int, int] = ("", 0, 0)
    reason: type[Stopped] | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def progress(self, doing: str, done: int, total: int) -> None:
        """Take note of progress; raise if the job is to stop.

        Raises:
            Stopped: it is.
        """
        self.told = (doing, done, total)
        if self.reason is not None:
            raise self.reason


@contextmanager
def watched(
    engine: Engine,
    job_id: int,
    backend: int,
    every_s: float,
    is_leaving: Callable[[], bool],
) -> Iterator[Watch]:
    """Watch over a job whose transaction runs on a backend of the server."""
    watch = Watch()

    def look() -> None:
        written = watch.told
        while not watch.over.wait(every_s):
            try:
                written = _look(engine, job_id, backend, watch, written, is_leaving)
            except SQLAlchemyError as error:
                log.warning("Nobody hears of job %s: %s", job_id, type(error).__name__)

    thread = threading.Thread(target=look, name=f"watch of job {job_id}", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.over.set()
        thread.join()


def _look(
    engine: Engine,
    job_id: int,
    backend: int,
    watch: Watch,
    written: tuple[str, int, int],
    is_leaving: Callable[[], bool],
) -> tuple[str, int, int]:
    """One look: write down what is new, see whether the job is to stop."""
    now = watch.told
    with Session(engine) as session:
        if now != written:
            attempts.tell(session, job_id, *now)
        if attempts.is_cancel_asked(session, job_id):
            watch.reason = Cancelled
        elif is_leaving():
            watch.reason = GivenBack
        if watch.reason is not None and not watch.over.is_set():
            session.execute(text("SELECT pg_cancel_backend(:pid)"), {"pid": backend})
    return now
