"""Tables of pairs that may be one, what was decided of them, and what was merged."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, acting_column, id_column, now_column


def _asset(is_key: bool = False) -> Mapped[int]:
    key = ForeignKey("asset.id", ondelete="CASCADE")
    return mapped_column(BigInteger(), key, primary_key=is_key, autoincrement=False)


class AssetPairRow(Table):
    """Two assets that may be one, as the last search found them.

    ``basis`` says from what: ``all`` where both places are exact; else ``whole`` from
    all that is known, for those who may see both places, and ``shown`` from what
    everybody may see. A change of either asset takes its pairs away, until the next
    search: what is told of a pair is true of both as they are.
    """

    __tablename__ = "asset_pair"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="order"),
        CheckConstraint("basis IN ('all', 'whole', 'shown')", name="basis"),
        CheckConstraint("score >= 0 AND score <= 1", name="score"),
        Index("ix_asset_pair_second_id", "second_id"),
        Index("ix_asset_pair_score", text("score DESC"), "first_id", "second_id"),
    )

    first_id: Mapped[int] = _asset(is_key=True)
    second_id: Mapped[int] = _asset(is_key=True)
    basis: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[float]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    found_at: Mapped[datetime] = now_column()


class AssetDecisionRow(Table):
    """What somebody decided of a pair; the newest holds, the others are kept."""

    __tablename__ = "asset_decision"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="order"),
        CheckConstraint("decision IN ('same', 'different', 'later')", name="decision"),
        Index("ix_asset_decision_first_id", "first_id", "second_id", "id"),
        Index("ix_asset_decision_second_id", "second_id"),
    )

    id: Mapped[int] = id_column()
    first_id: Mapped[int] = _asset()
    second_id: Mapped[int] = _asset()
    decision: Mapped[str]
    note: Mapped[str | None]
    account_id: Mapped[int | None] = acting_column()
    decided_at: Mapped[datetime] = now_column()


class AssetMergeRow(Table):
    """An asset that is another one: what the other took of it, and what it had before.

    ``taken`` are columns. ``own`` has by column what would stand there without the
    merge: a feed that says something new of it says it there. ``undone_at`` is when the
    two were parted again.
    """

    __tablename__ = "asset_merge"
    __table_args__ = (
        CheckConstraint("kept_id <> merged_id", name="another"),
        CheckConstraint("undone_at IS NOT NULL OR undone_by IS NULL", name="undone"),
        Index("ix_asset_merge_kept_id", "kept_id"),
        Index(
            "uq_asset_merge_merged_id",
            "merged_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = id_column()
    kept_id: Mapped[int] = _asset()
    merged_id: Mapped[int] = _asset()
    taken: Mapped[list[str]] = mapped_column(ARRAY(Text))
    own: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str | None]
    account_id: Mapped[int | None] = acting_column()
    merged_at: Mapped[datetime] = now_column()
    undone_by: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("account.id", use_alter=True), index=True
    )
    undone_at: Mapped[datetime | None]


class ShownAssetPairRow(Table):
    """A pair as whoever acts may see it, with the newest decision.

    A view, made with the rules of access (accounts/views.py).
    """

    __tablename__ = "shown_asset_pair"
    __table_args__ = ({"info": {"is_view": True}},)

    first_id: Mapped[int] = mapped_column(BigInteger(), primary_key=True)
    second_id: Mapped[int] = mapped_column(BigInteger(), primary_key=True)
    score: Mapped[float]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    found_at: Mapped[datetime]
    may_decide: Mapped[bool]
    may_merge: Mapped[bool]
    decision: Mapped[str | None]
    note: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class ShownAssetMergeRow(Table):
    """A merge as whoever acts may see it: a view."""

    __tablename__ = "shown_asset_merge"
    __table_args__ = ({"info": {"is_view": True}},)

    id: Mapped[int] = mapped_column(BigInteger(), primary_key=True)
    kept_id: Mapped[int] = mapped_column(BigInteger())
    merged_id: Mapped[int] = mapped_column(BigInteger())
    taken: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reason: Mapped[str | None]
    by: Mapped[str | None]
    merged_at: Mapped[datetime]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    name: Mapped[str]
    source: Mapped[str]
    source_ref: Mapped[str | None]
    licence: Mapped[str]
    attribution: Mapped[str]
    is_keeper: Mapped[bool]
    may_part: Mapped[bool]
