"""How much ground there is at each sum of votes, by a sweep over the edges drawn.

From west to east the edges under way are kept in order, top to bottom. The ground below
an edge has the votes above it plus its own sign times its vote, so each stretch of an
edge adds the ground under it to one sum of votes and takes it from another
(Methods 3a). Edges that cross change places where they cross. The order is always a
permutation: rounding can swap two edges early or late by a hair's breadth, and never
lose one.

Plain Python here; ``compiled`` makes machine code of it. Both give the same.
"""

import heapq
import logging
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

log = logging.getLogger(__name__)

Kernel = Callable[..., int]

X, Y, RIGHT, HIGH = 0, 1, 2, 3
TOO_MANY = -1


def height_at(ends: Any, edge: int, x: float) -> float:
    """The height of an edge at an x that it spans; exact at both its ends."""
    if x >= ends[edge, RIGHT]:
        return float(ends[edge, HIGH])
    run = ends[edge, RIGHT] - ends[edge, X]
    rise = ends[edge, HIGH] - ends[edge, Y]
    return float(ends[edge, Y] + (x - ends[edge, X]) * (rise / run))


def flush(
    edge: int, x: float, ends: Any, votes: Any, above: Any, since: Any, amounts: Any
) -> None:
    """Count the ground under an edge from where it was last counted to ``x``."""
    wide = x - since[edge]
    if wide > 0.0:
        low = height_at(ends, edge, since[edge])
        ground = wide * 0.5 * (low + height_at(ends, edge, x))
        amounts[above[edge] + votes[edge]] += ground
        amounts[above[edge]] -= ground
        since[edge] = x


def meeting(left: float, right: float, lower_left: float, lower_right: float) -> float:
    """How far along a stretch, 0 to 1, an upper line meets a lower one."""
    before = max(left - lower_left, 0.0)
    return before / (before + (lower_right - right))


def without_ended(
    order: Any,
    count: int,
    x: float,
    ends: Any,
    votes: Any,
    above: Any,
    since: Any,
    amounts: Any,
) -> int:
    """Count and take out of the order what ends by ``x``; returns how many are left."""
    kept = 0
    for place in range(count):
        edge = order[place]
        if ends[edge, RIGHT] > x:
            order[kept] = edge
            kept += 1
        else:
            flush(edge, x, ends, votes, above, since, amounts)
    return kept


def recounted(
    order: Any,
    count: int,
    x: float,
    ends: Any,
    votes: Any,
    above: Any,
    since: Any,
    amounts: Any,
) -> None:
    """Sum the votes above each edge anew, where edges have come and gone."""
    total = 0
    for place in range(count):
        edge = order[place]
        if above[edge] != total:
            flush(edge, x, ends, votes, above, since, amounts)
            above[edge] = total
        total += votes[edge]


def looked_ahead(order: Any, count: int, end: float, ends: Any, then: Any) -> bool:
    """Find the height of each edge at ``end``; whether any two change places by it."""
    is_crossed = False
    for place in range(count):
        then[order[place]] = height_at(ends, order[place], end)
        if place > 0 and then[order[place - 1]] < then[order[place]]:
            is_crossed = True
    return is_crossed


