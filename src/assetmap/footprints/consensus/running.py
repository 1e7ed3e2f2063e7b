"""A consensus that is kept while sketches come and go, on squares of a grid.

What is kept is where, along each row of squares, votes begin and end. A sketch that
comes adds its own beginnings and ends, one that is withdrawn takes them out again: no
other sketch is laid on the grid anew. The agreement of pairs is kept as a sum, to which
each newcomer adds its own pairs.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.footprints.areas.edges import Edges, edges_of
from assetmap.footprints.areas.shared import shared_ground
from assetmap.footprints.consensus.by_area import GRID_M, by_grid
from assetmap.footprints.consensus.grid import runs_of
from assetmap.footprints.consensus.statistics import Statistics, Tally, statistics
from assetmap.footprints.model import BadFootprint, as_shapes, check_shapes

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Shapes = NDArray[np.object_]

_ROW = np.int64(1) << np.int64(32)
_MIDDLE = np.int64(1) << np.int64(31)


@dataclass(frozen=True)
class Running:
    """Sketches with their votes, and what is kept of them.

    ``keys`` are squares, by row and then column, at which votes begin (``steps`` above
    0) or end (under 0). ``agreed`` is the sum of the agreement of pairs of votes over
    ``pairs`` pairs.
    """

    grid_m: float = GRID_M
    shapes: Shapes = field(default_factory=lambda: as_shapes([]))
    votes: Numbers = field(default_factory=lambda: np.zeros(0))
    edges: Edges = field(default_factory=lambda: edges_of(as_shapes([])))
    keys: Places = field(default_factory=lambda: np.zeros(0, np.int64))
    steps: Numbers = field(default_factory=lambda: np.zeros(0))
    agreed: float = 0.0
    pairs: float = 0.0


def running_of(shapes: Any, votes: Any = None, grid_m: float = GRID_M) -> Running:
    """What is kept of sketches that are there already.

    Raises:
        BadFootprint: one is not valid, or has no vote.
    """
    sketches = as_shapes(shapes)
    given = np.ones(len(sketches)) if votes is None else np.array(votes, float)
    found = Running(grid_m)
    for shape, vote in zip(sketches, given.tolist(), strict=True):
        found = with_sketch(found, shape, vote)
    return found


def with_sketch(running: Running, shape: Any, vote: float = 1.0) -> Running:
    """The same with one sketch more.

    Raises:
        BadFootprint: it is not valid, or has no vote.
    """
    added = as_shapes([shape])
    check_shapes(added, np.array([vote], float))
    edges = edges_of(added)
    keys, steps = _steps(added, vote, running.grid_m)
    at = np.searchsorted(running.keys, keys)
    agreed, pairs = _pairs(running, added, edges, vote)
    return Running(
        running.grid_m,
        np.concatenate([running.shapes, added]),
        np.append(running.votes, vote),
        _joined(running.edges, edges),
        np.insert(running.keys, at, keys),
        np.insert(running.steps, at, steps),
        running.agreed + agreed,
        running.pairs + pairs,
    )


def without_sketch(running: Running, place: int) -> Running:
    """The same without the sketch at a place, counted from 0 as they came.

    Raises:
        BadFootprint: there is none.
    """
    if not 0 <= place < len(running.shapes):
        raise BadFootprint(f"There is no sketch {place}.", sketch=place)
    rest = np.delete(np.arange(len(running.shapes)), place)
    taken, vote = running.shapes[[place]], float(running.votes[place])
    edges = running.edges.take(rest)
    left = Running(running.grid_m, running.shapes[rest], running.votes[rest], edges)
    agreed, pairs = _pairs(left, taken, running.edges.take(np.array([place])), vote)
    keys, steps = _steps(taken, vote, running.grid_m)
    gone = _places(running, keys, steps)
    return Running(
        left.grid_m,
        left.shapes,
        left.votes,
        edges,
        np.delete(running.keys, gone),
        np.delete(running.steps, gone),
        running.agreed - agreed,
        running.pairs - pairs,
    )


def statistics_of(running: Running) -> Statistics:
    """All that is said of the sketches, by area on the grid.

    Raises:
        BadFootprint: there is none.
    """
    if len(running.votes) == 0:
        raise BadFootprint("There is no shape.")
    wide = np.diff(running.keys)
    within = np.diff(running.keys // _ROW) == 0
    held = np.cumsum(running.steps)[:-1] / running.votes.sum()
    amounts = wide[within] * running.grid_m**2
    agreement = running.agreed / running.pairs if running.pairs > 0 else None
    tally = Tally(held[within], amounts.astype(float), None, agreement)
    return statistics(tally, running.votes, "area", by_grid(running.grid_m))


def _steps(added: Shapes, vote: float, grid_m: float) -> tuple[Places, Numbers]:
    """Where a sketch's votes begin and end, in order."""
    _, row, start, end = runs_of(added, grid_m)
    keys = np.concatenate([row, row]) * _ROW + np.concatenate([start, end]) + _MIDDLE
    steps = np.repeat([vote, -vote], len(row))
    order = np.lexsort((steps, keys))
    return keys[order], steps[order]


def _places(running: Running, keys: Places, steps: Numbers) -> list[int]:
    """Where each of a sketch's steps stands: any of the same size at that square."""
    gone: list[int] = []
    taken: set[int] = set()
    for key, step in zip(keys.tolist(), steps.tolist(), strict=True):
        at = int(np.searchsorted(running.keys, key))
        while running.steps[at] != step or at in taken:
            at += 1
        taken.add(at)
        gone.append(at)
    return gone


def _pairs(
    running: Running, added: Shapes, edges: Edges, vote: float
) -> tuple[float, float]:
    """The agreement of a sketch with all others and itself, summed over pairs of votes.

    Each pair counts once: one sketch with two votes is one pair that agrees wholly.
    """
    found = shared_ground(running.edges, edges, lambda: (running.shapes, added))
    other = running.edges.areas[found.one] + edges.areas[0] - found.area_m2
    agreed = float((running.votes[found.one] * found.area_m2 / other).sum()) * vote
    own = vote * (vote - 1) / 2
    return agreed + own, float(running.votes.sum()) * vote + own


def _joined(one: Edges, other: Edges) -> Edges:
    starts = np.concatenate([one.starts, one.starts[-1] + other.starts[1:]])
    return Edges(starts, np.concatenate([one.ends, other.ends]))
