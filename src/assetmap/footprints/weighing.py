"""What population points weigh by counts, and what boundaries amount to by them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.footprints import store
from assetmap.footprints.coding import spread, totals
from assetmap.people import counts as people_counts
from assetmap.people.model import CountSet


def weigh(session: Session, count_set: CountSet) -> None:
    """Store the weight of every point and the total of every boundary."""
    chunks = store.all_chunks(session)
    weights = _weights(session, count_set, chunks)
    store.save_weights(session, count_set.id, chunks, weights)
    people_counts.set_total(session, count_set, float(np.nansum(weights)))
    _total(session, count_set, boundary_store.list_sets(session), chunks, weights)


def add_totals(
    session: Session,
    count_set: CountSet,
    sets: Sequence[BoundarySet],
    chunks: store.Chunks,
) -> None:
    """Store what each boundary of some sets amounts to by a set of counts."""
    _total(session, count_set, sets, chunks, _weights(session, count_set, chunks))


def _total(
    session: Session,
    count_set: CountSet,
    sets: Sequence[BoundarySet],
    chunks: store.Chunks,
    weights: Any,
) -> None:
    """Store what each boundary amounts to."""
    for row in sets:
        cells = store.cells_of(session, row.id, chunks)
        combinations = store.combinations(session, row.id)
        sums = totals(cells, np.nan_to_num(weights), row.boundaries, combinations)
        store.save_totals(session, row.id, count_set.id, sums)


def _weights(session: Session, count_set: CountSet, chunks: store.Chunks) -> Any:
    if count_set.boundary_set_id is None:
        return chunks.votes.astype(float)
    counts = people_counts.block_counts(session, count_set.id)
    by_block = np.full(max(counts, default=0) + 2, np.nan)
    by_block[list(counts)] = list(counts.values())
    blocks = store.cells_of(session, count_set.boundary_set_id, chunks)
    known = np.minimum(blocks, len(by_block) - 1)
    return spread(known, chunks.votes, by_block, chunks.shares)
