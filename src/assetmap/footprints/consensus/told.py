"""What a release says: its ground, its footprint, and its numbers."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.footprints.consensus.by_area import by_grid
from assetmap.footprints.consensus.released import grounds
from assetmap.footprints.consensus.statistics import Statistics, Tally, statistics
from assetmap.footprints.model import Footprint, crisp, graded
from assetmap.neighbourhoods.releases.model import Release, Squares

Numbers = NDArray[np.float64]

MOST_STEPS = 24
"""Memberships that a footprint tells apart; more of them are told in steps."""

MOST_KEPT = 500
_KEPT: dict[Any, Footprint | None] = {}

_ROW = np.int64(1) << np.int64(32)
_MIDDLE = np.int64(1) << np.int64(31)


def footprint_of(made: Release, label: str) -> Footprint | None:
    """The graded footprint of a release; None where no square may be told.

    Over ``MOST_STEPS`` memberships are told in steps, each at the mean of its ground.
    That of a release that is kept is made once.
    """
    if made.made_at is None:
        return _graded(made, label)
    key = (made.id, made.made_at, made.fewest, made.levels, label)
    if key not in _KEPT:
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        _KEPT[key] = _graded(made, label)
    return _KEPT[key]


def _graded(made: Release, label: str) -> Footprint | None:
    squares, of = made.squares, made.sketches
    if len(squares.row) == 0:
        return None
    share, size = squares.held / of, (squares.end - squares.start).astype(float)
    first = _steps(squares.held)
    step = np.searchsorted(first, squares.held, side="right") - 1
    mean = np.bincount(step, share * size) / np.bincount(step, size)
    ground = grounds(squares, of, (first / of).tolist(), made.grid_m)
    rise = np.diff(mean, prepend=0.0)
    return graded(ground, rise, label, _made_how(made))


def _steps(held: NDArray[np.int64]) -> NDArray[np.int64]:
    """The least number of drawings of each step: all that occur, if these are few."""
    found = np.unique(held)
    if len(found) <= MOST_STEPS:
        return found
    at = np.linspace(0, len(found) - 1, MOST_STEPS).round().astype(int)
    steps: NDArray[np.int64] = found[at]
    return steps


def footprint_at(made: Release, threshold: float, label: str) -> Footprint | None:
    """The crisp footprint of the squares at a threshold; None where there are none."""
    (shape,) = grounds(made.squares, made.sketches, [threshold], made.grid_m)
    if shapely.is_empty(shape):
        return None
    how = f"where at least {threshold:g} of {made.sketches} sketches agree"
    return crisp(shape, label, f"{how}, on squares of {made.grid_m:g} m")


def _made_how(made: Release) -> str:
    shown = ""
    if made.levels is not None:
        shown = f" where {', '.join(f'{each:g}' for each in made.levels)} agree"
    return (
        f"consensus of {made.sketches} sketches{shown}, on squares of {made.grid_m:g} m"
    )


def by_area(
    squares: Squares, of: int, grid_m: float, agreement: float | None
) -> Statistics:
    """How far drawings agree by area, in m², as far as it may be told."""
    amounts = (squares.end - squares.start).astype(np.float64) * float(grid_m) ** 2
    tally = Tally(squares.held / max(of, 1), amounts, None, agreement)
    return statistics(tally, np.ones(of), "area", by_grid(grid_m))


def share_at(made: Release, xs: Numbers, ys: Numbers) -> Numbers:
    """The share that is told in the square of each point; 0 where none is."""
    squares = made.squares
    if len(squares.row) == 0:
        return np.zeros(len(xs))
    column = np.floor(np.asarray(xs, float) / made.grid_m).astype(np.int64)
    row = np.floor(np.asarray(ys, float) / made.grid_m).astype(np.int64)
    keys = squares.row * _ROW + squares.start + _MIDDLE
    at = np.searchsorted(keys, row * _ROW + column + _MIDDLE, side="right") - 1
    at = np.maximum(at, 0)
    inside = (squares.row[at] == row) & (squares.start[at] <= column)
    inside &= column < squares.end[at]
    share: Numbers = np.where(inside, squares.held[at] / made.sketches, 0.0)
    return share
