"""The run that compares two releases of boundaries: the method joined to the store."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.db.statements import binary_rows
from assetmap.footprints.inputs import Input, inputs_of
from assetmap.jobs.progress import Progress, unseen
from assetmap.people import counts as people_counts
from assetmap.people.model import POSTCODES, CountSet
from assetmap.people.vintages import later_notes
from assetmap.reconciliation.counting import counted_by
from assetmap.reconciliation.vintages.changes import changes
from assetmap.reconciliation.vintages.lines import Both, Lines, ShapesOf
from assetmap.reconciliation.vintages.model import (
    Change,
    Linking,
    Pairs,
    Vintage,
)
from assetmap.reconciliation.vintages.shared import (
    by_area,
    by_people,
    joined,
    outside_of,
)
from assetmap.reconciliation.vintages.widths import Measured, measured

STEPS = 5


@dataclass(frozen=True)
class Vintages:
    """Two releases and every change between them; ``measure`` says what people are.

    ``lines`` is how far apart lines are that did not change; absent: a tolerance was
    asked for, or the two are one set.
    """

    old: BoundarySet
    new: BoundarySet
    old_boundaries: Vintage
    new_boundaries: Vintage
    pairs: Pairs
    changes: tuple[Change, ...]
    linking: Linking
    lines: Lines | None
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
    linking: Linking | None = None,
) -> Vintages:
    """Every change from one boundary set to another, by people and by ground.

    The people are those of the counts that held on ``as_at``, else of the newest.

    Raises:
        BoundarySetNotFound: no set has a name.
    """
    old, new = (boundary_store.get_set(session, each) for each in (old_name, new_name))
    known = people_counts.by_preference(session, as_at)
    counts = next(iter(known), None)
    places = next((each for each in known if each.name == POSTCODES), None)
    count_set = counts.id if counts else 0
    progress("Reading both sets", 0, STEPS)
    vintages = (_vintage(session, old, count_set), _vintage(session, new, count_set))
    found = _shared(session, (old, new), vintages, count_set, linking, progress)
    progress("Telling what changed", 4, STEPS)
    said: list[BoundarySet | CountSet] = [old, new, *([counts] if counts else [])]
    return Vintages(
        old,
        new,
        *vintages,
        found.pairs,
        tuple(changes(*vintages, found.pairs, found.linking, found.outside)),
        found.linking,
        found.lines,
        counts.measure if counts else POSTCODES,
        inputs_of([*said, *(each for each in known if each.name == POSTCODES)]),
        {"as_at": as_at, **_asked(linking), **counted_by(counts, places)},
        later_notes(counts, places, as_at),
        tuple(dict.fromkeys(each.attribution for each in said if each.attribution)),
    )


def _asked(linking: Linking | None) -> dict[str, Any]:
    return {"tolerance_m": linking.tolerance_m if linking else None}


def _shared(
    session: Session,
    sets: tuple[BoundarySet, BoundarySet],
    vintages: tuple[Vintage, Vintage],
    count_set: int,
    linking: Linking | None,
    progress: Progress,
) -> Measured:
    """What the boundaries of both sets share and lack, and what of that is wide."""
    progress("Counting who is in both", 1, STEPS)
    people, left = by_people(session, *sets, count_set)
    progress("Measuring the ground in both", 2, STEPS)
    pairs = joined(people, by_area(session, *sets))
    outside = outside_of(*vintages, pairs, left)
    progress("Measuring how far lines are apart", 3, STEPS)
    wanted = linking or Linking()
    if sets[0].id == sets[1].id and wanted.tolerance_m is None:
        return Measured(pairs, outside, replace(wanted, tolerance_m=0.0), None)
    return measured(vintages, pairs, outside, _shapes(session, sets), wanted)


def _shapes(session: Session, sets: tuple[BoundarySet, BoundarySet]) -> Both:
    """What gives the shapes of each set, read when they are first asked for."""

    def of(row: BoundarySet) -> ShapesOf:
        whole = cache(lambda: boundary_items.shapes_of(session, row.id))
        return lambda places: whole()[places]

    return of(sets[0]), of(sets[1])


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
