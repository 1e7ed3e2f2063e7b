"""The run that compares two releases of boundaries: the method joined to the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.db.statements import binary_rows
from assetmap.footprints import store as footprint_store
from assetmap.footprints.areas import prepared
from assetmap.footprints.areas.shared import shared_ground
from assetmap.footprints.inputs import Input, inputs_of
from assetmap.jobs.progress import Progress, unseen
from assetmap.people import counts as people_counts
from assetmap.people.model import POSTCODES, CountSet
from assetmap.people.vintages import later_notes
from assetmap.reconciliation.counting import counted_by
from assetmap.reconciliation.model import Floats
from assetmap.reconciliation.vintages.changes import (
    Change,
    Linking,
    Outside,
    Pairs,
    Places,
    Vintage,
    changes,
    left_by,
)

STEPS = 4
Shared = tuple[Places, Places, Floats]
Left = tuple[Floats, Floats]
"""What of each old, and of each new, boundary lies in none of the other set."""


@dataclass(frozen=True)
class Vintages:
    """Two releases and every change between them; ``measure`` says what people are."""

    old: BoundarySet
    new: BoundarySet
    old_boundaries: Vintage
    new_boundaries: Vintage
    pairs: Pairs
    changes: tuple[Change, ...]
    linking: Linking
    measure: str
    inputs: tuple[Input, ...]
    settings: Mapping[str, Any]
    notes: tuple[str, ...]
    attribution: tuple[str, ...]


def compare_vintages(
    session: Session,
    old_name: str,
    new_name: str,
    progress: Progress = unseen,
    as_at: date | None = None,
) -> Vintages:
    """Every change from one boundary set to another, by people and by ground.

    The people are those of the counts that held on ``as_at``, else of the newest.

    Raises:
        BoundarySetNotFound: no set has a name.
    """
    sets = [boundary_store.get_set(session, each) for each in (old_name, new_name)]
    old, new = sets
    known = people_counts.by_preference(session, as_at)
    counts = next(iter(known), None)
    places = next((each for each in known if each.name == POSTCODES), None)
    count_set = counts.id if counts else 0
    progress("Reading both sets", 0, STEPS)
    one, other = (_vintage(session, row, count_set) for row in sets)
    progress("Counting who is in both", 1, STEPS)
    people, left = _by_people(session, old, new, count_set)
    progress("Measuring the ground in both", 2, STEPS)
    pairs = _joined(people, _by_area(session, *sets))
    progress("Telling what changed", 3, STEPS)
    said: list[BoundarySet | CountSet] = [*sets, *([] if counts is None else [counts])]
    return Vintages(
        old,
        new,
        one,
        other,
        pairs,
        tuple(changes(one, other, pairs, outside=_outside(one, other, pairs, left))),
        Linking(),
        counts.measure if counts else POSTCODES,
        inputs_of([*said, *(each for each in known if each.name == POSTCODES)]),
        {"as_at": as_at, **counted_by(counts, places)},
        later_notes(counts, places, as_at),
        tuple(dict.fromkeys(each.attribution for each in said if each.attribution)),
    )


def _vintage(session: Session, row: BoundarySet, count_set: int) -> Vintage:
    rows = binary_rows(
        session, "reconciliation", "whole_set", set_id=row.id, count_set=count_set
    )
    return Vintage(
        [each[0] for each in rows],
        [each[1] for each in rows],
        np.array([each[3] for each in rows], dtype=float),
        np.array([each[2] for each in rows], dtype=float),
    )


def _by_people(
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


def _outside(
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


def _by_area(session: Session, old: BoundarySet, new: BoundarySet) -> Shared:
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


def _joined(people: Shared, areas: Shared) -> Pairs:
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
