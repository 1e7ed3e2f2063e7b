"""Which building blocks a footprint holds the people-weighted centre of (Methods 4).

The Office for National Statistics fits areas to larger ones by where that centre lies.
"""

from typing import Any

import numpy as np

from assetmap.footprints.model import TOLERANCE, Footprint
from assetmap.reconciliation.model import Floats, Ints, Target

HALF = 0.5
_COMPLETE = 1 - 1e-9


def incomplete_blocks(cells: Ints, weights: Floats, target: Target) -> list[int]:
    """The boundaries, by ordinal, of whose people some are not among the points."""
    sums = _sums(cells, weights, target)
    return [
        ordinal
        for ordinal in np.unique(target.ordinals).tolist()
        if sums[ordinal] < _COMPLETE * target.boundaries[ordinal].total
    ]


def centred_in(
    footprint: Footprint,
    target: Target,
    cells: Ints,
    xs: Floats,
    ys: Floats,
    weights: Floats,
    leave_out: list[int],
) -> frozenset[int]:
    """The boundaries near a footprint, by ordinal, whose centre it holds.

    The centre of a boundary is the mean place of its people; a footprint holds it if
    its membership there is at least 0.5. A boundary without people has none.
    """
    sums = _sums(cells, weights, target)
    near = np.setdiff1d(np.unique(target.ordinals), leave_out)
    near = near[sums[near] > 0]
    east = _sums(cells, weights * xs, target)[near] / sums[near]
    north = _sums(cells, weights * ys, target)[near] / sums[near]
    held = footprint.membership_at(east, north) >= HALF - TOLERANCE
    return frozenset(near[held].tolist())


def _sums(cells: Ints, amounts: Floats, target: Target) -> Floats:
    """What the points of each boundary add up to, by ordinal; a block overlaps none."""
    sums: Any = np.bincount(cells, weights=amounts, minlength=target.last_ordinal + 1)
    result: Floats = sums
    return result
