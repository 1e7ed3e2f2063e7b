"""Which boundaries, catchments and neighbourhoods hold a place, on a day."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet, BoundarySetNotFound
from assetmap.reconciliation import store


@dataclass(frozen=True)
class Place:
    """Where a question is about: National Grid metres, longitude and latitude.

    ``is_postcode`` places lie on land: a set that leaves one out by generalising its
    edge answers with the nearest boundary of the same country.
    """

    east: float
    north: float
    lon: float
    lat: float
    country: str = ""
    is_postcode: bool = False


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
    _snap(session, places, by_id, result, found)
    order = {row.id: rank for rank, row in enumerate(sets)}
    for each in result:
        each.sort(key=lambda holder: (order[holder.boundary_set.id], holder.code))
    return result


def _snap(
    session: Session,
    places: Sequence[Place],
    sets: dict[int, BoundarySet],
    result: list[list[Holder]],
    found: list[set[int]],
) -> None:
    """Give postcodes that a generalised set leaves out to its nearest boundary."""
    wide = {set_id for set_id, row in sets.items() if row.snap_m > 0}
    for rank, place in enumerate(places):
        lost = sorted(wide - found[rank]) if place.is_postcode and place.country else []
        if not lost:
            continue
        for set_id, code, name in store.nearest_boundaries(session, place, lost):
            result[rank].append(Holder(sets[set_id], code, name))


def check_sets(known: Sequence[BoundarySet], named: Sequence[str]) -> None:
    """Let pass only names of known sets.

    Raises:
        BoundarySetNotFound: one is not.
    """
    names = {row.name for row in known}
    for name in named:
        if name not in names:
            raise BoundarySetNotFound(name)
