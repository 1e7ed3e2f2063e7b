"""How far outlines lie apart: the Hausdorff distance, without missing what is between
vertices."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

CLOSE_ENOUGH_M = 0.1
_STEPS = 1e-6
"""As a share of the longer outline: how fine a long outline is looked at."""


def hausdorff_m(one: Any, other: Any) -> float:
    """The greatest distance from any place on one outline to the other, either way.

    Right to 0.1 m, or to a millionth of the longer outline. Vertices alone can miss it:
    the farthest place may lie in the middle of an edge. The distance to an outline
    changes by no more than one goes, so an edge of length l whose ends are d and e away
    is nowhere farther than (d + e + l) / 2; edges that may still hold the farthest
    place are halved until none may.
    """
    outlines = [shapely.boundary(each) for each in (one, other)]
    longest = max(shapely.length(each) for each in outlines)
    within = max(CLOSE_ENOUGH_M, _STEPS * longest)
    first, second = (_edges(each) for each in outlines)
    return max(_farthest(first, second, within), _farthest(second, first, within))


def centroid_distance_m(one: Any, other: Any) -> float:
    """The distance between the centres of gravity of two shapes."""
    return float(shapely.distance(shapely.centroid(one), shapely.centroid(other)))


def _edges(outline: Any) -> Numbers:
    """Every edge as x, y, x, y."""
    lines = shapely.get_parts(outline)
    places, line = shapely.get_coordinates(lines, return_index=True)
    along = line[1:] == line[:-1]
    result: Numbers = np.column_stack([places[:-1][along], places[1:][along]])
    return result


def _farthest(edges: Numbers, others: Numbers, within: float) -> float:
    """The distance from the place on some edges that is farthest from others."""
    lines: Any = shapely.linestrings(others.reshape(-1, 2, 2))
    tree = shapely.STRtree(lines)
    starts, ends = edges[:, :2], edges[:, 2:]
    from_starts, from_ends = _distances(tree, starts), _distances(tree, ends)
    farthest = 0.0
    while len(starts):
        farthest = max(farthest, float(from_starts.max()), float(from_ends.max()))
        lengths = np.hypot(*(ends - starts).T)
        may = (from_starts + from_ends + lengths) / 2 > farthest + within
        starts, ends = starts[may], ends[may]
        middles = (starts + ends) / 2
        between = _distances(tree, middles)
        from_starts = np.concatenate([from_starts[may], between])
        from_ends = np.concatenate([between, from_ends[may]])
        starts, ends = (
            np.concatenate([starts, middles]),
            np.concatenate([middles, ends]),
        )
    return farthest


def _distances(tree: shapely.STRtree, places: Numbers) -> Numbers:
    """How far each place is from the nearest edge."""
    if len(places) == 0:
        return np.empty(0)
    _, found = tree.query_nearest(
        shapely.points(places), return_distance=True, all_matches=False
    )
    result: Numbers = found
    return result
