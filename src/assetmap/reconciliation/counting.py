"""Which counts say how many people a footprint holds.

Unknown is not zero: counts that do not reach a place say nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from assetmap.footprints.model import Footprint
from assetmap.people import counts as people_counts
from assetmap.people.model import PEOPLE, POSTCODES, CountSet
from assetmap.reconciliation import store

MOST_UNCOUNTED = 0.05
"""Of the places where people may live: with more of them unknown, counts do not reach
a footprint. Along a generalised coast a few always are."""


@dataclass(frozen=True)
class Counting:
    """The counts that are used, and what is to be said of those that are not.

    ``places`` is the load of postcodes, at whose places people are counted.
    """

    counts: CountSet | None
    notes: tuple[str, ...] = ()
    places: CountSet | None = None

    @property
    def loads(self) -> tuple[CountSet, ...]:
        """The counts, and the postcodes at whose places they are counted."""
        used = (self.counts, self.places)
        return tuple(each for each in used if each is not None)


def counts_for(session: Session, footprints: Sequence[Footprint]) -> Counting:
    """The newest counts of people that reach all the footprints, else postcodes."""
    found = people_counts.by_preference(session)
    at = next((each for each in found if each.name == POSTCODES), None)
    notes: list[str] = []
    for each in found:
        if each.measure != PEOPLE:
            return Counting(each, tuple(notes), at)
        places = [_uncounted(session, footprint, each) for footprint in footprints]
        unknown = sum(one for one, _ in places)
        if all(one <= MOST_UNCOUNTED * of for one, of in places):
            told = _told(unknown, sum(of for _, of in places))
            return Counting(each, told, at)
        notes.append(
            f"Counts of people {each.name!r} do not reach {unknown} of the "
            f"{sum(of for _, of in places)} places of postcodes here: not used."
        )
    return Counting(None, tuple(notes))


def _told(unknown: int, places: int) -> tuple[str, ...]:
    if not unknown:
        return ()
    return (
        f"{unknown} of the {places} places of postcodes here lie in no building block "
        "with a count: nobody is counted there.",
    )


def _uncounted(
    session: Session, footprint: Footprint, counts: CountSet
) -> tuple[int, int]:
    """How many places where people may live have no count, and how many there are."""
    near = store.points_near(session, footprint.bounds, {}, counts.id)
    inside = footprint.membership_at(near.xs, near.ys) > 0
    return int(np.count_nonzero(near.is_uncounted & inside)), int(inside.sum())
