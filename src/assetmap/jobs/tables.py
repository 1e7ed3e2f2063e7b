"""The table of jobs: ours, beside those of the queue."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import (
    ACTING_KEY,
    Table,
    acting_column,
    id_column,
    now_column,
)

STATES = "state IN ('queued', 'doing', 'succeeded', 'failed', 'cancelled')"


class JobRow(Table):
    """A job. The queue only says that it waits: what became of it stands here.

    ``account_id`` and ``asked_key`` (a key's public id) are who asked for it. What was
    asked is read by whoever does it alone.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(STATES, name="state"),
        CheckConstraint("done >= 0 AND total >= 0 AND attempts >= 0", name="counted"),
        CheckConstraint(
            "(finished_at IS NULL) = (state IN ('queued', 'doing'))", name="finished"
        ),
        CheckConstraint("state <> 'failed' OR error IS NOT NULL", name="told"),
        Index(
            "uq_job_under_way",
            "fingerprint",
            unique=True,
            postgresql_where=text("state IN ('queued', 'doing')"),
        ),
        Index(
            "uq_job_idempotency_key",
            "account_id",
            "who",
            "idempotency_key",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        Index("uq_job_public_id", "public_id", unique=True),
        Index("ix_job_state", "state", "id"),
        Index(
            "ix_job_answered",
            "fingerprint",
            postgresql_where=text("kind = 'answer' AND state = 'succeeded'"),
        ),
    )

    id: Mapped[int] = id_column()
    public_id: Mapped[UUID] = mapped_column(
        Uuid(), server_default=text("gen_random_uuid()")
    )
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB(), deferred=True)
    fingerprint: Mapped[str]
    idempotency_key: Mapped[str | None]
    who: Mapped[str]
    account_id: Mapped[int | None] = acting_column()
    asked_key: Mapped[str | None] = mapped_column(server_default=text(ACTING_KEY))
    spool: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default=text("'queued'"))
    done: Mapped[int] = mapped_column(BigInteger(), server_default=text("0"))
    total: Mapped[int] = mapped_column(BigInteger(), server_default=text("0"))
    message: Mapped[str] = mapped_column(server_default=text("''"))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    cancel_asked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now_column()
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobAnswerRow(Table):
    """What a job worked out, byte for byte, kept as long as the job is."""

    __tablename__ = "job_answer"

    job_id: Mapped[int] = mapped_column(
        BigInteger(), ForeignKey("job.id", ondelete="CASCADE"), primary_key=True
    )
    media_type: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary())
