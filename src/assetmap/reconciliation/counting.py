"""Which counts say how many people a footprint holds.

Unknown is not zero: counts that do not reach a place say nothing of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from assetmap.footprints.model import Footprint
from assetmap.people import counts as people_counts
from assetmap.people.model import PEOPLE, POSTCODES, CountSet
from assetmap.people.vintages import later_notes
from assetmap.reconciliation import store
from assetmap.reconciliation.model import Floats

MOST_UNCOUNTED = 0.05
"""Of the places where people may live: with more of them unknown, counts do not reach
a footprint. Along a generalised coast a few always are."""


def counted_by(
    counts: CountSet | None, places: CountSet | None = None
) -> dict[str, Any]:
    """What an answer says of the counts that it used, if there were any."""
    if counts is None:
        return {"counts": None}
    return {
        "counts": counts.name,
        "counts_title": counts.title,
        "counts_vintage": counts.vintage,
        "counts_at": counts.spread_over or "all postcodes",
        "postcodes_vintage": places.vintage if places else None,
    }


@dataclass(frozen=True)
class Counting:
    """The counts that are used, and what is to be said of those that are not.

    ``places`` is the load of postcodes, at whose places people are counted.
    """

    counts: CountSet | None
    notes: tuple[str, ...] = ()
    places: CountSet | None = None

    @property
    def at(self) -> str:
        """The postcodes at which people are counted."""
        return (self.counts.spread_over if self.counts else None) or "all postcodes"

    @property
    def measure(self) -> str:
        """What is counted: people, or postcodes."""
        return self.counts.measure if self.counts else POSTCODES

    @property
    def id(self) -> int:
        """The id of the counts; 0 where only postcodes are known."""
        return self.counts.id if self.counts else 0

    @property
    def settings(self) -> dict[str, Any]:
        """Which counts were used, of what day, and at which postcodes."""
        return counted_by(self.counts, self.places)

    @property
    def loads(self) -> tuple[CountSet, ...]:
        """The counts, and the postcodes at whose places they are counted."""
        used = (self.counts, self.places)
        return tuple(each for each in used if each is not None)


@dataclass(frozen=True)
class Reach:
    """Places where people may live in a footprint, and those without a count.

    ``standing`` are those that stand for blocks without a postcode.
    """

    uncounted: int
    places: int
    standing: int = 0


def reach_of(near: store.Near, membership: Floats) -> Reach:
    """How far the counts of some points reach a footprint, by its membership there."""
    inside = membership > 0
    return Reach(
        int(np.count_nonzero(near.is_uncounted & inside)),
        int(np.count_nonzero(inside)),
        int(np.count_nonzero(near.standing & inside & (near.weights > 0))),
    )


def standing_note(blocks: int, of: int | None = None) -> tuple[str, ...]:
    """What is to be said of building blocks whose people are held at one point."""
    if not blocks:
        return ()
    among = "" if of is None else f" of {of:,}"
    return (
        f"Building blocks here that have people and no postcode: {blocks:,}{among}. "
        "All people of each are counted at one point, wherever in it they live.",
    )


def counts_for(
    session: Session, footprints: Sequence[Footprint], as_at: date | None = None
) -> Counting:
    """The counts of a day that reach all the footprints, else postcodes.

    Without a day they are the newest.
    """

    def reached(counts: CountSet) -> list[Reach]:
        return [_reach(session, footprint, counts) for footprint in footprints]

    return choose(people_counts.by_preference(session, as_at), reached, as_at)


def choose(
    found: Sequence[CountSet],
    reached: Callable[[CountSet], Sequence[Reach]],
    as_at: date | None = None,
) -> Counting:
    """The first of the counts that reach all of some footprints.

    They are in the order in which they hold on ``as_at``; what is later is told.
    """
    counting = _first(found, reached)
    later = later_notes(counting.counts, counting.places, as_at)
    return replace(counting, notes=(*counting.notes, *later))


def _first(
    found: Sequence[CountSet], reached: Callable[[CountSet], Sequence[Reach]]
) -> Counting:
    at = next((each for each in found if each.name == POSTCODES), None)
    notes: list[str] = []
    for each in found:
        if each.measure != PEOPLE:
            return Counting(each, tuple(notes), at)
        parts = reached(each)
        unknown, places = (
            sum(part.uncounted for part in parts),
            sum(part.places for part in parts),
        )
        if all(part.uncounted <= MOST_UNCOUNTED * part.places for part in parts):
            standing = sum(part.standing for part in parts)
            said = (*_told(unknown, places), *standing_note(standing))
            return Counting(each, said, at)
        notes.append(
            f"Counts of people {each.name!r} do not reach {unknown} of the "
            f"{places} places of postcodes here: not used."
        )
    return Counting(None, tuple(notes))


def _told(unknown: int, places: int) -> tuple[str, ...]:
    if not unknown:
        return ()
    return (
        f"{unknown} of the {places} places of postcodes here lie in no building block "
        "with a count: nobody is counted there.",
    )


def _reach(session: Session, footprint: Footprint, counts: CountSet) -> Reach:
    near = store.points_near(session, footprint.bounds, {}, counts.id)
    return reach_of(near, footprint.membership_at(near.xs, near.ys))
