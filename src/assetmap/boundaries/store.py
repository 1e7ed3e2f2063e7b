"""The only queries of boundary sets and boundaries."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from assetmap.boundaries.model import (
    Boundaries,
    BoundaryNotFound,
    BoundarySetNotFound,
    BoundarySetNotValid,
    Overlap,
    Quality,
    SetDescription,
)
from assetmap.boundaries.tables import (
    BoundaryPartRow,
    BoundaryRow,
    BoundarySetRow,
    OverlapCellRow,
)
from assetmap.db.copying import copy_rows, ewkb
from assetmap.db.statements import binary_rows, statement

MOST_VERTICES = 96
"""Vertices of a part: few enough that an overlap is cheap, enough to be one page."""


def _current() -> Select[BoundarySetRow]:
    return select(BoundarySetRow).where(BoundarySetRow.replaced_at.is_(None))


def find_set(session: Session, name: str) -> BoundarySetRow | None:
    """The set now serving under a name."""
    return session.scalar(_current().where(BoundarySetRow.name == name))


def get_set(session: Session, name: str, as_at: date | None = None) -> BoundarySetRow:
    """The set now serving under a name; it must hold on the day if one is given.

    Raises:
        BoundarySetNotFound: no set has the name.
        BoundarySetNotValid: it does not hold on that day.
    """
    row = find_set(session, name)
    if row is None:
        raise BoundarySetNotFound(name)
    if as_at is not None and not holds(row, as_at):
        raise BoundarySetNotValid(name, as_at)
    return row


def holds(row: BoundarySetRow, as_at: date) -> bool:
    """Whether a set holds on a day; on ``valid_to`` it no longer does."""
    return row.valid_from <= as_at and (row.valid_to is None or as_at < row.valid_to)


def list_sets(session: Session, as_at: date | None = None) -> Sequence[BoundarySetRow]:
    """The sets now serving, by name; those that hold on the day if one is given."""
    query = _current().order_by(BoundarySetRow.name)
    if as_at is not None:
        query = query.where(
            BoundarySetRow.valid_from <= as_at,
            or_(BoundarySetRow.valid_to.is_(None), BoundarySetRow.valid_to > as_at),
        )
    return session.scalars(query).all()


def find_same(session: Session, description: SetDescription) -> BoundarySetRow | None:
    """The current set of the name, if it came from the same bytes in the same way."""
    row = find_set(session, description.name)
    if row is None:
        return None
    said = _columns(description)
    return row if all(getattr(row, each) == said[each] for each in said) else None


def _columns(description: SetDescription) -> dict[str, Any]:
    return {
        "name": description.name,
        "series": description.series or description.name,
        "kind": description.kind,
        "title": description.title,
        "valid_from": description.valid_from,
        "valid_to": description.valid_to,
        "resolution": description.resolution,
        "made_how": description.made_how,
        "note": description.note,
        "publisher": description.publisher,
        "licence": description.licence,
        "attribution": description.attribution,
        "source": description.source,
        "sha256": description.sha256,
        "snap_m": description.snap_m,
        "is_building_block": description.is_building_block,
    }


def add(
    session: Session,
    description: SetDescription,
    boundaries: Boundaries,
    cells: Sequence[Overlap],
    quality: Quality,
    loaded_by: str,
) -> BoundarySetRow:
    """Store a set and put it in the place of the current one of its name."""
    old = find_set(session, description.name)
    version = 1 if old is None else old.version + 1
    if old is not None:
        _retire(session, old)
    row = BoundarySetRow(
        **_columns(description),
        is_coverage=quality.is_coverage,
        overlapping=quality.overlapping,
        boundaries=quality.boundaries,
        quality=quality.facts,
        version=version,
        loaded_by=loaded_by,
    )
    session.add(row)
    session.flush()
    _copy_boundaries(session, row.id, boundaries)
    _copy_cells(session, row.id, cells)
    _subdivide(session, row.id)
    return row


def _retire(session: Session, old: BoundarySetRow) -> None:
    """Keep what an old release said of itself, and let its boundaries go."""
    session.execute(
        update(BoundarySetRow)
        .where(BoundarySetRow.id == old.id)
        .values(replaced_at=func.now())
    )
    session.execute(
        delete(OverlapCellRow).where(OverlapCellRow.boundary_set_id == old.id)
    )
    session.execute(delete(BoundaryRow).where(BoundaryRow.boundary_set_id == old.id))


def _copy_boundaries(session: Session, set_id: int, boundaries: Boundaries) -> None:
    columns = (
        "boundary_set_id",
        "ordinal",
        "code",
        "name",
        "name_cy",
        "area_m2",
        "geom",
        "geom_wgs84",
    )
    types = ("int8", "int4", "text", "text", "text", "float8", "bytea", "bytea")
    rows = zip(
        [set_id] * len(boundaries.codes),
        range(1, len(boundaries.codes) + 1),
        boundaries.codes.tolist(),
        boundaries.names.tolist(),
        [each or None for each in boundaries.names_cy.tolist()],
        shapely.area(boundaries.shapes).tolist(),
        ewkb(boundaries.shapes, 27700).tolist(),
        ewkb(boundaries.wgs84, 4326).tolist(),
        strict=True,
    )
    copy_rows(session, "boundary", columns, types, rows)


def _copy_cells(session: Session, set_id: int, cells: Sequence[Overlap]) -> None:
    rows: Iterator[tuple[int, list[int], bytes]] = (
        (set_id, [each + 1 for each in cell.members], shape)
        for cell, shape in zip(
            cells, ewkb([each.shape for each in cells], 27700), strict=True
        )
    )
    if cells:
        columns = ("boundary_set_id", "members", "geom")
        copy_rows(session, "overlap_cell", columns, ("int8", "int4[]", "bytea"), rows)


def _subdivide(session: Session, set_id: int) -> None:
    session.execute(
        statement("boundaries", "subdivide"),
        {"boundary_set_id": set_id, "most_vertices": MOST_VERTICES},
    )


def get_boundary(session: Session, row: BoundarySetRow, code: str) -> BoundaryRow:
    """The boundary of a set with a code.

    Raises:
        BoundaryNotFound: the set has no such code.
    """
    found = session.scalar(
        select(BoundaryRow).where(
            BoundaryRow.boundary_set_id == row.id, BoundaryRow.code == code
        )
    )
    if found is None:
        raise BoundaryNotFound(row.name, code)
    return found


def codes_of(session: Session, set_id: int) -> dict[str, int]:
    """The ordinal of each code of a set."""
    rows = session.execute(
        select(BoundaryRow.code, BoundaryRow.ordinal).where(
            BoundaryRow.boundary_set_id == set_id
        )
    )
    return dict(rows.tuples().all())


def parts_of(session: Session, set_id: int) -> Sequence[Any]:
    """Ordinal and EWKB of every part of a set."""
    return session.execute(
        select(BoundaryPartRow.ordinal, func.ST_AsBinary(BoundaryPartRow.geom)).where(
            BoundaryPartRow.boundary_set_id == set_id
        )
    ).all()


def geojson_items(
    session: Session,
    row: BoundarySetRow,
    limit: int,
    after: int = 0,
    offset: int = 0,
    bbox: tuple[float, float, float, float] | None = None,
    codes: Sequence[str] | None = None,
) -> list[tuple[int, str]]:
    """Ordinal and GeoJSON feature (as text) of boundaries after an ordinal."""
    west, south, east, north = bbox if bbox is not None else (None,) * 4
    found = session.execute(
        statement("boundaries", "geojson_items"),
        {
            "boundary_set_id": row.id,
            "after": after,
            "codes": None if codes is None else list(codes),
            "west": west,
            "south": south,
            "east": east,
            "north": north,
            "most": limit,
            "skipped": offset,
        },
    )
    return [(ordinal, feature) for ordinal, feature in found]


def shapes_of(session: Session, set_id: int) -> NDArray[np.object_]:
    """The MultiPolygons of a set in EPSG:27700, by ordinal from 1."""
    rows = binary_rows(session, "boundaries", "shapes_of", boundary_set_id=set_id)
    found: NDArray[np.object_] = shapely.from_wkb([row[0] for row in rows])
    return found
