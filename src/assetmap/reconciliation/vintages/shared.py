"""What the boundaries of two stored sets share, and what each has outside the other."""

from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries.model import BoundarySet
from assetmap.footprints import store as footprint_store
from assetmap.footprints.areas import prepared
from assetmap.footprints.areas.shared import shared_ground
from assetmap.reconciliation.model import Floats
from assetmap.reconciliation.vintages.changes import left_by
from assetmap.reconciliation.vintages.model import Outside, Pairs, Places, Vintage

Shared = tuple[Places, Places, Floats]
Left = tuple[Floats, Floats]
"""What of each old, and of each new, boundary lies in none of the other set."""


def by_people(
    session: Session, old: BoundarySet, new: BoundarySet, count_set: int
) -> tuple[Shared, Left]:
    """The people that each two boundaries share, from what every point lies in."""
    counts = (old.boundaries, new.boundaries)
    chunks = footprint_store.all_chunks(session)
    weights = np.nan_to_num(footprint_store.weights_of(session, count_set, chunks))
    one, other = (
        footprint_store.cells_of(session, row.id, chunks).astype(np.int64)
        for row in (old, new)
    )
    if not len(weights) == len(one) == len(other):
        return _nothing(), (np.zeros(counts[0]), np.zeros(counts[1]))
    last = int(other.max(initial=0)) + 1
    cells, row = np.unique(one * last + other, return_inverse=True)
    sums: Any = np.bincount(row, weights=weights, minlength=len(cells))
    members = [footprint_store.combinations(session, each.id) for each in (old, new)]
    olds, news, people = _spread(cells // last, cells % last, sums, *members)
    alone = [
        _people_of(places[others == 0], people[others == 0], count)
        for places, others, count in zip(
            (olds, news), (news, olds), counts, strict=True
        )
    ]
    both = (olds > 0) & (news > 0)
    return (olds[both] - 1, news[both] - 1, people[both]), (alone[0], alone[1])


def _people_of(places: Places, people: Floats, count: int) -> Floats:
    """The people of each boundary, by its place from 1; 0 is nowhere."""
    found: Any = np.bincount(places, weights=people, minlength=count + 1)
    result: Floats = found[1:].astype(float)
    return result


def _spread(one: Any, other: Any, sums: Floats, of_old: Any, of_new: Any) -> Shared:
    """People of cells given to boundaries: to those that share one, in equal parts.

    Places count from 1; 0 is outside all boundaries of a set.
    """
    rows = []
    for old_cell, new_cell, people in zip(
        one.tolist(), other.tolist(), sums.tolist(), strict=True
    ):
        olds = of_old.get(old_cell, (old_cell,))
        news = of_new.get(new_cell, (new_cell,))
        part = people / (len(olds) * len(news))
        rows += [(a, b, part) for a in olds for b in news]
    if not rows:
        return _nothing()
    olds, news, parts = (np.array(each) for each in zip(*rows, strict=True))
    return olds.astype(np.intp), news.astype(np.intp), parts.astype(float)


def outside_of(
    old: Vintage, new: Vintage, pairs: Pairs, left: Left
) -> tuple[Outside, Outside]:
    """What of each boundary lies in none of the other set.

    Of ground it is what the pairs leave: where boundaries overlap, at the least.
    """
    sides = ((old, pairs.old, left[0]), (new, pairs.new, left[1]))
    one, other = (
        Outside(people, left_by(vintage, places, pairs).area_m2)
        for vintage, places, people in sides
    )
    return one, other


def by_area(session: Session, old: BoundarySet, new: BoundarySet) -> Shared:
    """The ground that each two boundaries share, from their prepared edges."""
    one, other = (prepared.edges_of_set(session, each) for each in (old, new))
    found = shared_ground(
        one,
        other,
        lambda: (
            boundary_items.shapes_of(session, old.id),
            boundary_items.shapes_of(session, new.id),
        ),
    )
    return found.one, found.other, found.area_m2


def _nothing() -> Shared:
    none = np.empty(0, dtype=np.intp)
    return none, none, np.empty(0)


def joined(people: Shared, areas: Shared) -> Pairs:
    """One row for each two boundaries that share people or ground."""
    olds = np.concatenate([people[0], areas[0]])
    news = np.concatenate([people[1], areas[1]])
    last = int(news.max(initial=0)) + 1
    pairs, row = np.unique(olds * last + news, return_inverse=True)
    of_people = np.concatenate([people[2], np.zeros(len(areas[2]))])
    of_ground = np.concatenate([np.zeros(len(people[2])), areas[2]])
    sums: Any = [
        np.bincount(row, weights=each, minlength=len(pairs))
        for each in (of_people, of_ground)
    ]
    return Pairs(pairs // last, pairs % last, *sums)
