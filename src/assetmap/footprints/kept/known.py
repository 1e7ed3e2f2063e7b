"""What is known of a consensus from what is kept: no sketch is looked at for it."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.footprints.consensus.by_area import GRID_M, by_grid
from assetmap.footprints.consensus.named import Asked, Known
from assetmap.footprints.consensus.statistics import (
    MAJORITY,
    Statistics,
    Tally,
    statistics,
)
from assetmap.footprints.kept import laid_store, points, store
from assetmap.footprints.kept.pairs import shared_by
from assetmap.footprints.kept.squares import ground_of, level_ground, may_show
from assetmap.footprints.kept.votes import UNITS, units_of
from assetmap.neighbourhoods.counted_store import Members, counted
from assetmap.neighbourhoods.model import Counted

Numbers = NDArray[np.float64]


def find_known(
    session: Session, neighbourhood_id: int, drawn: Members, asked: Asked
) -> Known | None:
    """What is known by area; None where counts are of other sketches, or of none."""
    if not is_kept(session, neighbourhood_id, drawn):
        return None
    tiles = store.all_tiles(session, neighbourhood_id)
    shared = shared_by(session, neighbourhood_id, counted(session, neighbourhood_id))
    total = int((drawn.votes * UNITS).round().sum())
    tally = Tally(*ground_of(tiles, total), shared)
    said = statistics(tally, drawn.votes, "area", by_grid(GRID_M))
    ground = None
    if may_show(asked.grid_m):
        ground = [
            level_ground(tiles, total, each, asked.grid_m)
            for each in [*asked.levels, MAJORITY]
        ]
    return Known(shared, said, ground)


def find_shared(
    session: Session, neighbourhood_id: int, drawn: Counted
) -> Numbers | None:
    """The ground that each two sketches share, in m²; None where it is not kept."""
    members = Members(drawn.ids, drawn.versions, drawn.votes, list(drawn.years_lived))
    if not is_kept(session, neighbourhood_id, members):
        return None
    return shared_by(session, neighbourhood_id, drawn)


def is_kept(session: Session, neighbourhood_id: int, drawn: Members) -> bool:
    """Whether what is kept is of just these sketches."""
    units = units_of(drawn.votes)
    members = store.kept_of(session, neighbourhood_id).members
    if units is None or members is None:
        return False
    return np.array_equal(members, np.stack([drawn.ids, drawn.versions, units]))


def find_by_people(
    session: Session, neighbourhood_id: int, drawn: Members, count_set: int, what: str
) -> Statistics | None:
    """What is known at population points, weighed by a count set; None as above."""
    kept = store.kept_of(session, neighbourhood_id)
    is_of_points = kept.points == store.points_loaded(session)
    if not is_of_points or not is_kept(session, neighbourhood_id, drawn):
        return None
    rows = store.points_kept(session, neighbourhood_id, count_set)
    units = np.frombuffer(b"".join(row[1] for row in rows), "<i4")
    weights = np.concatenate(
        [np.zeros(0), *(_weights(row[2], len(row[1]) // 4) for row in rows)]
    )
    laid = laid_store.laid_of(session, neighbourhood_id)
    first = np.cumsum([0, *(len(row[1]) // 4 for row in rows)])
    starts = {row[0]: int(at) for row, at in zip(rows, first, strict=False)}
    held = np.zeros((len(drawn.ids), len(units)), bool)
    for place, each in enumerate(drawn.ids.tolist()):
        for chunk, places in points.by_chunk(laid[each].points).items():
            held[place, starts[chunk] + places] = True
    counted = held.any(axis=0) & (weights != 0)
    table = held[:, counted].astype(float)
    shared = (table * weights[counted]) @ table.T
    total = float((drawn.votes * UNITS).round().sum())
    tally = Tally(units / total, weights, shared)
    return statistics(tally, drawn.votes, what)


def _weights(stored: bytes | None, count: int) -> Numbers:
    """The weights of the points of a chunk; of those without any, none."""
    if stored is None:
        return np.zeros(count)
    found: Numbers = np.nan_to_num(np.frombuffer(stored, "<f8"))
    return found
