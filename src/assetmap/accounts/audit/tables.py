"""The tables of the audit. Only triggers write them; nothing changes an entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table


class AuditChainRow(Table):
    """The head of a chain: how many entries it has, and the hash of the last."""

    __tablename__ = "audit_chain"
    __table_args__ = (CheckConstraint("length >= 0", name="length"),)

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length: Mapped[int] = mapped_column(BigInteger())
    hash: Mapped[bytes] = mapped_column(LargeBinary())


class AuditEntryRow(Table):
    """One deed. ``previous`` is the hash of the entry before it in its chain."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("chain", "place"),
        Index("ix_audit_entry_thing", "thing", "thing_id", "id"),
        Index(
            "ix_audit_entry_neighbourhood",
            "neighbourhood_id",
            "id",
            postgresql_where=text("neighbourhood_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    account: Mapped[str | None]
    key: Mapped[str | None]
    operator: Mapped[str | None]
    login: Mapped[str]
    request: Mapped[str | None]
    action: Mapped[str]
    thing: Mapped[str]
    thing_id: Mapped[str | None]
    neighbourhood_id: Mapped[int | None] = mapped_column(BigInteger())
    organisation_id: Mapped[int | None] = mapped_column(BigInteger())
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    chain: Mapped[int]
    place: Mapped[int] = mapped_column(BigInteger())
    previous: Mapped[bytes] = mapped_column(LargeBinary())
    hash: Mapped[bytes] = mapped_column(LargeBinary())
