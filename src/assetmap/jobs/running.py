"""One attempt at a job: its work in one transaction, kept whole or undone whole."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assetmap.errors import AssetmapError
from assetmap.jobs import answers, askers, attempts, spool
from assetmap.jobs.model import Answer, JobGivenUp
from assetmap.jobs.plain import INTERNAL, plain, told
from assetmap.jobs.registry import Work, get_work
from assetmap.jobs.tables import JobRow
from assetmap.jobs.watching import Cancelled, GivenBack, Stopped, Watch, watched

log = logging.getLogger(__name__)

TRY_AGAIN = ("40001", "40P01", "08", "57P")
"""Begin the codes of what is no fault of the job: the database left, or could not
have two transactions at once."""


FROM_DATABASE = (DBAPIError, psycopg.Error)
"""What the database raises: rows are copied by the driver itself, and its errors come
as they are."""


class Interrupted(Exception):
    """The database was lost, or the job is another's for now: to be begun again."""


@dataclass(frozen=True)
class Workshop:
    """What a worker needs for any job.

    ``works`` has no time limit on statements; ``tells`` commits each statement.
    ``tidy`` removes what nobody needs any more, in one transaction. ``ask_for_due``
    asks for the jobs that are due by themselves, in one transaction.
    """

    works: Engine
    tells: Engine
    spool: Path
    most_attempts: int
    poll_s: float
    answer_hours: float = 24.0
    tidy: Callable[[Session], object] = lambda session: None
    ask_for_due: Callable[[Session], object] = lambda session: None


def attempt(shop: Workshop, job_id: int, is_leaving: Callable[[], bool]) -> None:
    """Do a job if it is not over, and note what became of it.

    Raises:
        GivenBack: the worker leaves off; the job waits again.
        Interrupted: it must be begun again.
    """
    try:
        with Session(shop.works) as session, session.begin():
            if not attempts.hold(session, job_id):
                raise Interrupted(f"Another worker has job {job_id}.")
            row = _begun(shop, job_id)
            if row is not None:
                _do(shop, session, row, is_leaving)
    except (Stopped, Interrupted) as reason:
        _leave(shop, job_id, reason)
    except FROM_DATABASE as error:
        _database_failed(shop, job_id, error)
    except AssetmapError as error:
        _failed(shop, job_id, told(error))
    except Exception:
        log.exception("Job %s failed unexpectedly", job_id)
        _failed(shop, job_id, INTERNAL)
    else:
        _clear(shop, job_id)


def _begun(shop: Workshop, job_id: int) -> JobRow | None:
    """The row of a job whose attempt begins; None when there is nothing to do."""
    with Session(shop.tells, expire_on_commit=False) as session:
        row = attempts.begin(session, job_id)
        session.commit()
    if row is None:
        return None
    if row.cancel_asked_at is not None:
        raise Cancelled
    if row.attempts > shop.most_attempts:
        raise JobGivenUp(row.attempts - 1)
    return row


def _do(
    shop: Workshop, session: Session, row: JobRow, is_leaving: Callable[[], bool]
) -> None:
    """Do the work, and note in its transaction that it is done."""
    work = get_work(row.kind)
    given: dict[str, Any] = dict(row.arguments)
    if row.spool is not None:
        given |= {"file": spool.find(shop.spool, row.spool), "loaded_by": row.who}
    # What it writes is told in the audit as done for this job.
    acting = text("SELECT set_config('assetmap.request', :job, true)")
    session.execute(acting, {"job": f"job {row.public_id}"})
    with _working(shop, work, session, row) as working:
        backend = working.scalar(text("SELECT pg_backend_pid()")) or 0
        with watched(shop.tells, row.id, backend, shop.poll_s, is_leaving) as watch:
            try:
                arguments = work.arguments.model_validate(given)
                done = work.run(working, arguments, watch.progress)
            except FROM_DATABASE:
                _raise_reason(watch)
                raise
    if isinstance(done, Answer):
        askers.check(session, row)
        done = answers.keep(session, row, done, shop.answer_hours)
    # The watch is over: it would wait for the row that is written here.
    if not attempts.succeed(session, row.id, plain(done), watch.told):
        raise Cancelled


@contextmanager
def _working(
    shop: Workshop, work: Work[Any], session: Session, row: JobRow
) -> Iterator[Session]:
    """The session in which work is done: the job's own, or one with its asker's rights.

    Raises:
        AskerGone: whoever asked may not ask any more.
    """
    if not work.is_its_askers:
        yield session
        return
    askers.check(session, row)
    with askers.rights_of(shop.works, row) as reading:
        yield reading


def _raise_reason(watch: Watch) -> None:
    """Say why a statement was cut off, if it was this worker that did it."""
    if watch.reason is not None:
        raise watch.reason from None


def _leave(shop: Workshop, job_id: int, reason: Exception) -> None:
    if isinstance(reason, Cancelled):
        with Session(shop.tells) as session:
            attempts.cancel(session, job_id)
        _clear(shop, job_id)
        return
    if isinstance(reason, GivenBack):
        with Session(shop.tells) as session:
            attempts.give_back(session, job_id, is_counted=False)
    raise reason


def _database_failed(
    shop: Workshop, job_id: int, error: DBAPIError | psycopg.Error
) -> None:
    """A fault of the moment is tried again; any other fails the job."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if _is_of_the_moment(error, getattr(cause, "sqlstate", None) or ""):
        log.warning("Job %s lost the database: %s", job_id, type(cause).__name__)
        raise Interrupted(f"Job {job_id} lost the database.") from error
    log.error("Job %s failed in the database", job_id, exc_info=error)
    _failed(shop, job_id, INTERNAL)


def _is_of_the_moment(error: DBAPIError | psycopg.Error, code: str) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return not code or code.startswith(TRY_AGAIN)


def _failed(shop: Workshop, job_id: int, error: dict[str, Any]) -> None:
    with Session(shop.tells) as session:
        attempts.fail(session, job_id, error)


def _clear(shop: Workshop, job_id: int) -> None:
    """Forget the file of a job that is over and needs it no more."""
    with Session(shop.tells) as session:
        row = session.get(JobRow, job_id)
        if row is not None and row.state in ("succeeded", "cancelled"):
            spool.remove(shop.spool, row.spool)
