"""The table of first answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, acting_column, now_column


class RequestAnswerRow(Table):
    """What a request was answered; without an answer while its transaction is open."""

    __tablename__ = "request_answer"
    __table_args__ = (
        Index("ix_request_answer_made_at", "made_at"),
        CheckConstraint("octet_length(id) = 32", name="id"),
        CheckConstraint("octet_length(fingerprint) = 32", name="fingerprint"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary())
    salt: Mapped[bytes] = mapped_column(LargeBinary())
    status: Mapped[int | None]
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    headers: Mapped[dict[str, str] | None] = mapped_column(JSON)
    secret_in: Mapped[str | None]
    secret_hash: Mapped[str]
    account_id: Mapped[int | None] = acting_column()
    made_at: Mapped[datetime] = now_column()
