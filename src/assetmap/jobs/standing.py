"""How things stand: jobs by state, workers that live, jobs and files left behind."""

from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assetmap.jobs.attempts import JOBS
from assetmap.jobs.model import UNFINISHED
from assetmap.jobs.tables import JobRow


def spooled(session: Session, keep_hours: float) -> list[str]:
    """The folders of the spool that jobs wait for, or may be run again from."""
    fresh = func.clock_timestamp() - timedelta(hours=keep_hours)
    query = select(JobRow.spool).where(
        JobRow.spool.is_not(None),
        JobRow.state.in_(UNFINISHED)
        | ((JobRow.state == "failed") & (JobRow.finished_at > fresh)),
    )
    return [str(each) for each in session.scalars(query)]


def count_by_state(session: Session) -> dict[str, int]:
    """How many jobs there are in each state."""
    query = text("SELECT state, jobs FROM job_count")
    return {str(row[0]): int(row[1]) for row in session.execute(query)}


def count_workers(session: Session, within_s: float) -> int:
    """How many workers have said lately that they live."""
    query = text(
        "SELECT count(*) FROM procrastinate_workers"
        " WHERE last_heartbeat > now() - make_interval(secs => :within_s)"
    )
    return session.scalar(query, {"within_s": within_s}) or 0


def count_unheld(session: Session) -> int:
    """How many jobs are under way by what they say, but no worker has them."""
    query = text(
        "SELECT count(*) FROM job WHERE state = 'doing' AND NOT EXISTS ("
        " SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = :jobs"
        " AND objid = job.id % 2147483648 AND granted AND database = ("
        "  SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    return session.scalar(query, {"jobs": JOBS}) or 0


def count_failed(session: Session, within_hours: float) -> int:
    """How many jobs failed lately."""
    fresh = func.clock_timestamp() - timedelta(hours=within_hours)
    query = select(func.count()).where(
        JobRow.state == "failed", JobRow.finished_at > fresh
    )
    return session.scalar(query) or 0


def count_long(session: Session, over_hours: float) -> int:
    """How many jobs have been under way for longer than that."""
    old = func.clock_timestamp() - timedelta(hours=over_hours)
    query = select(func.count()).where(JobRow.state == "doing", JobRow.started_at < old)
    return session.scalar(query) or 0
