"""The only queries of neighbourhoods and sketches."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from assetmap.crs import CRS84, NATIONAL_GRID
from assetmap.db.copying import ewkb
from assetmap.db.statements import binary_rows, statement
from assetmap.neighbourhoods.changed import note_changed
from assetmap.neighbourhoods.counted_store import counted
from assetmap.neighbourhoods.model import (
    FEWEST_SKETCHES,
    Neighbourhood,
    NeighbourhoodAt,
    NeighbourhoodNotFound,
    OtherName,
    Sketch,
    SlugTaken,
)
from assetmap.neighbourhoods.tables import (
    CountedSketchRow,
    NeighbourhoodNameRow,
    NeighbourhoodRow,
)

_FACTS = ("name", "name_cy", "description", "council", "is_simulated", "made_how")
_OF_SKETCH = (
    "resident",
    "weight",
    "years_lived",
    "note",
    "is_simulated",
    "source",
    "source_ref",
    "drawn_at",
    "repaired",
    "edit_token_hash",
    "made_how",
    "weight_reason",
)


def find_neighbourhood(session: Session, slug: str) -> NeighbourhoodRow | None:
    """The neighbourhood of a slug."""
    query = select(NeighbourhoodRow).where(NeighbourhoodRow.slug == slug)
    return session.scalar(query)


def get_neighbourhood(session: Session, slug: str) -> NeighbourhoodRow:
    """The neighbourhood of a slug.

    Raises:
        NeighbourhoodNotFound: there is none.
    """
    row = find_neighbourhood(session, slug)
    if row is None:
        raise NeighbourhoodNotFound(slug)
    return row


def lock_neighbourhood(session: Session, slug: str) -> NeighbourhoodRow | None:
    """The neighbourhood of a slug, if whoever acts may change it; held until then."""
    query = select(NeighbourhoodRow).where(NeighbourhoodRow.slug == slug)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(fresh)


def list_neighbourhoods(session: Session) -> Sequence[NeighbourhoodRow]:
    """All neighbourhoods with their other names, by slug."""
    query = select(NeighbourhoodRow).order_by(NeighbourhoodRow.slug)
    return session.scalars(
        query.options(selectinload(NeighbourhoodRow.other_names))
    ).all()


def add_neighbourhood(
    session: Session, new: Neighbourhood, is_published: bool = True
) -> NeighbourhoodRow:
    """Store a neighbourhood whose slug is free.

    Raises:
        SlugTaken: it is not.
    """
    row = NeighbourhoodRow(slug=new.slug, is_published=is_published, **_facts(new))
    row.other_names = _name_rows(new.other_names)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise SlugTaken(new.slug) from error
    return row


def save_neighbourhood(session: Session, new: Neighbourhood) -> NeighbourhoodRow:
    """Store a neighbourhood, or what is new about the one of its slug.

    The version goes up where anything changed.
    """
    row = find_neighbourhood(session, new.slug)
    if row is None:
        return add_neighbourhood(session, new)
    return update_neighbourhood(session, row, _facts(new), new.other_names)


def update_neighbourhood(
    session: Session,
    row: NeighbourhoodRow,
    facts: Mapping[str, Any],
    names: Collection[OtherName],
) -> NeighbourhoodRow:
    """Store what is new about a neighbourhood, by column, and its other names."""
    changed = {each for each in facts if getattr(row, each) != facts[each]}
    if "is_published" in changed:
        note_changed(session, row.id)
    for each in changed:
        setattr(row, each, facts[each])
    if set(names) != set(other_names(row)):
        kept = {(each.name, each.language): each for each in row.other_names}
        row.other_names = [
            kept.get((each.name, each.language), _name_row(each))
            for each in sorted(set(names), key=lambda name: name.name)
        ]
        changed.add("other_names")
    if changed:
        row.version += 1
        with session.no_autoflush:  # so that one statement changes all
            row.updated_at = session.scalars(select(func.now())).one()
    session.flush()
    return row


def other_names(row: NeighbourhoodRow) -> tuple[OtherName, ...]:
    """The other names of a neighbourhood."""
    return tuple(OtherName(each.name, each.language) for each in row.other_names)


def _facts(new: Neighbourhood) -> dict[str, Any]:
    return {each: getattr(new, each) for each in _FACTS}


def _name_row(name: OtherName) -> NeighbourhoodNameRow:
    return NeighbourhoodNameRow(name=name.name, language=name.language)


def _name_rows(names: Iterable[OtherName]) -> list[NeighbourhoodNameRow]:
    return [_name_row(each) for each in sorted(set(names), key=lambda name: name.name)]


def add_sketches(
    session: Session, neighbourhood_id: int, sketches: Sequence[Sketch]
) -> list[int]:
    """The ids of the sketches that were added or changed, in the order given.

    One that its source sent before, in the same words, is not stored again.
    """
    shapes = {
        "geom": list(ewkb([each.shape for each in sketches], NATIONAL_GRID)),
        "geom_wgs84": list(ewkb([each.wgs84 for each in sketches], CRS84)),
    }
    facts = {name: [getattr(each, name) for each in sketches] for name in _OF_SKETCH}
    answers = [each.answers and orjson.dumps(each.answers) for each in sketches]
    facts["answers"] = [each and each.decode() for each in answers]
    added = session.scalars(
        statement("neighbourhoods", "add_sketches"),
        {"neighbourhood_id": neighbourhood_id, **shapes, **facts},
    )
    note_changed(session, neighbourhood_id)
    return list(added)


def counted_sketches(
    session: Session, neighbourhood_id: int
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Shapes in EPSG:27700 and votes of the sketches that count, in a fixed order."""
    found = counted(session, neighbourhood_id)
    return found.shapes, found.votes


