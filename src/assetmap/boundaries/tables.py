"""Tables of boundary sets."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func
from sqlalchemy.sql.expression import column

from assetmap.boundaries.model import KINDS
from assetmap.boundaries.quality.discrepancies import OUTCOMES, REASONS
from assetmap.db.base import Table, degrees, grid, id_column, now_column


def _one_of(name: str, values: Iterable[str]) -> str:
    """A condition that a column holds one of a few words of our own."""
    return f"{name} IN ({', '.join(map(repr, values))})"


class BoundarySetRow(Table):
    """One dated release of one kind of boundary, with licence and source."""

    __tablename__ = "boundary_set"
    __table_args__ = (
        Index(
            "uq_boundary_set_name_current",
            "name",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
        CheckConstraint("valid_to > valid_from", name="valid"),
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint("name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="name"),
        CheckConstraint("snap_m >= 0 AND snap_m < 'infinity'", name="snap_m"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("boundaries >= 1", name="boundaries"),
        ExcludeConstraint(
            (column("series"), "="),
            (func.daterange(column("valid_from"), column("valid_to")), "&&"),
            name="ex_boundary_set_series_valid",
            using="gist",
            where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[int] = id_column()
    name: Mapped[str]
    series: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    vintage: Mapped[str]
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    resolution: Mapped[str]
    made_how: Mapped[str]
    note: Mapped[str]
    publisher: Mapped[str]
    licence: Mapped[str]
    attribution: Mapped[str]
    source: Mapped[str]
    sha256: Mapped[str]
    snap_m: Mapped[float]
    is_building_block: Mapped[bool]
    is_coverage: Mapped[bool]
    overlapping: Mapped[bool]
    boundaries: Mapped[int]
    quality: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int]
    loaded_by: Mapped[str]
    loaded_at: Mapped[datetime] = now_column()
    replaced_at: Mapped[datetime | None]


class BoundaryRow(Table):
    """One named, coded MultiPolygon of a set; ``ordinal`` counts from 1 by code."""

    __tablename__ = "boundary"
    __table_args__ = (
        Index("uq_boundary_set_code", "boundary_set_id", "code", unique=True),
        Index("uq_boundary_set_ordinal", "boundary_set_id", "ordinal", unique=True),
        Index("ix_boundary_geom", "geom", postgresql_using="gist"),
        Index("ix_boundary_geom_wgs84", "geom_wgs84", postgresql_using="gist"),
        CheckConstraint("code <> '' AND code = btrim(code)", name="code"),
        CheckConstraint("ordinal >= 1", name="ordinal"),
        CheckConstraint("area_m2 > 0 AND area_m2 < 'infinity'", name="area_m2"),
        CheckConstraint(
            "NOT st_isempty(geom) AND NOT st_isempty(geom_wgs84)", name="geom"
        ),
    )

    id: Mapped[int] = id_column()
    boundary_set_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE")
    )
    ordinal: Mapped[int] = mapped_column(Integer)
    code: Mapped[str]
    name: Mapped[str]
    name_cy: Mapped[str | None]
    area_m2: Mapped[float]
    geom: Mapped[Any] = mapped_column(grid("MULTIPOLYGON"))
    geom_wgs84: Mapped[Any] = mapped_column(degrees("MULTIPOLYGON"))


class BoundaryPartRow(Table):
    """A piece of a boundary of few vertices: what look-ups and overlaps read."""

    __tablename__ = "boundary_part"
    __table_args__ = (
        Index("ix_boundary_part_geom", "geom", postgresql_using="gist"),
        Index("ix_boundary_part_boundary_id", "boundary_id"),
    )

    id: Mapped[int] = id_column()
    boundary_set_id: Mapped[int] = mapped_column(BigInteger)
    boundary_id: Mapped[int] = mapped_column(
        ForeignKey("boundary.id", ondelete="CASCADE")
    )
    ordinal: Mapped[int] = mapped_column(Integer)
    geom: Mapped[Any] = mapped_column(grid("POLYGON"))


class BoundaryOutlineRow(Table):
    """A boundary in few vertices in EPSG:3857, for maps up to a zoom."""

    __tablename__ = "boundary_outline"
    __table_args__ = (
        Index("ix_boundary_outline_geom", "geom", postgresql_using="gist"),
        Index("ix_boundary_outline_boundary_set_id", "boundary_set_id"),
    )

    boundary_id: Mapped[int] = mapped_column(
        ForeignKey("boundary.id", ondelete="CASCADE"), primary_key=True
    )
    most_zoom: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    boundary_set_id: Mapped[int] = mapped_column(BigInteger)
    geom: Mapped[Any] = mapped_column(
        Geometry("GEOMETRY", srid=3857, spatial_index=False)
    )


class OverlapCellRow(Table):
    """A piece of ground that several boundaries of one set hold."""

    __tablename__ = "overlap_cell"
    __table_args__ = (
        Index("ix_overlap_cell_geom", "geom", postgresql_using="gist"),
        Index("ix_overlap_cell_boundary_set_id", "boundary_set_id"),
        CheckConstraint("cardinality(members) >= 2", name="members"),
    )

    id: Mapped[int] = id_column()
    boundary_set_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE")
    )
    members: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    geom: Mapped[Any] = mapped_column(grid("POLYGON"))


class SuccessionSetRow(Table):
    """A register of which codes of one kind came after which, with its source."""

    __tablename__ = "succession_set"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[str]
    publisher: Mapped[str]
    licence: Mapped[str]
    attribution: Mapped[str]
    source: Mapped[str]
    sha256: Mapped[str]
    loaded_by: Mapped[str]
    loaded_at: Mapped[datetime] = now_column()


class SuccessionRow(Table):
    """One code that came after another; ``on_day`` is the first day of the new one."""

    __tablename__ = "succession"
    __table_args__ = (
        Index("ix_succession_code_from", "code_from"),
        Index("ix_succession_code_to", "code_to"),
        CheckConstraint("code_from <> '' AND code_to <> ''", name="codes"),
    )

    succession_set_id: Mapped[int] = mapped_column(
        ForeignKey("succession_set.id", ondelete="CASCADE"), primary_key=True
    )
    on_day: Mapped[date] = mapped_column(Date, primary_key=True)
    code_from: Mapped[str] = mapped_column(primary_key=True)
    code_to: Mapped[str] = mapped_column(primary_key=True)
    name_from: Mapped[str]
    name_to: Mapped[str]
    how: Mapped[str]


class DiscrepancyRow(Table):
    """One thing that is wrong with a set: its reason and its place, if it has one.

    ``ordinal`` counts from 1 in the order of a report.
    """

    __tablename__ = "boundary_discrepancy"
    __table_args__ = (
        Index(
            "uq_boundary_discrepancy_ordinal", "boundary_set_id", "ordinal", unique=True
        ),
        CheckConstraint(_one_of("reason", REASONS), name="reason"),
        CheckConstraint(_one_of("outcome", OUTCOMES), name="outcome"),
        CheckConstraint("detail <> ''", name="detail"),
        CheckConstraint("ordinal >= 1", name="ordinal"),
        CheckConstraint("area_m2 >= 0 AND area_m2 < 'infinity'", name="area_m2"),
        CheckConstraint("(geom IS NULL) = (geom_wgs84 IS NULL)", name="geom"),
    )

    id: Mapped[int] = id_column()
    boundary_set_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE")
    )
    ordinal: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str]
    outcome: Mapped[str]
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    line: Mapped[int | None]
    detail: Mapped[str]
    area_m2: Mapped[float | None]
    before_m2: Mapped[float | None]
    after_m2: Mapped[float | None]
    method: Mapped[str | None]
    geom: Mapped[Any | None] = mapped_column(grid("GEOMETRY"))
    geom_wgs84: Mapped[Any | None] = mapped_column(degrees("GEOMETRY"))
