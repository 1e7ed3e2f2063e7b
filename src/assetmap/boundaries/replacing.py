"""Queries that put a boundary set in the place of the one of its name."""

from collections.abc import Iterator, Sequence
from typing import Any

import shapely
from sqlalchemy import delete, func, update
from sqlalchemy.orm import Session

from assetmap.boundaries.model import (
    Boundaries,
    BoundarySet,
    Overlap,
    Quality,
    SeriesOverlap,
    SetDescription,
)
from assetmap.boundaries.store import find_set, list_sets, record_of
from assetmap.boundaries.tables import (
    BoundaryRow,
    BoundarySetRow,
    DiscrepancyRow,
    OverlapCellRow,
)
from assetmap.db.copying import copy_rows, ewkb, raw_connection
from assetmap.db.statements import for_driver

MOST_VERTICES = 96
"""Vertices of a part: few enough that an overlap is cheap, enough to be one page."""


def find_same(session: Session, description: SetDescription) -> BoundarySet | None:
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
        "vintage": description.vintage,
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
    loaded_by: str,
) -> int:
    """The number of a new set with its boundaries, in the place of its name's current.

    What is wrong with it is stored by :func:`finish`.

    Raises:
        SeriesOverlap: another set of its series holds on one of its days.
    """
    _check_series(session, description)
    old = find_set(session, description.name)
    version = 1 if old is None else old.version + 1
    if old is not None:
        _retire(session, old)
    row = BoundarySetRow(
        **_columns(description),
        is_coverage=False,
        overlapping=False,
        boundaries=len(boundaries.codes),
        quality={},
        version=version,
        loaded_by=loaded_by,
    )
    session.add(row)
    session.flush()
    _copy_boundaries(session, row.id, boundaries)
    return row.id


def finish(session: Session, set_id: int, quality: Quality) -> BoundarySet:
    """The set of a load, with what is wrong with it."""
    row = session.get_one(BoundarySetRow, set_id)
    row.is_coverage, row.overlapping = quality.is_coverage, quality.overlapping
    row.quality = quality.facts
    session.flush()
    session.refresh(row)
    return record_of(row)


def _check_series(session: Session, new: SetDescription) -> None:
    """Let pass a set on whose days no other of its series holds."""
    for other in list_sets(session):
        same = other.series == _columns(new)["series"] and other.name != new.name
        begins = new.valid_to is None or other.valid_from < new.valid_to
        ends = other.valid_to is None or new.valid_from < other.valid_to
        if same and begins and ends:
            raise SeriesOverlap(new, other)


def _retire(session: Session, old: BoundarySet) -> None:
    """Keep what an old release said of itself, and let its boundaries go."""
    session.execute(
        update(BoundarySetRow)
        .where(BoundarySetRow.id == old.id)
        .values(replaced_at=func.now())
    )
    for table in (DiscrepancyRow, OverlapCellRow, BoundaryRow):
        session.execute(delete(table).where(table.boundary_set_id == old.id))


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


def add_cells(session: Session, set_id: int, cells: Sequence[Overlap]) -> None:
    """Store the ground that several boundaries of a set hold."""
    rows: Iterator[tuple[int, list[int], bytes]] = (
        (set_id, [each + 1 for each in cell.members], shape)
        for cell, shape in zip(
            cells, ewkb([each.shape for each in cells], 27700), strict=True
        )
    )
    if cells:
        columns = ("boundary_set_id", "members", "geom")
        copy_rows(session, "overlap_cell", columns, ("int8", "int4[]", "bytea"), rows)


def subdivide(session: Session, set_id: int) -> None:
    """Cut the boundaries of a set into parts of few vertices.

    It may run in a thread of its own: it uses the connection of the session only,
    which nothing else may use meanwhile.
    """
    values = {"boundary_set_id": set_id, "most_vertices": MOST_VERTICES}
    cut = for_driver("boundaries", "subdivide")
    raw_connection(session).execute(cut, values)
