"""The table of releases."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, grid, id_column, now_column


def _numbers() -> Mapped[list[int]]:
    return mapped_column(ARRAY(Integer()))


class ReleaseRow(Table):
    """What was published of a neighbourhood's drawings: no drawing can be had from it.

    Which drawings it was of the service reads in ``counted_release`` alone.

    Runs of squares stand in four arrays of one length; those of the grid row r are
    from ``row_begins[r - first_row + 1]`` up to and without the next.
    """

    __tablename__ = "consensus_release"
    __table_args__ = (
        Index("uq_consensus_release", "neighbourhood_id", "number", unique=True),
        Index("ix_consensus_release_extent", "extent", postgresql_using="gist"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("fewest >= 5 AND grid_m >= 25", name="coarse"),
        CheckConstraint("cardinality(members) = cardinality(versions)", name="members"),
    )

    id: Mapped[int] = id_column()
    neighbourhood_id: Mapped[int] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    made_at: Mapped[datetime] = now_column()
    sketches: Mapped[int]
    votes: Mapped[float]
    fewest: Mapped[int]
    grid_m: Mapped[int]
    extent: Mapped[Any | None] = mapped_column(grid("POLYGON"))
    first_row: Mapped[int]
    row_begins: Mapped[list[int]] = _numbers()
    rows: Mapped[list[int]] = _numbers()
    starts: Mapped[list[int]] = _numbers()
    ends: Mapped[list[int]] = _numbers()
    held: Mapped[list[int]] = _numbers()
    said: Mapped[dict[str, Any]] = mapped_column(JSONB())
    members: Mapped[list[int]] = mapped_column(ARRAY(BigInteger()), deferred=True)
    versions: Mapped[list[int]] = mapped_column(ARRAY(Integer()), deferred=True)
    of_parts: Mapped[list[Any]] = mapped_column(JSONB(), deferred=True)
    """The ids and versions of each part's drawings, in the order of the parts."""


class CountedReleaseRow(Table):
    """Of which drawings a release was made: a view for whoever draws in its place."""

    __tablename__ = "counted_release"
    __table_args__ = ({"info": {"is_view": True}},)

    id: Mapped[int] = id_column()
    neighbourhood_id: Mapped[int] = mapped_column(BigInteger())
    number: Mapped[int]
    grid_m: Mapped[int]
    sketches: Mapped[int]
    members: Mapped[list[int]] = mapped_column(ARRAY(BigInteger()))
    versions: Mapped[list[int]] = _numbers()
    of_parts: Mapped[list[Any]] = mapped_column(JSONB())


class PublishPolicyRow(Table):
    """How few drawings may be told, as the views for readers with SQL have it."""

    __tablename__ = "publish_policy"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("fewest_sketches >= 5", name="fewest"),
    )

    id: Mapped[int] = mapped_column(
        SmallInteger(), primary_key=True, autoincrement=False
    )
    fewest_sketches: Mapped[int]
