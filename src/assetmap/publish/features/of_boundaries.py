"""The boundaries of a set as features, and what is wrong with sets as features."""

from datetime import date
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Text,
    cast,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet
from assetmap.boundaries.outlines import ZOOMS
from assetmap.boundaries.tables import (
    BoundaryOutlineRow,
    BoundaryRow,
    BoundarySetRow,
    DiscrepancyRow,
)
from assetmap.publish.export.named_sets import set_label
from assetmap.publish.features.collection import Box, Collection, Column, Drawn
from assetmap.publish.features.extents import extent_of, newest

QUALITY = "quality"

MOST_KEPT = 1_000
"""Collections that a process keeps before it begins anew: most are of old loads."""

_MADE: dict[tuple[object, ...], Collection] = {}
"""Collections by load: nothing of one changes, and every request asks for one."""


class _Load:
    """What is found out once of one load of a set, for it never changes."""

    def __init__(self, set_id: int) -> None:
        self._id = set_id
        self._box: Box | None = None
        self._is_outlined = False

    def extent(self, session: Session) -> Box | None:
        """The box of the set in degrees."""
        if self._box is None:
            query = select(BoundaryRow.geom_wgs84)
            found = query.where(BoundaryRow.boundary_set_id == self._id)
            self._box = extent_of(session, found)
        return self._box

    def outlines(self, session: Session, zoom: int) -> Drawn | None:
        """The outlines for a zoom; None where all vertices are drawn."""
        fitting = [each for each in ZOOMS if each >= zoom]
        row = BoundaryOutlineRow
        if not fitting:
            return None
        if not self._is_outlined:
            is_there = select(exists().where(row.boundary_set_id == self._id))
            self._is_outlined = bool(session.scalar(is_there))
        if not self._is_outlined:
            return None
        rows = BoundaryRow.__table__.join(row.__table__)
        holds = (row.boundary_set_id == self._id, row.most_zoom == min(fitting))
        return Drawn(rows, holds, row.geom)


def boundaries_of(row: BoundarySet) -> Collection:
    """The boundaries of a set; their valid time is the set's."""
    key = (row.id, row.valid_to, row.loaded_at)
    found = _MADE.get(key)
    if found is None:
        if len(_MADE) >= MOST_KEPT:
            _MADE.clear()
        found = _MADE[key] = _boundaries_of(row)
    return found


def _boundaries_of(row: BoundarySet) -> Collection:
    load = _Load(row.id)
    begins, ends = _day(row.valid_from), _day(row.valid_to)
    area = func.round(cast(BoundaryRow.area_m2, Numeric), 1)
    code = Column("code", "text", BoundaryRow.code, "Code of the boundary")
    return Collection(
        row.name,
        row.title,
        f"{set_label(row)}. {row.note}".strip(),
        (
            code,
            Column("name", "text", BoundaryRow.name, "Name"),
            Column("name_cy", "text", BoundaryRow.name_cy, "Name in Welsh"),
            Column("area_m2", "number", area, "Area in m²"),
            Column("valid_from", "day", begins, "First day that it holds"),
            Column("valid_to", "day", ends, "First day that it no longer holds"),
        ),
        BoundaryRow.__table__,
        (BoundaryRow.boundary_set_id == row.id,),
        BoundaryRow.ordinal,
        code,
        BoundaryRow.geom_wgs84,
        BoundaryRow.geom,
        shape_kind="multipolygon",
        may_lack_place=False,
        begins=begins,
        ends=ends,
        interval=(row.valid_from, row.valid_to),
        extent=load.extent,
        attribution=(row.attribution,),
        licence=row.licence,
        count=row.boundaries,
        drawn_at=load.outlines,
        outlined_to=max(ZOOMS),
        tag=f"{row.id}-{row.version}-{row.valid_to}-{row.loaded_at.timestamp()}",
        is_load=True,
        changed=lambda _: row.loaded_at,
    )


def _day(day: date | None) -> ColumnElement[date | None]:
    return literal(day, Date) if day is None else cast(literal(day, Date), Date)


def quality_reports() -> Collection:
    """Everything that is wrong with the sets now serving, and where."""
    row = DiscrepancyRow
    name = BoundarySetRow.name
    known = func.concat(name, "-", cast(row.ordinal, Text))
    fid = Column("discrepancy", "text", known, "Set and number in its report")
    return Collection(
        QUALITY,
        "What is wrong with boundary sets",
        "Gaps, overlaps, repairs and what else loading found, as quality reports say.",
        (
            fid,
            Column("set", "text", name, "Name of the boundary set"),
            Column("reason", "text", row.reason, "What kind of fault it is"),
            Column("outcome", "text", row.outcome, "What loading did about it"),
            Column("codes", "texts", row.codes, "Codes of the boundaries it is about"),
            Column("detail", "text", row.detail, "What is wrong, in words"),
            Column("area_m2", "number", row.area_m2, "Area of the fault in m²"),
            Column("method", "text", row.method, "How it was mended"),
        ),
        _served_discrepancies(),
        (BoundarySetRow.replaced_at.is_(None),),
        row.id,
        fid,
        row.geom_wgs84,
        row.geom,
        credit=BoundarySetRow.attribution,
        extent=lambda session: extent_of(
            session,
            select(row.geom_wgs84)
            .join_from(row, BoundarySetRow)
            .where(BoundarySetRow.replaced_at.is_(None)),
        ),
        changed=newest(BoundarySetRow.loaded_at),
    )


@cache
def _served_discrepancies() -> FromClause:
    return DiscrepancyRow.__table__.join(BoundarySetRow.__table__)
