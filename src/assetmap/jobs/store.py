"""Jobs in the database as those see them who ask for them; attempts are apart."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

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
    """How many jobs of a kind wait or run for whoever acts; counted up to ``most``.

    All who act without an account are one.
    """
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
