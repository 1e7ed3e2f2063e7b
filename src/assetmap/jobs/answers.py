"""Queries of the answers that jobs worked out: kept for a while, then forgotten.

With an answer its job is forgotten too: it says what somebody drew.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from assetmap.errors import Unavailable
from assetmap.jobs import asking, store
from assetmap.jobs.model import UNFINISHED, Answer, AnswerNotKept, Job, Order
from assetmap.jobs.tables import JobAnswerRow, JobRow

KIND = "answer"
MOST_KEPT_BYTES = 2_000_000_000
"""Answers and their questions together: nobody fills the disk by asking."""


class TooMuchKept(Unavailable):
    """As many answers are kept as there is room for."""

    title = "Too many answers kept"


def keep(
    session: Session, row: JobRow, answer: Answer, hours: float
) -> Mapping[str, Any]:
    """Keep the answer of a job; gives the job's result, which says where it is."""
    session.add(
        JobAnswerRow(job_id=row.id, media_type=answer.media_type, body=answer.body)
    )
    session.flush()
    until = datetime.now(UTC) + timedelta(hours=hours)
    return {
        "answer": f"/jobs/{row.public_id}/answer",
        "media_type": answer.media_type,
        "bytes": len(answer.body),
        "sha256": hashlib.sha256(answer.body).hexdigest(),
        "kept_until": until.replace(microsecond=0).isoformat(),
    }


def get_answer(session: Session, job: UUID, hours: float) -> Answer:
    """The answer of a job.

    Raises:
        JobNotFound: there is no such job.
        AnswerNotKept: it has no answer for whoever acts, or had one longer ago.
    """
    row = store.get_row(session, job)
    query = _answers(hours).where(JobAnswerRow.job_id == row.id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise AnswerNotKept(job, row.state)
    return Answer(found.media_type, found.body)


def find_answer(session: Session, order: Order, hours: float) -> Answer | None:
    """The newest answer to just this order that is kept for whoever acts, if any is."""
    mark = asking.fingerprint(order)
    store.show(session, mark)
    query = (
        _answers(hours)
        .where(JobRow.kind == KIND, JobRow.fingerprint == mark)
        .order_by(JobRow.id.desc())
    )
    found = session.execute(query.limit(1)).one_or_none()
    return None if found is None else Answer(found.media_type, found.body)


def ask_within(session: Session, order: Order, most: int) -> Job:
    """The job that answers what anybody may ask, while there is room for its answer.

    Raises:
        TooManyWaiting, TooMuchKept: there is none; the transaction must be undone.
    """
    job = asking.ask_within(session, order, most)
    if _kept_bytes(session) > MOST_KEPT_BYTES:
        raise TooMuchKept("As many answers are kept as there is room for; try later.")
    return job


def forget_old(session: Session, hours: float) -> None:
    """Forget the questions and answers that were finished longer ago than that."""
    session.execute(
        delete(JobRow).where(
            JobRow.kind == KIND, JobRow.state.not_in(UNFINISHED), ~_is_fresh(hours)
        )
    )


def _answers(hours: float) -> Any:
    query = select(JobAnswerRow.media_type, JobAnswerRow.body)
    return query.join(JobRow, JobRow.id == JobAnswerRow.job_id).where(
        JobRow.state == "succeeded", _is_fresh(hours)
    )


def _is_fresh(hours: float) -> ColumnElement[bool]:
    return JobRow.finished_at > func.clock_timestamp() - timedelta(hours=hours)


def _kept_bytes(session: Session) -> int:
    """How much answers and their questions take, anybody's."""
    return int(session.scalar(select(func.access.kept_bytes(KIND))) or 0)
