"""Integrals of a consensus over the ground, without cutting it into faces.

Each is a sum of areas that sketches share with something else, or with each other
(Methods 3a), so a consensus costs no more than its sketches.
"""

from typing import Any

import numpy as np

from assetmap.footprints.areas.edges import Floats
from assetmap.footprints.areas.shared import shared_by_shapes


def consensus_in(sketches: Any, votes: Floats, targets: Any) -> Floats:
    """The integral of the consensus over each target, in m².

    Sketches and targets are valid polygons of one projected CRS in metres; ``votes``
    is the weight of each sketch.
    """
    shared = shared_by_shapes(sketches, targets)
    weighed = votes[shared.one] * shared.area_m2
    sums: Any = np.bincount(shared.other, weights=weighed, minlength=len(targets))
    found: Floats = sums / votes.sum()
    return found


def consensus_squared(sketches: Any, votes: Floats) -> float:
    """The integral of the square of the consensus p, in m².

    That of p less this is the integral of p times 1 less p.
    """
    shared = shared_by_shapes(sketches, sketches)
    weighed = votes[shared.one] * votes[shared.other] * shared.area_m2
    return float(weighed.sum() / votes.sum() ** 2)
