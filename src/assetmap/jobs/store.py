"""Jobs in the database: asked for, under way, finished.

What tells of progress is written through a connection of its own, so that it is seen
while the job's one transaction runs. That the job succeeded is written in that
transaction itself: whoever sees its work sees it succeeded, and the other way about.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from assetmap.db.base import ACTING
from assetmap.jobs.model import (
    UNFINISHED,
    Job,
    JobFinished,
    JobNotFailed,
    JobNotFound,
    JobUnderWay,
    Order,
    State,
)
from assetmap.jobs.plain import plain
from assetmap.jobs.tables import JobRow

JOBS = 4_201_508
"""The first part of the advisory lock that a job under way holds."""
_NOW = func.clock_timestamp()


def job_of(row: JobRow) -> Job:
    """The job that a row tells of."""
    return Job(
        row.public_id,
        row.kind,
        cast(State, row.state),
        row.done,
        row.total,
        row.message,
        row.result,
        row.error,
        row.who,
        row.attempts,
        row.cancel_asked_at is not None,
        row.created_at,
        row.started_at,
        row.finished_at,
    )


def get_row(session: Session, job: UUID, locked: bool = False) -> JobRow:
    """The row of a job.

    Raises:
        JobNotFound: there is none.
    """
    query = select(JobRow).where(JobRow.public_id == job)
    row = session.scalar(query.with_for_update() if locked else query)
    if row is None:
        raise JobNotFound(job)
    return row


def get_job(session: Session, job: UUID) -> Job:
    """A job.

    Raises:
        JobNotFound: there is none.
    """
    return job_of(get_row(session, job))


def list_jobs(
    session: Session,
    states: Sequence[str] = (),
    limit: int = 100,
    offset: int = 0,
    shown: str = "true",
) -> list[Job]:
    """Jobs, the newest first; only of some states if any are named.

    ``shown`` is a condition in SQL on those that may be listed.
    """
    query = select(JobRow).order_by(JobRow.id.desc()).limit(limit).offset(offset)
    query = query.where(text(shown))
    if states:
        query = query.where(JobRow.state.in_(states))
    return [job_of(row) for row in session.scalars(query)]


def count_under_way(session: Session, kind: str, most: int) -> int:
    """How many jobs of a kind wait or run, anybody's; counted up to ``most``."""
    return session.scalar(select(func.access.jobs_under_way(kind, most))) or 0


def ask_to_cancel(session: Session, job: UUID) -> Job:
    """Cancel a job that waits; ask one that runs to stop. A cancelled one stays so.

    Raises:
        JobNotFound: there is none.
        JobFinished: it has succeeded or failed.
    """
    row = get_row(session, job, locked=True)
    if row.state == "queued":
        row.state, row.finished_at = "cancelled", session.scalar(select(_NOW))
    elif row.state == "doing":
        row.cancel_asked_at = row.cancel_asked_at or session.scalar(select(_NOW))
    elif row.state != "cancelled":
        raise JobFinished(job, row.state)
    session.flush()
    return job_of(row)


def reopen(session: Session, job: UUID) -> JobRow:
    """The row of a failed job, waiting again with its attempts counted anew.

    Raises:
        JobNotFound: there is none.
        JobNotFailed: it has not failed.
    """
    row = get_row(session, job, locked=True)
    if row.state != "failed":
        raise JobNotFailed(job, row.state)
    row.state, row.error, row.finished_at = "queued", None, None
    row.attempts, row.done, row.total, row.message = 0, 0, 0, ""
    try:
        session.flush()
    except IntegrityError as error:
        raise JobUnderWay(job) from error
    return row


def show(session: Session, fingerprint: str) -> None:
    """Show what is asked for, to be given the job that does just that."""
    token = func.set_config("assetmap.token", fingerprint, True)
    session.execute(select(token))


def add(session: Session, order: Order, fingerprint: str) -> JobRow | None:
    """Add a job; None when another like it is not over, or has its idempotency key."""
    new = insert(JobRow).values(
        kind=order.kind,
        arguments=plain(order.arguments),
        fingerprint=fingerprint,
        idempotency_key=order.idempotency_key,
        who=order.who,
        spool=order.spool,
    )
    return session.scalar(new.on_conflict_do_nothing().returning(JobRow))


def find_like(session: Session, order: Order, fingerprint: str) -> JobRow | None:
    """The job of an order's idempotency key; failing that, one like it under way."""
    if order.idempotency_key is not None:
        key = JobRow.idempotency_key == order.idempotency_key
        mine = JobRow.account_id.is_not_distinct_from(text(ACTING))
        row = session.scalar(select(JobRow).where(mine, JobRow.who == order.who, key))
        if row is not None:
            return row
    return session.scalar(
        select(JobRow).where(
            JobRow.fingerprint == fingerprint, JobRow.state.in_(UNFINISHED)
        )
    )


def hold(session: Session, job_id: int) -> bool:
    """Take the job for this transaction; False while another has it.

    A worker that dies lets go of it, once nothing of its work can be kept any more.
    """
    query = text("SELECT pg_try_advisory_xact_lock(:jobs, :job)")
    return bool(session.scalar(query, {"jobs": JOBS, "job": job_id % 2**31}))


def begin(session: Session, job_id: int) -> JobRow | None:
    """Begin an attempt; None when the job is over."""
    session.execute(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.state.in_(UNFINISHED))
        .values(state="doing", attempts=JobRow.attempts + 1, started_at=_NOW)
        .values(done=0, total=0, message="")
    )
    row = session.get(JobRow, job_id, options=[undefer(JobRow.arguments)])
    return row if row is not None and row.state == "doing" else None


def tell(session: Session, job_id: int, message: str, done: int, total: int) -> None:
    """Say how far a job has come."""
    session.execute(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.state == "doing")
        .values(message=plain(message), done=done, total=total)
    )


def is_cancel_asked(session: Session, job_id: int) -> bool:
    """Whether somebody asked that the job stop."""
    query = select(JobRow.cancel_asked_at).where(JobRow.id == job_id)
    return session.scalar(query) is not None


def succeed(
    session: Session,
    job_id: int,
    result: Mapping[str, Any],
    told: tuple[str, int, int],
) -> bool:
    """Note in its own transaction that a job is done; False if it must not be.

    ``told`` is how far it said last that it had come.
    """
    message, done, total = told
    found = session.execute(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.state == "doing")
        .where(JobRow.cancel_asked_at.is_(None))
        .values(state="succeeded", result=dict(result), finished_at=_NOW)
        .values(message=plain(message), done=done, total=total)
    )
    return _changed(found)


def fail(session: Session, job_id: int, error: Mapping[str, Any]) -> bool:
    """Note that a job failed, and why."""
    return _end(session, job_id, state="failed", error=dict(error))


def cancel(session: Session, job_id: int) -> bool:
    """Note that a job was stopped as it was asked to."""
    return _end(session, job_id, state="cancelled")


def _end(session: Session, job_id: int, **values: Any) -> bool:
    found = session.execute(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.state.in_(UNFINISHED))
        .values(finished_at=_NOW, **values)
    )
    return _changed(found)


def give_back(session: Session, job_id: int, is_counted: bool) -> None:
    """Have a job wait again; an attempt that was given back unharmed is not counted."""
    fewer = 0 if is_counted else 1
    session.execute(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.state == "doing")
        .values(state="queued", attempts=func.greatest(JobRow.attempts - fewer, 0))
        .values(done=0, total=0, message="")
    )


def _changed(found: Any) -> bool:
    return isinstance(found, CursorResult) and found.rowcount == 1
