"""The run that makes a crosswalk between two boundary sets, or finds the saved one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from assetmap import __version__
from assetmap.boundaries import items as boundary_items
from assetmap.footprints import store as footprint_store
from assetmap.footprints.areas import prepared
from assetmap.footprints.areas.shared import Shapes, shared_ground
from assetmap.jobs.progress import Progress, unseen
from assetmap.reconciliation.crosswalks import store
from assetmap.reconciliation.crosswalks.pairs import (
    Places,
    area_overlaps,
    cells_of,
    people_overlaps,
)
from assetmap.reconciliation.crosswalks.question import Question
from assetmap.reconciliation.crosswalks.rows import (
    Rows,
    rows_by_area,
    rows_by_people,
    slivers_of,
)
from assetmap.reconciliation.crosswalks.store import Run


@dataclass(frozen=True)
class Answer:
    """A crosswalk: how it was made, and its rows as they were saved."""

    question: Question
    run: Run
    rows: Rows


def find_crosswalk(session: Session, question: Question) -> Answer | None:
    """The saved crosswalk that answers a question; one from older loads does not."""
    found = store.find_run(session, question.key)
    if found is None:
        return None
    run, run_id = found
    return Answer(question, run, store.rows_of_run(session, run_id))


def make_crosswalk(
    session: Session,
    ask: Callable[[Session], Question],
    progress: Progress = unseen,
) -> Answer:
    """The answer to a question, computed and saved unless it was before.

    ``session`` must not have read anything yet.
    """
    store.compute_alone(session)
    question = ask(session)
    found = find_crosswalk(session, question)
    if found is not None:
        return found
    run, rows = computed(session, question, progress)
    progress("Saving the crosswalk", 0, len(rows))
    store.save_run(session, run, rows)
    return Answer(question, run, rows)


def computed(
    session: Session, question: Question, progress: Progress = unseen
) -> tuple[Run, Rows]:
    """A crosswalk and how it was made, not saved."""
    progress("Finding what the sets share", 0, 0)
    by = _by_area if question.counts is None else _by_people
    found = by(session, question)
    run = Run(
        key=question.key,
        source_set_id=question.source.id,
        target_set_id=question.target.id,
        source=question.source.name,
        target=question.target.name,
        measured_by=question.by,
        measure=question.measure,
        counts=None if question.counts is None else question.counts.name,
        is_fractional=found.is_fractional,
        computed_by=found.computed_by,
        assetmap_version=__version__,
        inputs=question.inputs,
        settings=question.settings,
        summary=summary_of(found.rows, question) | {"uncounted": found.uncounted},
        rows=len(found.rows),
    )
    return run, found.rows


def summary_of(rows: Rows, question: Question) -> dict[str, Any]:
    """What a crosswalk amounts to, in its measure: allocated and outside are total.

    Sources where nobody lives are weighted by area: they are counted, not added.
    """
    in_target = rows.target > 0
    own = rows.by_area if question.counts is None else ~rows.by_area
    amounts = rows.fractional_overlap
    is_outside = own & ~in_target
    allocated = float(amounts[own & in_target].sum())
    outside = float(rows.overlap[is_outside].sum())
    by_area = (
        0 if question.counts is None else np.unique(rows.source[rows.by_area]).size
    )
    thin = slivers_of(rows)
    return {
        "sources": question.source.boundaries,
        "targets": question.target.boundaries,
        "pairs": int(in_target.sum()) - thin.count,
        "allocated": allocated,
        "outside": outside,
        "total": allocated + outside,
        "sources_by_area": int(by_area),
        "slivers": {"count": thin.count, "m2": thin.m2, "largest_m2": thin.largest_m2},
    }


@dataclass(frozen=True)
class _Found:
    """Rows as they were computed, and by what."""

    rows: Rows
    computed_by: str
    is_fractional: bool
    uncounted: int = 0


def _by_people(session: Session, question: Question) -> _Found:
    """Rows by people, and by area where a source has none."""
    source, target = question.source, question.target
    count_set = 0 if question.counts is None else question.counts.id
    points = store.people_at_points(session, source.id, target.id, count_set)
    members = [
        cells_of(row.boundaries, footprint_store.combinations(session, row.id))
        for row in (source, target)
    ]
    people = people_overlaps(points.one, points.other, points.weights, *members)
    is_fractional = len(members[1].holders) > target.boundaries + 1
    empty = np.flatnonzero(people.total == 0)
    if len(empty) == 0:
        rows = rows_by_people(people, None)
        return _Found(rows, "points", is_fractional, points.uncounted)
    ground = _by_area(session, question, empty)
    return _Found(
        rows_by_people(people, ground.rows),
        f"points, and {ground.computed_by} where nobody lives",
        is_fractional or ground.is_fractional,
        points.uncounted,
    )


def _by_area(
    session: Session, question: Question, wanted: Places | None = None
) -> _Found:
    """Rows by area of all sources, or of those wanted, by place from 0."""
    source = prepared.edges_of_set(session, question.source)
    if wanted is not None:
        source = source.take(wanted)
    target = prepared.edges_of_set(session, question.target)
    ground = prepared.shared_ground_of_set(session, question.target)

    def sources() -> Shapes:
        shapes = boundary_items.shapes_of(session, question.source.id)
        return shapes if wanted is None else shapes[wanted]

    shared = shared_ground(
        source,
        target,
        lambda: (sources(), boundary_items.shapes_of(session, question.target.id)),
    )
    several = shared_ground(
        source,
        ground.edges,
        lambda: (sources(), prepared.shared_shapes(session, question.target.id)),
    )
    overlaps = area_overlaps(shared, source.areas, source.lengths, several, ground)
    rows = rows_by_area(overlaps, target.areas)
    if wanted is not None:
        rows = rows.with_sources(wanted + 1)
    return _Found(rows, shared.computed_by, len(ground.edges) > 0)
