"""Who has an asset within reach, and how many assets there are for people (Methods 8).

All is counted at population points: ``held`` is the people of each by the membership
there, so that of a graded footprint it is the sum of what it is cut at each level.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.reconciliation.model import Floats, Shapes

WITHIN_M = 800.0
"""Ten minutes on foot, as the crow flies."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Reach:
    """A category over a footprint. ``assets`` is how many of it the footprint holds.

    ``within`` are its people with one in reach, in the footprint or beyond its edge,
    and ``beyond`` those without: together all its people.
    """

    category: str
    assets: float
    within: float
    beyond: float


def within_reach(points: Shapes, places: Shapes, within_m: float) -> Mask:
    """Whether each point is at most so far from the nearest of the places.

    Both are in one projected CRS in metres. The distance to a line or an area is that
    to its nearest place.
    """
    found = np.zeros(len(points), dtype=bool)
    if len(points) and len(places):
        rows, distances = shapely.STRtree(places).query_nearest(
            points, all_matches=False, return_distance=True
        )
        found[rows[0]] = distances <= within_m
    return found


def in_category(
    codes: Sequence[str], category: str, parents: Mapping[str, str | None]
) -> Mask:
    """Which of the codes are of a category, or of one that is in it."""
    return np.array(
        [category in {code, parents.get(code)} for code in codes], dtype=bool
    )


def reach_of(category: str, assets: float, held: Floats, near: Mask) -> Reach:
    """The people with an asset in reach, told by ``near``, and those without."""
    return Reach(category, assets, float(held[near].sum()), float(held[~near].sum()))
