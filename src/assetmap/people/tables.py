"""Tables of postcodes, population points and counts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
)
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, degrees, grid, id_column, now_column


class PostcodeRow(Table):
    """A postcode and its place; no place where the publisher gives none.

    ``ended`` is the month in which it did, as ``2003-05``. A large user is one address
    with much post. ``grid_quality`` runs from 1, the building, to 6, the sector's mean.
    ``weight`` is its households or people, where loaded.
    """

    __tablename__ = "postcode"
    __table_args__ = (Index("ix_postcode_geom", "geom", postgresql_using="gist"),)

    postcode: Mapped[str] = mapped_column(primary_key=True)
    council_code: Mapped[str | None]
    is_live: Mapped[bool | None]
    ended: Mapped[str | None]
    is_large_user: Mapped[bool | None]
    grid_quality: Mapped[int | None] = mapped_column(SmallInteger)
    weight: Mapped[float | None]
    geom: Mapped[Any | None] = mapped_column(grid("POINT"))
    geom_wgs84: Mapped[Any | None] = mapped_column(degrees("POINT"))


class PointChunkRow(Table):
    """Neighbouring population points, packed: little-endian arrays of one length.

    Points stand for postcodes; those with a ``boundary_set_id`` stand instead for
    building blocks of that set that have people and no postcode.
    """

    __tablename__ = "point_chunk"
    __table_args__ = (Index("ix_point_chunk_geom", "geom", postgresql_using="gist"),)

    id: Mapped[int] = id_column()
    boundary_set_id: Mapped[int | None] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE")
    )
    points: Mapped[int] = mapped_column(Integer)
    geom: Mapped[Any] = mapped_column(grid("POLYGON"))
    xs: Mapped[bytes] = mapped_column(LargeBinary)
    ys: Mapped[bytes] = mapped_column(LargeBinary)
    votes: Mapped[bytes] = mapped_column(LargeBinary)
    countries: Mapped[bytes] = mapped_column(LargeBinary)
    shares: Mapped[bytes | None] = mapped_column(LargeBinary)


class CountSetRow(Table):
    """Counts of one kind at one date: of people by building block, or of postcodes.

    That of postcodes says which of them have a vote in where people are.
    """

    __tablename__ = "count_set"
    __table_args__ = (
        CheckConstraint("measure IN ('people', 'postcodes')", name="measure"),
        CheckConstraint(
            "(measure = 'people') = (boundary_set_id IS NOT NULL)", name="blocks"
        ),
    )

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(unique=True)
    measure: Mapped[str]
    boundary_set_id: Mapped[int | None] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE")
    )
    title: Mapped[str]
    vintage: Mapped[date] = mapped_column(Date)
    publisher: Mapped[str]
    licence: Mapped[str]
    attribution: Mapped[str]
    source: Mapped[str]
    sha256: Mapped[str]
    spread_over: Mapped[str | None]
    total: Mapped[float]
    version: Mapped[int]
    loaded_at: Mapped[datetime] = now_column()


class BlockCountRow(Table):
    """People in one building block."""

    __tablename__ = "block_count"
    __table_args__ = (CheckConstraint("people >= 0", name="people"),)

    count_set_id: Mapped[int] = mapped_column(
        ForeignKey("count_set.id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True)
    people: Mapped[float]
