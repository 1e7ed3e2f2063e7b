"""How much ground is in how many sketches, exactly, without cutting the ground up."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.footprints.areas.edges import edges_of
from assetmap.footprints.areas.shared import box_pairs, shared_pairs
from assetmap.footprints.consensus import sweep_kernel
from assetmap.footprints.model import TOLERANCE

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Shapes = NDArray[np.object_]

MOST_STEPS = 1_500_000_000
"""Edges looked at from one corner to the next, over all of them: some seconds."""
MOST_CROSSINGS = 30_000_000
MOST_SUMS = 1_000_000
"""Sums of votes that are told apart while votes are counted in whole units."""


class Ground(NamedTuple):
    """How much ground, in m², there is at each membership."""

    memberships: Numbers
    amounts: Numbers


def ground_by_membership(sketches: Shapes, votes: Numbers) -> Ground | None:
    """The ground at each membership above 0, by a sweep over the edges.

    None where votes have no common unit, where there is no compiler, or where lines
    are too many for an exact answer within seconds.
    """
    units = whole_votes(votes)
    if units is None:
        return None
    try:
        kernel = sweep_kernel.compiled()
    except ImportError:
        return None
    edges = edges_of(sketches)
    ceiling = edges.ends[:, 0] > edges.ends[:, 2]
    turned = np.where(ceiling[:, None], edges.ends[:, [2, 3, 0, 1]], edges.ends)
    owner = np.repeat(np.arange(len(edges)), np.diff(edges.starts))
    signed = np.where(ceiling, 1, -1) * units[owner]
    base = turned[:, [1, 3]].min(initial=np.inf)
    turned[:, [1, 3]] -= base
    order = np.lexsort((turned[:, 1], turned[:, 0]))
    ends, signed = np.ascontiguousarray(turned[order]), signed[order]
    xs, widest, steps = _stretches(ends)
    if steps > MOST_STEPS:
        return None
    amounts = np.zeros(int(units.sum()) + 1)
    if kernel(xs, ends, signed, widest, MOST_CROSSINGS, amounts) < 0:
        return None
    reach = float(np.abs(shapely.total_bounds(sketches)).max())
    noise = np.spacing(reach) * float(edges.lengths.sum())
    held = 1 + np.flatnonzero(amounts[1:] > noise)
    return Ground(held / units.sum(), amounts[held])


def whole_votes(votes: Numbers) -> Places | None:
    """Votes as the least whole numbers in the same proportion; None if there are none.

    Halves, thirds and the like have them; votes by some formula as a rule have not.
    """
    shares = votes / votes.min()
    for unit in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 60):
        counts = np.rint(shares * unit)
        if np.allclose(shares * unit, counts, rtol=TOLERANCE / 10, atol=0):
            if counts.sum() > MOST_SUMS:
                return None
            found: Places = counts.astype(np.int64)
            return found
    return None


def _stretches(ends: Numbers) -> tuple[Numbers, int, int]:
    """Each x at which edges begin or end, the most under way at once, and all steps."""
    xs = np.unique(ends[:, [0, 2]])
    first, last = (np.searchsorted(xs, ends[:, side]) for side in (0, 2))
    change = np.bincount(first, minlength=len(xs)) - np.bincount(
        last, minlength=len(xs)
    )
    under_way = np.cumsum(change)
    return xs, int(under_way.max(initial=0)) + 1, int(under_way.sum())


def shared_table(sketches: Shapes) -> Numbers:
    """The ground that each two sketches share, in m²; on the diagonal all of each."""
    edges = edges_of(sketches)
    one, other = box_pairs(edges, edges)
    half = one < other
    found = shared_pairs(
        edges, edges, one[half], other[half], lambda: (sketches, sketches)
    )
    table = np.zeros((len(sketches), len(sketches)))
    table[found.one, found.other] = table[found.other, found.one] = found.area_m2
    table[np.diag_indices(len(sketches))] = edges.areas
    return table