def count_sketches(session: Session, neighbourhood_id: int) -> int:
    """How many sketches count: one for each resident who has not withdrawn."""
    query = select(func.count()).where(
        CountedSketchRow.neighbourhood_id == neighbourhood_id
    )
    return session.scalar(query) or 0


def consensus_at(
    session: Session,
    east: float,
    north: float,
    min_sketches: int = FEWEST_SKETCHES,
) -> list[NeighbourhoodAt]:
    """The neighbourhoods published at a grid point, those that most include first.

    They are those whose sketches hold the centre of the point's grid square.
    """
    return consensus_at_places(session, [(east, north)], min_sketches)[0]


def consensus_at_places(
    session: Session,
    places: Sequence[tuple[float, float]],
    min_sketches: int = FEWEST_SKETCHES,
) -> list[list[NeighbourhoodAt]]:
    """The neighbourhoods published at each grid point, those most include first."""
    asked = places_asked(places, min_sketches)
    rows = binary_rows(session, "neighbourhoods", "consensus_at_places", **asked)
    return by_place(rows, len(places))


def places_asked(
    places: Sequence[tuple[float, float]], min_sketches: int
) -> dict[str, Any]:
    """The values of the statement ``consensus_at_places``."""
    return {
        "ranks": list(range(len(places))),
        "easts": [east for east, _ in places],
        "norths": [north for _, north in places],
        "min_sketches": min_sketches,
    }


def by_place(rows: Iterable[Sequence[Any]], count: int) -> list[list[NeighbourhoodAt]]:
    """What the rows of ``consensus_at_places`` say of each of ``count`` places."""
    result: list[list[NeighbourhoodAt]] = [[] for _ in range(count)]
    for rank, slug, name, name_cy, sketches, is_simulated, share, is_least in rows:
        found = NeighbourhoodAt(
            slug, name, name_cy, share, sketches, is_simulated, is_least
        )
        result[rank].append(found)
    return result


def sketched_boxes(session: Session) -> list[tuple[float, float, float, float]]:
    """The box of all sketches of each neighbourhood that has any."""
    rows = binary_rows(session, "neighbourhoods", "sketched_boxes")
    return [(west, south, east, north) for west, south, east, north in rows]
