"""Which boundaries, catchments and neighbourhoods hold a place, on a day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet
from assetmap.boundaries.store import known_set
from assetmap.reconciliation import store


@dataclass(frozen=True)
class Place:
    """Where a question is about: National Grid metres, longitude and latitude.

    A place with a ``country`` is a postcode's and lies on land: a set that leaves it
    out by generalising its edge answers with the nearest boundary of that country.
    """

    east: float
    north: float
    lon: float
    lat: float
    country: str = ""


@dataclass(frozen=True)
class Holder:
    """A boundary that holds a place, and its set."""

    boundary_set: BoundarySet
    code: str
    name: str


def holders(
    session: Session,
    places: Sequence[Place],
    sets: Sequence[BoundarySet],
) -> list[list[Holder]]:
    """The boundaries that hold each place, by set and code, in the order of places.

    On an edge that two boundaries share the lowest code wins, unless the set overlaps.
    """
    by_id = {row.id: row for row in sets}
    result: list[list[Holder]] = [[] for _ in places]
    found: list[set[int]] = [set() for _ in places]
    for place, set_id, code, name in store.boundaries_at(session, places, list(by_id)):
        row = by_id[set_id]
        if set_id in found[place] and not row.overlapping:
            continue
        found[place].add(set_id)
        result[place].append(Holder(row, code, name))
    order = {row.id: rank for rank, row in enumerate(sets)}
    for each in result:
        each.sort(key=lambda holder: (order[holder.boundary_set.id], holder.code))
    return result


FindSet = Callable[[int, date | None, datetime], BoundarySet | None]


@dataclass(frozen=True)
class Standing:
    """One place, the sets that hold on the day, and what of them holds the place."""

    place: Place
    sets: list[BoundarySet]
    holders: list[Holder]
    has_sketches: bool
    attribution: list[str]


def standing(
    session: Session, given: Place | str, as_at: date, grid_m: float
) -> Standing | None:
    """What holds a place, or the place of a postcode; None if that is not known.

    One statement answers, snapping included. The sets come by name.
    """
    rows = store.place_rows(session, given, as_at, grid_m)
    return standing_of(rows, given, partial(known_set, session)) if rows else None


def standing_of(
    rows: Sequence[tuple[Any, ...]], given: Place | str, known: FindSet
) -> Standing | None:
    """What some rows of a place say; None if one is of a set that is not known."""
    sets: dict[int, BoundarySet] = {}
    found: list[Holder] = []
    for row in rows:
        set_id, code, name = row[3], *row[8:10]
        if set_id is None:
            continue
        if set_id not in sets:
            of_set = known(*row[3:6])
            if of_set is None:
                return None
            sets[set_id] = of_set
        elif not sets[set_id].overlapping:
            continue
        if code is not None:
            found.append(Holder(sets[set_id], code, name))
    has_sketches, said = rows[0][10:]
    place = _place(given, rows[0])
    return Standing(place, list(sets.values()), found, has_sketches, said or [])


def _place(given: Place | str, row: tuple[Any, ...]) -> Place:
    if isinstance(given, Place):
        return given
    lon, lat, country, _, _, _, east, north, *_ = row
    return Place(east, north, lon, lat, country or "")
