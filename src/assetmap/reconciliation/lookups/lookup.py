"""Which boundaries hold each of some places.

A place of a postcode is looked up in what was found when the sets were loaded; any
other point, and whatever was not kept, is asked of the boundaries themselves. Both
give the same answer: a test and the benchmark compare them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet
from assetmap.footprints import codes
from assetmap.reconciliation import store

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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
class Places:
    """Places column by column, as ``Place``; a country is a letter, or empty."""

    east: Floats
    north: Floats
    countries: NDArray[np.bytes_]


@dataclass(frozen=True)
class Holder:
    """A boundary that holds a place, and its set."""

    boundary_set: BoundarySet
    code: str
    name: str


@dataclass(frozen=True)
class Held:
    """What holds each place, for one set: 0, an ordinal or a combination's number."""

    boundary_set: BoundarySet
    cells: NDArray[np.int32]
    combinations: Mapping[int, tuple[int, ...]]

    def ordinals(self, place: int) -> tuple[int, ...]:
        """The boundaries that hold one place, by their order in the set."""
        cell = int(self.cells[place])
        if cell <= self.boundary_set.boundaries:
            return (cell,) if cell else ()
        return self.combinations[cell]


def columns_of(places: Sequence[Place]) -> Places:
    """Places column by column."""
    return Places(
        np.array([each.east for each in places], dtype=float),
        np.array([each.north for each in places], dtype=float),
        np.array([each.country for each in places], dtype="S1"),
    )


def holders(
    session: Session, places: Sequence[Place], sets: Sequence[BoundarySet]
) -> list[list[Holder]]:
    """The boundaries that hold each of a few places, by set and code."""
    held = held_by(session, columns_of(places), sets)
    wanted = {
        (each.boundary_set.id, ordinal)
        for each in held
        for place in range(len(places))
        for ordinal in each.ordinals(place)
    }
    facts = store.facts_of(session, sorted(wanted), 0)
    return [
        [
            Holder(each.boundary_set, of_it.code, of_it.name)
            for each in held
            for ordinal in each.ordinals(place)
            for of_it in [facts[each.boundary_set.id][ordinal]]
        ]
        for place in range(len(places))
    ]


def held_by(
    session: Session, places: Places, sets: Sequence[BoundarySet]
) -> list[Held]:
    """What holds each place, set by set.

    On an edge that two boundaries share the lowest code wins, unless the set overlaps.
    """
    is_coded, known = _coded(session, places, sets)
    coded = [row for row in sets if row.id in known]
    others = [row for row in sets if row.id not in known]
    everywhere = np.ones(len(places.east), dtype=bool)
    found = spatially(session, places, ~is_coded, coded, known)
    found |= spatially(session, places, everywhere, others, {})
    return [found[row.id] for row in sets]


def _coded(
    session: Session, places: Places, sets: Sequence[BoundarySet]
) -> tuple[Bools, dict[int, Held]]:
    """Which places are those of postcodes, and what was found for them at load."""
    nowhere = np.zeros(len(places.east), dtype=bool)
    load = codes.postcode_load(session) if (places.countries != b"").any() else None
    if load is None:
        return nowhere, {}
    points = codes.places_of(session, load)
    at = points.find(places.east, places.north)
    is_coded = points.of_country(at, places.countries)
    at[~is_coded] = 0
    known = {}
    for row in sets:
        of_set = codes.codes_of(session, load, row)
        if of_set is not None:
            cells = np.where(is_coded, of_set.cells[at], 0).astype(np.int32)
            known[row.id] = Held(row, cells, of_set.combinations)
    return is_coded, known


def spatially(
    session: Session,
    places: Places,
    asked: Bools,
    sets: Sequence[BoundarySet],
    known: Mapping[int, Held],
) -> dict[int, Held]:
    """What holds each place that is asked about, added to what is known of others."""
    places_asked = np.flatnonzero(asked)
    rows: list[tuple[Any, ...]] = []
    if len(places_asked) and sets:
        ids = [row.id for row in sets]
        rows = store.boundaries_at(
            session,
            places_asked,
            places.east[asked],
            places.north[asked],
            places.countries[asked],
            ids,
        )
    found: dict[int, dict[int, list[int]]] = {row.id: {} for row in sets}
    for place, set_id, ordinal in rows:
        found[set_id].setdefault(place, []).append(ordinal)
    count = len(places.east)
    return {row.id: _held(row, count, found[row.id], known.get(row.id)) for row in sets}


def _held(
    row: BoundarySet, count: int, found: Mapping[int, list[int]], known: Held | None
) -> Held:
    """What holds each of ``count`` places: what is known, and what was found."""
    cells = np.zeros(count, dtype=np.int32) if known is None else known.cells
    combinations = {} if known is None else dict(known.combinations)
    numbers = {members: cell for cell, members in combinations.items()}
    for place, ordinals in found.items():
        members = tuple(ordinals)
        if row.is_single or len(members) == 1:
            cells[place] = members[0]
            continue
        number = row.boundaries + 1 + len(numbers)
        cells[place] = cell = numbers.setdefault(members, number)
        combinations[cell] = members
    return Held(row, cells, combinations)
