"""The area that two polygons share, as a sum over pairs of their edges (Methods 3a).

Above a base line each polygon is the ground under its ceilings less the ground under
its floors, so the ground that both hold is the sum, over an edge of each, of their
signs times the ground under the lower of the two. Nothing is constructed, nothing can
fail, and edges that are shared or run along each other need no care.

Plain Python here; ``compiled`` makes machine code of it. Both give the same.
"""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

log = logging.getLogger(__name__)

Kernel = Callable[..., None]

BLOCK_EDGES = 32
"""As the edges were prepared; a constant of this module so that it is compiled in."""


def ground_under(left: float, right: float, wide: float) -> float:
    """The area under a straight line above zero; heights at its ends may be below."""
    if left >= 0.0:
        if right >= 0.0:
            return 0.5 * wide * (left + right)
        return 0.5 * wide * left * left / (left - right)
    if right > 0.0:
        return 0.5 * wide * right * right / (right - left)
    return 0.0


def ground_under_both(
    one_left: float, one_right: float, two_left: float, two_right: float, wide: float
) -> float:
    """The area under the lower of two straight lines above zero, which may cross."""
    above_left = one_left - two_left
    above_right = one_right - two_right
    if above_left <= 0.0 and above_right <= 0.0:
        return ground_under(one_left, one_right, wide)
    if above_left >= 0.0 and above_right >= 0.0:
        return ground_under(two_left, two_right, wide)
    share = above_left / (above_left - above_right)
    meet = one_left + share * (one_right - one_left)
    first, second = share * wide, wide - share * wide
    if above_left < 0.0:
        return ground_under(one_left, meet, first) + ground_under(
            meet, two_right, second
        )
    return ground_under(two_left, meet, first) + ground_under(meet, one_right, second)


def edges_in_box(
    start: int,
    end: int,
    block: int,
    ends: Any,
    reach: Any,
    west: float,
    south: float,
    east: float,
    found: Any,
) -> int:
    """Collects the edges of a polygon over a stretch of x that rise above its south.

    ``found`` takes x and height of the left end, x of the right end, slope and sign of
    each, cut to the stretch, with x from the west and heights from the south. Returns
    how many.
    """
    count = 0
    at = start
    while at < end:
        if (at - start) % BLOCK_EDGES == 0 and reach[
            block + (at - start) // BLOCK_EDGES
        ] <= west:
            at += BLOCK_EDGES
            continue
        x1, y1, x2, y2 = ends[at, 0], ends[at, 1], ends[at, 2], ends[at, 3]
        at += 1
        sign = -1.0
        if x1 > x2:
            x1, y1, x2, y2 = x2, y2, x1, y1
            sign = 1.0
        if x1 >= east:
            break
        if x2 <= west or (y1 <= south and y2 <= south):
            continue
        slope = (y2 - y1) / (x2 - x1)
        high = y1 - south
        if x1 < west:
            high += (west - x1) * slope
            x1 = west
        found[count, 0] = x1 - west
        found[count, 1] = high
        found[count, 2] = min(x2, east) - west
        found[count, 3] = slope
        found[count, 4] = sign
        count += 1
    return count


def met_by(edges: Any, at: int, others: Any, active: Any, count: int) -> Any:
    """The signed ground that an edge shares with the edges still under way.

    Returns it, and how many of those are left: the ended ones are taken out.
    """
    x, high, right, slope = edges[at, 0], edges[at, 1], edges[at, 2], edges[at, 3]
    total = 0.0
    kept = 0
    for place in range(count):
        other = active[place]
        if others[other, 2] <= x:
            continue
        active[kept] = other
        kept += 1
        wide = min(right, others[other, 2]) - x
        start = others[other, 1] + (x - others[other, 0]) * others[other, 3]
        end = start + wide * others[other, 3]
        both = ground_under_both(high, high + wide * slope, start, end, wide)
        total += others[other, 4] * both
    return total * edges[at, 4], kept


def swept(
    one: Any, ones: int, two: Any, twos: int, active_one: Any, active_two: Any
) -> float:
    """The ground shared by two polygons, given as ``edges_in_box`` collects them.

    From west to east, each edge meets those of the other polygon that began before it
    and have not ended.
    """
    total = 0.0
    at_one = at_two = count_one = count_two = 0
    while at_one < ones or at_two < twos:
        if at_two >= twos or (at_one < ones and one[at_one, 0] <= two[at_two, 0]):
            found, count_two = met_by(one, at_one, two, active_two, count_two)
            active_one[count_one] = at_one
            count_one += 1
            at_one += 1
        else:
            found, count_one = met_by(two, at_two, one, active_one, count_one)
            active_two[count_two] = at_two
            count_two += 1
            at_two += 1
        total += found
    return float(total)


def pair_areas(
    first: int,
    last: int,
    places: Any,
    other_places: Any,
    starts: Any,
    ends: Any,
    boxes: Any,
    blocks: Any,
    reach: Any,
    other_starts: Any,
    other_ends: Any,
    other_boxes: Any,
    other_blocks: Any,
    other_reach: Any,
    most: int,
    other_most: int,
    areas: Any,
) -> None:
    """Puts in ``areas`` what each pair from ``first`` to before ``last`` shares."""
    one = np.empty((most, 5))
    two = np.empty((other_most, 5))
    active_one = np.empty(most, dtype=np.int64)
    active_two = np.empty(other_most, dtype=np.int64)
    for pair in range(first, last):
        i, j = places[pair], other_places[pair]
        west = max(boxes[i, 0], other_boxes[j, 0])
        south = max(boxes[i, 1], other_boxes[j, 1])
        east = min(boxes[i, 2], other_boxes[j, 2])
        north = min(boxes[i, 3], other_boxes[j, 3])
        areas[pair] = 0.0
        if not (east > west and north > south):
            continue
        ones = edges_in_box(
            starts[i], starts[i + 1], blocks[i], ends, reach, west, south, east, one
        )
        if ones == 0:
            continue
        twos = edges_in_box(
            other_starts[j],
            other_starts[j + 1],
            other_blocks[j],
            other_ends,
            other_reach,
            west,
            south,
            east,
            two,
        )
        areas[pair] = swept(one, ones, two, twos, active_one, active_two)


@cache
def compiled() -> Kernel:
    """``pair_areas`` as machine code, which runs without holding up other threads.

    The code is kept on disk beside this module, or in the user's own cache; where
    neither can be written it is made anew for each process.

    Raises:
        ImportError: there is no compiler.
    """
    import numba
    from numba.extending import register_jitable

    for each in (ground_under, ground_under_both, edges_in_box, met_by, swept):
        register_jitable(each)
    settings: Any = {"nogil": True, "error_model": "numpy"}
    try:
        return _made(numba.njit(cache=True, **settings)(pair_areas))
    except (RuntimeError, OSError) as error:
        log.info("Machine code cannot be kept on disk: %s", error)
        return _made(numba.njit(**settings)(pair_areas))


def _made(kernel: Kernel) -> Kernel:
    """The kernel once it has been compiled, or read from disk, for what it is given."""
    places, ends, boxes = np.zeros(2, np.int64), np.zeros((0, 4)), np.zeros((1, 4))
    side = (places, ends, boxes, places, np.zeros(0))
    kernel(0, 0, places, places, *side, *side, 0, 0, np.zeros(0))
    return kernel
