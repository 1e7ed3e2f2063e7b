"""The tables of what became of assets, and what may be seen of it."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, id_column

DOINGS = ("added", "changed", "closed", "reopened", "erased", "deleted")


class AssetTurnRow(Table):
    """What one statement did to assets, and its place among all that was kept.

    The place is given as the last thing before a transaction is kept, under a lock that
    is held until it is: whoever sees a place sees all that are before it. Numbers that
    are given when a row is written would not do: a transaction that began earlier may
    be kept later, behind the back of somebody who has read on.
    """

    __tablename__ = "asset_turn"
    __table_args__ = (
        CheckConstraint("(place IS NULL) = (at IS NULL)", name="place"),
        Index("uq_asset_turn_place", "place", unique=True),
        Index("ix_asset_turn_at", "at"),
    )

    id: Mapped[int] = id_column()
    place: Mapped[int | None] = mapped_column(BigInteger())
    at: Mapped[datetime | None]


class AssetChangeRow(Table):
    """That an asset became another version, and what that was; nothing of what it says.

    It outlives the asset. Written by triggers on ``asset``, whoever changes it and how.
    """

    __tablename__ = "asset_change"
    __table_args__ = (
        CheckConstraint(f"what IN {DOINGS}", name="what"),
        Index("ix_asset_change_asset_id", "asset_id", "version"),
    )

    turn_id: Mapped[int] = mapped_column(
        BigInteger(), ForeignKey("asset_turn.id"), primary_key=True
    )
    asset_id: Mapped[int] = mapped_column(BigInteger(), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    was_published: Mapped[bool]
    is_published: Mapped[bool]


class ShownAssetChangeRow(Table):
    """A change as whoever acts may know of it.

    A view, made with the rules of access (accounts/views.py). What they may see no more
    is ``gone``, whatever became of it; what they never could see is not there.
    """

    __tablename__ = "shown_asset_change"
    __table_args__ = ({"info": {"is_view": True}},)

    turn_id: Mapped[int] = mapped_column(BigInteger(), primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger())
    at: Mapped[datetime]
    asset_id: Mapped[int] = mapped_column(BigInteger(), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    changed: Mapped[list[str]] = mapped_column(ARRAY(Text))
    is_newest: Mapped[bool]
