"""Counts of a consensus brought up to what is drawn, in the transaction that draws."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.footprints.kept import laid_store, points, store
from assetmap.footprints.kept.laid_store import Laid
from assetmap.footprints.kept.squares import Tiles, TooWide, add, laid, tiles_of
from assetmap.footprints.kept.store import Kept
from assetmap.footprints.kept.votes import units_of
from assetmap.neighbourhoods.counted_store import members, shapes_of

Numbers = NDArray[np.int64]
NOTHING = np.zeros((3, 0), np.int64)
MOST_CHANGED = 0.5
"""Share of sketches that may differ, over which all is counted from nothing."""


def keep(session: Session, most_exact: int) -> None:
    """Bring what is kept up to the sketches, wherever this transaction wrote some.

    Called in the transaction that adds, redraws or withdraws a sketch, at its end:
    those who draw in the same neighbourhood wait for each other. Nothing is kept of
    fewer than half as many as are worked out exactly, nor where votes have no common
    unit or a sketch is too wide: those are worked out from nothing when asked for.
    """
    session.flush()
    for each in store.drawn_in(session):
        _keep(session, each, most_exact)


def _keep(session: Session, neighbourhood_id: int, most_exact: int) -> None:
    drawn = members(session, neighbourhood_id)
    units = units_of(drawn.votes)
    if 2 * len(drawn.ids) < most_exact or units is None:
        store.forget(session, neighbourhood_id)
        return
    now = np.stack([drawn.ids, drawn.versions, units])
    try:
        _bring(session, neighbourhood_id, now)
    except TooWide:
        store.forget(session, neighbourhood_id)


def _bring(session: Session, neighbourhood_id: int, now: Numbers) -> None:
    kept, loaded = (
        store.kept_of(session, neighbourhood_id),
        store.points_loaded(session),
    )
    before = NOTHING if kept.members is None else kept.members
    gone, come = _only_in(before, now), _only_in(now, before)
    leaving = laid_store.laid_of(session, neighbourhood_id, gone[0].tolist())
    changed = gone.shape[1] + come.shape[1]
    if (
        kept.points != loaded
        or len(leaving) < gone.shape[1]
        or changed > MOST_CHANGED * now.shape[1]
    ):
        store.forget(session, neighbourhood_id)
        gone, come, leaving = NOTHING, now, {}
    if gone.shape[1] or come.shape[1]:
        coming = _laid(session, neighbourhood_id, come, kept.turn + 1)
        out = [(leaving[each], -units) for each, _, units in gone.T.tolist()]
        into = [(coming[each], units) for each, _, units in come.T.tolist()]
        _count(session, neighbourhood_id, [*out, *into])
        laid_store.drop_laid(session, gone[0].tolist())
        laid_store.save_laid(session, neighbourhood_id, coming.values())
    store.save_kept(session, neighbourhood_id, Kept(now, loaded, kept.turn + 1))


def _only_in(one: Numbers, other: Numbers) -> Numbers:
    """The members of one that the other has not, or has otherwise."""
    there = set(map(tuple, other.T.tolist()))
    fresh = [tuple(each) not in there for each in one.T.tolist()]
    return one[:, np.array(fresh, dtype=bool)]


def _laid(
    session: Session, neighbourhood_id: int, come: Numbers, turn: int
) -> dict[int, Laid]:
    """The sketches that come, laid on squares and points.

    What they share with others is found when it is first asked for.
    """
    shapes = shapes_of(session, neighbourhood_id, come[0].tolist())
    held = points.held_by(session, shapes)
    return {
        int(number): Laid(int(number), int(version), turn, laid(shape), at, b"", b"")
        for (number, version, _), shape, at in zip(come.T, shapes, held, strict=True)
    }


def _count(
    session: Session, neighbourhood_id: int, changes: Sequence[tuple[Laid, int]]
) -> None:
    """Add votes to the squares and the points of sketches; under 0 takes them out."""
    of_each = [tiles_of(each.runs) for each, _ in changes]
    touched = {key for held in of_each for key in held}
    tiles: Tiles = store.tiles_at(session, neighbourhood_id, touched)
    chunks = points.touched(each.points for each, _ in changes)
    votes = store.votes_at(session, neighbourhood_id, chunks)
    sizes = store.chunk_sizes(session, chunks - votes.keys())
    for (each, units), held in zip(changes, of_each, strict=True):
        add(tiles, held, units)
        points.count(votes, each.points, units, sizes)
    store.save_tiles(session, neighbourhood_id, tiles)
    store.save_votes(session, neighbourhood_id, votes)
