"""An attempt at a job as a worker writes it down: begun, under way, over.

What tells of progress is written through a connection of its own, so that it is seen
while the job's one transaction runs. That the job succeeded is written in that
transaction itself: whoever sees its work sees it succeeded, and the other way about.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, func, select, text, update
from sqlalchemy.orm import Session, undefer

from assetmap.jobs.model import UNFINISHED
from assetmap.jobs.plain import plain
from assetmap.jobs.tables import JobRow

JOBS = 4_201_508
"""The first part of the advisory lock that a job under way holds."""

_NOW = func.clock_timestamp()


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