def inserted(order: Any, count: int, edge: int, now: Any) -> int:
    """Put an edge into the order by its height now; returns how many there are."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if now[order[middle]] >= now[edge]:
            low = middle + 1
        else:
            high = middle
    for place in range(count, low, -1):
        order[place] = order[place - 1]
    order[low] = edge
    return count + 1


def crossed(
    order: Any,
    count: int,
    x: float,
    end: float,
    now: Any,
    then: Any,
    at: Any,
    heap: Any,
    ends: Any,
    votes: Any,
    above: Any,
    since: Any,
    amounts: Any,
) -> int:
    """Let edges change places where they cross before ``end``; returns how many did."""
    for place in range(count):
        at[order[place]] = place
        if place + 1 < count:
            one, two = order[place], order[place + 1]
            if then[one] < then[two]:
                share = meeting(now[one], then[one], now[two], then[two])
                heapq.heappush(heap, (x + share * (end - x), one, two))
    crossings = 0
    reached = x
    while len(heap) > 0:
        found, one, two = heapq.heappop(heap)
        place = at[one]
        if place + 1 >= count or order[place + 1] != two:
            continue
        reached = min(max(reached, found), end)
        flush(one, reached, ends, votes, above, since, amounts)
        flush(two, reached, ends, votes, above, since, amounts)
        since[one] = since[two] = reached
        above[two] = above[one]
        above[one] = above[two] + votes[two]
        order[place], order[place + 1] = two, one
        at[two], at[one] = place, place + 1
        crossings += 1
        for upper in (place - 1, place + 1):
            if upper < 0 or upper + 1 >= count:
                continue
            a, b = order[upper], order[upper + 1]
            if then[a] < then[b]:
                share = meeting(now[a], then[a], now[b], then[b])
                heapq.heappush(heap, (x + share * (end - x), a, b))
    return crossings


def sweep(xs: Any, ends: Any, votes: Any, widest: int, most: int, amounts: Any) -> int:
    """Puts in ``amounts`` the ground at each sum of votes; returns the crossings.

    Args:
        xs: every x at which an edge begins or ends, upwards, each once.
        ends: x and height of the left end and of the right end of each edge, by x of
            the left one; heights from any base, none below it; none is vertical.
        votes: what is added below each edge: above 0 for a ceiling, under 0 for a
            floor.
        widest: how many edges are under way at once, at most.
        most: after how many crossings to give up, with ``TOO_MANY``.
        amounts: zeros, one for each sum of votes from none to all.
    """
    edges = len(ends)
    order = np.empty(widest + 1, dtype=np.int64)
    above = np.zeros(edges, dtype=np.int64)
    at = np.zeros(edges, dtype=np.int64)
    since, now, then = np.zeros(edges), np.zeros(edges), np.zeros(edges)
    heap = [(0.0, 0, 0)]
    heap.pop()
    count = coming = crossings = 0
    for step in range(len(xs)):
        x = xs[step]
        count = without_ended(order, count, x, ends, votes, above, since, amounts)
        while coming < edges and ends[coming, X] <= x:
            now[coming], since[coming] = ends[coming, Y], x
            count = inserted(order, count, coming, now)
            coming += 1
        recounted(order, count, x, ends, votes, above, since, amounts)
        if step + 1 < len(xs) and looked_ahead(order, count, xs[step + 1], ends, then):
            crossings += crossed(
                order,
                count,
                x,
                xs[step + 1],
                now,
                then,
                at,
                heap,
                ends,
                votes,
                above,
                since,
                amounts,
            )
            if crossings > most:
                return TOO_MANY
        for place in range(count):
            now[order[place]] = then[order[place]]
    return crossings


@cache
def compiled() -> Kernel:
    """``sweep`` as machine code, which runs without holding up other threads.

    Raises:
        ImportError: there is no compiler.
    """
    import numba
    from numba.extending import register_jitable

    parts = (height_at, flush, meeting, without_ended, inserted, recounted)
    for each in (*parts, looked_ahead, crossed):
        register_jitable(each)
    settings: Any = {"nogil": True, "error_model": "numpy"}
    try:
        return _made(numba.njit(cache=True, **settings)(sweep))
    except (RuntimeError, OSError) as error:
        log.info("Machine code cannot be kept on disk: %s", error)
        return _made(numba.njit(**settings)(sweep))


def _made(kernel: Kernel) -> Kernel:
    """The kernel once it has been compiled, or read from disk, for what it is given."""
    kernel(np.zeros(0), np.zeros((0, 4)), np.zeros(0, np.int64), 0, 0, np.zeros(1))
    return kernel
