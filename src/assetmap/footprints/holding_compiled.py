"""The inner loops of ``holding``, compiled; importing this takes a second.

Whether a point lies left or right of an edge is taken from plain arithmetic only where
its error bound proves the sign (Shewchuk 1997); elsewhere it is left open.
"""

import logging
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.int64]

_SURE = 3.3306690738754716e-16
_UNDERFLOW = 1e-300
_OUT, _IN, _DOUBTFUL = 0, 1, 2


def _compiled(work: Any) -> Any:
    """Machine code that holds no lock, kept on disk where that can be written to."""
    try:
        return numba.njit(cache=True, nogil=True)(work)
    except (RuntimeError, OSError) as error:
        log.info("Machine code cannot be kept on disk: %s", error)
        return numba.njit(nogil=True)(work)


@_compiled
def _edges_near(
    xs: Floats, ys: Floats, opens: Bools, first: int, last: int, box: Any, near: Places
) -> int:  # pragma: no cover - compiled
    """How many edges a ray to the east of the box can meet; their ends are written."""
    count = 0
    for end in range(first + 1, last):
        x1, y1, x2, y2 = xs[end - 1], ys[end - 1], xs[end], ys[end]
        west = x1 < box[0] and x2 < box[0]
        south = y1 < box[1] and y2 < box[1]
        north = y1 > box[3] and y2 > box[3]
        if not (opens[end] or west or south or north):
            near[count] = end
            count += 1
    return count


@_compiled
def _where(
    x: float, y: float, xs: Floats, ys: Floats, ends: Places
) -> int:  # pragma: no cover - compiled
    """Where a point lies, by the edges that a ray to its east crosses."""
    is_in = False
    for end in ends:
        x1, y1, x2, y2 = xs[end - 1], ys[end - 1], xs[end], ys[end]
        if x1 < x and x2 < x:
            continue
        if (x1 == x and y1 == y) or (x2 == x and y2 == y):
            return _IN
        if y1 == y and y2 == y:
            if min(x1, x2) <= x <= max(x1, x2):
                return _IN
            continue
        if (y1 > y) == (y2 > y):
            continue
        if x1 > x and x2 > x:
            is_in = not is_in
            continue
        one, other = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
        side = one - other
        if abs(side) <= _SURE * (abs(one) + abs(other)) + _UNDERFLOW:
            return _DOUBTFUL
        if (side > 0) == (y2 > y1):
            is_in = not is_in
    return _IN if is_in else _OUT


@_compiled
def pairs_of(
    px: Floats, py: Floats, first: Places, last: Places, polygon: Places, boxes: Floats,
    xs: Floats, ys: Floats, opens: Bools, starts: Places, pairs: Places, doubts: Places,
) -> tuple[int, int]:  # fmt: skip  # pragma: no cover - compiled
    """How many pairs and doubtful pairs there are; as many are written as fit.

    ``polygon`` may hold the points from ``first`` to ``last``, which lie in a box.
    """
    sure = unsure = 0
    near = np.empty(len(xs), dtype=np.int64)
    for each in range(len(polygon)):
        one = polygon[each]
        start, end = starts[one], starts[one + 1]
        count = _edges_near(xs, ys, opens, start, end, boxes[each], near)
        for point in range(first[each], last[each]):
            where = _where(px[point], py[point], xs, ys, near[:count])
            if where == _IN:
                if sure < len(pairs):
                    pairs[sure, 0], pairs[sure, 1] = point, one
                sure += 1
            elif where == _DOUBTFUL:
                if unsure < len(doubts):
                    doubts[unsure, 0], doubts[unsure, 1] = point, one
                unsure += 1
    return sure, unsure
