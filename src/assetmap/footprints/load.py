"""Loads that change which points lie where: boundary sets, postcodes and counts.

Each runs in the caller's transaction, so that nobody sees a set before its points
are coded, and a load that fails leaves everything as it was.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import ingest as boundary_ingest
from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet, SetDescription
from assetmap.db.locks import one_load_at_a_time
from assetmap.footprints import store
from assetmap.footprints.areas.prepared import prepare_edges
from assetmap.footprints.coding import Coder
from assetmap.footprints.weighing import add_totals, weigh
from assetmap.issues import RawRow, RowIssue
from assetmap.jobs.progress import Progress, unseen
from assetmap.people import counts as people_counts
from assetmap.people import ingest as people_ingest
from assetmap.people import store as people_store
from assetmap.people.model import POSTCODES, CountSet, NoPostcodes, Points, Release
from assetmap.sources.postcodes.table import PostcodeTable
from assetmap.sources.spatial.vector import Layer

BATCH = 256_000
"""Points coded at a time: bounds the memory that it takes."""


def load_boundaries(
    session: Session,
    description: SetDescription,
    layer: Layer,
    columns: tuple[str, str, str | None],
    loaded_by: str = "command line",
    progress: Progress = unseen,
) -> boundary_ingest.Loaded:
    """Store a boundary set and code every population point against it."""
    one_load_at_a_time(session)
    loaded = boundary_ingest.load(
        session, description, layer, *columns, loaded_by, progress
    )
    if loaded.is_new:
        store.forget_retired(session)
        prepare_edges(session, loaded.row)
        code_sets(session, [loaded.row], progress)
    return loaded


def check_boundaries(
    session: Session,
    description: SetDescription,
    layer: Layer,
    columns: tuple[str, str, str | None],
    loaded_by: str = "command line",
    progress: Progress = unseen,
) -> boundary_ingest.Loaded:
    """What loading a boundary set would do, all of it undone; no point is coded."""
    one_load_at_a_time(session)
    loaded = boundary_ingest.load(
        session, description, layer, *columns, loaded_by, progress, is_drawn=False
    )
    session.rollback()
    return loaded


def load_postcodes(
    session: Session,
    table: PostcodeTable,
    release: Release,
    keep_others: bool = False,
    progress: Progress = unseen,
) -> people_ingest.PostcodesLoaded:
    """Store postcodes, then code the points that they make against every set."""
    one_load_at_a_time(session)
    store.forget_points(session)
    loaded = people_ingest.load_postcodes(session, table, keep_others, progress)
    people_counts.add_count_set(
        session, POSTCODES, release, None, {}, 0, loaded.spread_over
    )
    _code(session, boundary_store.list_sets(session), progress)
    for each in people_counts.list_count_sets(session):
        weigh(session, each)
    people_store.switch_postcodes(session)
    return loaded


def load_counts(
    session: Session,
    name: str,
    release: Release,
    rows: Iterable[RawRow],
    columns: tuple[str, str],
    block_set: BoundarySet,
    prefix: str = "",
) -> tuple[CountSet, list[RowIssue]]:
    """Store people by building block and spread them over the blocks' points.

    Raises:
        NoPostcodes: there are no points to spread them over.
    """
    one_load_at_a_time(session)
    if not store.all_chunks(session).ids:
        raise NoPostcodes(
            "Load postcodes first: people are counted at the places of postcodes."
        )
    row, issues = people_ingest.load_counts(
        session,
        name,
        release,
        rows,
        *columns,
        (block_set.id, block_set.name),
        boundary_items.codes_of(session, block_set.id),
        prefix,
    )
    weigh(session, row)
    return row, issues


def code_sets(
    session: Session, sets: Sequence[BoundarySet], progress: Progress = unseen
) -> None:
    """Find and store what every point lies in, and what each boundary amounts to."""
    _code(session, sets, progress)
    chunks = store.all_chunks(session)
    for each in people_counts.list_count_sets(session) if chunks.ids else ():
        add_totals(session, each, sets, chunks)


def _code(session: Session, sets: Sequence[BoundarySet], progress: Progress) -> None:
    """Find and store what every point lies in."""
    chunks = store.all_chunks(session)
    if not chunks.ids:
        return
    found = _coded(session, sets, chunks, progress)
    for row in sets:
        if row.is_building_block:
            extra = _points_for_empty_blocks(session, row, found[row.id])
            if extra is not None:
                everything = boundary_store.list_sets(session)
                _coded(session, everything, extra, progress)


def _coded(
    session: Session,
    sets: Sequence[BoundarySet],
    chunks: store.Chunks,
    progress: Progress,
) -> dict[int, Any]:
    """What every point lies in, for each set; one set is in memory at a time."""
    land = _land(session) if any(row.snap_m > 0 for row in sets) else None
    found = {}
    for row in sets:
        parts = store.set_parts(session, row, land)
        coder = Coder(parts, store.combinations(session, row.id))
        batches = np.array_split(np.arange(len(chunks.xs)), len(chunks.xs) // BATCH + 1)
        found[row.id] = np.concatenate(
            [
                coder.cells(chunks.xs[some], chunks.ys[some], chunks.countries[some])
                for some in batches
            ]
        )
        store.save_cells(session, row.id, chunks, found[row.id])
        store.save_combinations(session, row.id, coder)
        points = len(chunks.xs)
        progress(
            "Finding what each postcode lies in",
            len(found) * points,
            len(sets) * points,
        )
    return found


def _land(session: Session) -> shapely.STRtree | None:
    """What building blocks cover; None while there are none."""
    rows = boundary_store.list_sets(session)
    blocks = [row for row in rows if row.is_building_block]
    if not blocks:
        return None
    parts = [store.set_parts(session, row).shapes for row in blocks]
    return shapely.STRtree(np.concatenate(parts))


def _points_for_empty_blocks(
    session: Session, row: BoundarySet, cells: Any
) -> store.Chunks | None:
    """A point for each block that no postcode lies in, where its people are counted."""
    has_point = np.bincount(cells, minlength=row.boundaries + 1)[1:] > 0
    if has_point.all() or len(cells) == 0:
        return None
    parts = store.set_parts(session, row)
    missing = np.flatnonzero(~has_point) + 1
    areas = shapely.area(parts.shapes)
    largest = [
        max(np.flatnonzero(parts.ordinals == each), key=lambda place: areas[place])
        for each in missing
    ]
    places = shapely.point_on_surface(parts.shapes[largest])
    points = Points(
        shapely.get_x(places),
        shapely.get_y(places),
        np.zeros(len(places), dtype=np.uint8),
        parts.countries[missing],
    )
    people_store.add_points(session, points, row.id)
    session.flush()
    return store.all_chunks(session, of_set=row.id)
