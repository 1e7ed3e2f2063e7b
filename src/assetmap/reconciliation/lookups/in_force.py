"""What look-ups need of a day: its sets, its postcodes and what to attribute.

A statement that finds a place tells the state of the sets and counts as a text; what
that state means is read once and kept, so that one statement answers a look-up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.footprints import codes
from assetmap.footprints.codes import PostcodeLoad
from assetmap.people import counts as people_counts
from assetmap.reconciliation import store
from assetmap.reconciliation.lookups.lookup import Place

State = tuple[str | None, str | None]

_MOST_STATES = 100
_kept: dict[State, "InForce"] = {}


@dataclass(frozen=True)
class InForce:
    """The sets that hold on a day, by name; ``counted`` is what counts ask to say."""

    sets: tuple[BoundarySet, ...]
    postcodes: PostcodeLoad | None
    counted: tuple[str, ...]

    def said(self, sets: Sequence[BoundarySet]) -> list[str]:
        """Every statement that the sources of an answer from some sets ask for."""
        every = [*(row.attribution for row in sets), *self.counted]
        return list(dict.fromkeys(each for each in every if each))


@dataclass(frozen=True)
class FoundPlace:
    """A place that was found, and the state in which it was.

    ``hits`` are set and ordinal of the boundaries of all sets that hold it, or None
    for a postcode, whose boundaries were found at load. ``is_live`` is None where the
    publisher does not tell; ``ended`` is the month in which a postcode did.
    """

    place: Place
    has_sketches: bool
    state: State
    hits: frozenset[tuple[int, int]] | None = None
    is_live: bool | None = None
    ended: str | None = None


def in_force_on(session: Session, as_at: date, state: State | None = None) -> InForce:
    """What is in force on a day; kept under the state in which it was read, if told."""
    found = find_in_force(state) if state else None
    if found is None:
        found = InForce(
            tuple(boundary_store.list_sets(session, as_at)),
            codes.postcode_load(session),
            tuple(people_counts.attributions(session)),
        )
        if state is not None:
            _keep(state, found)
    return found


def find_in_force(state: State) -> InForce | None:
    """What is in force in a state, if it was read before."""
    return _kept.get(state)


def _keep(state: State, found: InForce) -> None:
    if len(_kept) >= _MOST_STATES:
        _kept.clear()
    _kept[state] = found


def question(
    given: Place | str, as_at: date, grid_m: float
) -> tuple[str, dict[str, Any]]:
    """The statement that finds a place or a postcode, and its values."""
    values = {"as_at": as_at, "grid_m": grid_m}
    if isinstance(given, str):
        return "postcode", {"postcode": given, **values}
    return "point", {"east": given.east, "north": given.north, **values}


def find_place(
    session: Session, given: Place | str, as_at: date, grid_m: float
) -> FoundPlace | None:
    """A place or a postcode as it was found; None if that is not known."""
    name, values = question(given, as_at, grid_m)
    rows = store.found_place_rows(session, name, values)
    return found_place_of(rows[0], given) if rows else None


def found_place_of(row: Sequence[Any], given: Place | str) -> FoundPlace:
    """What a row of either statement says."""
    if isinstance(given, str):
        is_live, ended, east, north, lon, lat, country, has_sketches, *state = row
        place = Place(east, north, lon, lat, country)
        return FoundPlace(
            place, has_sketches, (state[0], state[1]), None, is_live, ended
        )
    sets, ordinals, has_sketches, *state = row
    hits = frozenset(zip(sets or (), ordinals or (), strict=True))
    return FoundPlace(given, has_sketches, (state[0], state[1]), hits)
