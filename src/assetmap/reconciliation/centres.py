"""Which building blocks a footprint holds the people-weighted centre of (Methods 4).

The Office for National Statistics fits areas to larger ones by where that centre lies.
"""

from typing import Any

import numpy as np

from assetmap.footprints.model import TOLERANCE, Footprint
from assetmap.reconciliation.model import Floats, Ints, Target

HALF = 0.5


def centred_in(
    footprint: Footprint,
    target: Target,
    cells: Ints,
    xs: Floats,
    ys: Floats,
    weights: Floats,
) -> frozenset[int]:
    """The boundaries near a footprint, by ordinal, whose centre it holds.

    The centre of a boundary is the mean place of its people, all of whose points must
    be given; a footprint holds it if its membership there is at least 0.5. A boundary
    without people has none.
    """
    near = np.unique(target.ordinals)
    if len(near) == 0:
        return frozenset()
    place = np.minimum(np.searchsorted(near, cells), len(near) - 1)
    kept = np.flatnonzero(near[place] == cells)
    place, weight = place[kept], weights[kept]
    people: Any = np.bincount(place, weight, len(near))
    east, north = (
        np.bincount(place, weight * each[kept], len(near)) for each in (xs, ys)
    )
    lived = np.flatnonzero(people > 0)
    near, people = near[lived], people[lived]
    held = footprint.membership_at(east[lived] / people, north[lived] / people)
    return frozenset(near[held >= HALF - TOLERANCE].tolist())
