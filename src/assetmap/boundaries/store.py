"""The only queries of boundary sets and boundaries."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import shapely
from sqlalchemy import delete, func, update
from sqlalchemy.orm import Session

from assetmap.boundaries.model import (
    Boundaries,
    BoundarySet,
    BoundarySetNotFound,
    BoundarySetNotValid,
    Overlap,
    Quality,
    SeriesOverlap,
    SetDescription,
)
from assetmap.boundaries.tables import (
    BoundaryRow,
    BoundarySetRow,
    DiscrepancyRow,
    OverlapCellRow,
)
from assetmap.db.copying import copy_rows, ewkb, raw_connection
from assetmap.db.statements import binary_rows, for_driver

MOST_VERTICES = 96
"""Vertices of a part: few enough that an overlap is cheap, enough to be one page."""


_COLUMNS = tuple(each.name for each in fields(BoundarySet))
_READ: dict[tuple[object, ...], BoundarySet] = {}
"""Sets by load and what can change of one: requests ask for the same few each time."""


def list_sets(session: Session, as_at: date | None = None) -> list[BoundarySet]:
    """The sets now serving, by name; those that hold on the day if one is given."""
    keys = binary_rows(session, "boundaries", "serving", as_at=as_at)
    return [known_set(session, *key) for key in keys]


def known_set(
    session: Session, set_id: int, valid_to: date | None, loaded_at: datetime
) -> BoundarySet:
    """The set of one load, read once for as long as nothing of it changes."""
    found = find_known_set(set_id, valid_to, loaded_at)
    return found or _read(session, (set_id, valid_to, loaded_at))


def find_known_set(
    set_id: int, valid_to: date | None, loaded_at: datetime
) -> BoundarySet | None:
    """The set of one load, if it was read before."""
    return _READ.get((set_id, valid_to, loaded_at))


def _read(session: Session, key: tuple[Any, ...]) -> BoundarySet:
    row = session.get_one(BoundarySetRow, key[0], populate_existing=True)
    found = _record(row)
    _READ[key] = found
    return found


def _record(row: BoundarySetRow) -> BoundarySet:
    return BoundarySet(**{each: getattr(row, each) for each in _COLUMNS})


def find_set(session: Session, name: str) -> BoundarySet | None:
    """The set now serving under a name."""
    return next((each for each in list_sets(session) if each.name == name), None)


def get_set(session: Session, name: str, as_at: date | None = None) -> BoundarySet:
    """The set now serving under a name; it must hold on the day if one is given.

    Raises:
        BoundarySetNotFound: no set has the name.
        BoundarySetNotValid: it does not hold on that day.
    """
    return get_sets(session, [name], as_at)[0]


def get_sets(
    session: Session, names: Sequence[str], as_at: date | None = None
) -> list[BoundarySet]:
    """The sets now serving under names, in their order; asked for at once.

    Raises:
        BoundarySetNotFound: no set has one of the names.
        BoundarySetNotValid: one does not hold on that day.
    """
    known = {each.name: each for each in list_sets(session)}
    found = []
    for name in names:
        if name not in known:
            raise BoundarySetNotFound(name)
        if as_at is not None and not holds(known[name], as_at):
            raise BoundarySetNotValid(name, as_at)
        found.append(known[name])
    return found


def get_set_by_id(session: Session, set_id: int) -> BoundarySet:
    """The set of one load."""
    return _record(session.get_one(BoundarySetRow, set_id))


def holds(row: BoundarySet, as_at: date) -> bool:
    """Whether a set holds on a day; on ``valid_to`` it no longer does."""
    return row.valid_from <= as_at and (row.valid_to is None or as_at < row.valid_to)


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
    return _record(row)


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
