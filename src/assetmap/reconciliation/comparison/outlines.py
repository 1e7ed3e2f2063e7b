"""How far outlines lie apart: the Hausdorff distance, without missing what is between
vertices."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

CLOSE_ENOUGH_M = 0.1
NOTHING_M = 1e-6
"""Less apart than this is a matter of arithmetic on coordinates of the grid."""
_STEPS = 1e-6
"""As a share of the longer outline: how fine a long outline is looked at."""


def hausdorff_m(one: Any, other: Any) -> float:
    """The greatest distance from any place on one outline to the other, either way.

    Right to 0.1 m, or to a millionth of the longer outline. Vertices alone can miss it:
    the farthest place may lie in the middle of an edge. Edges that may still hold the
    farthest place are halved until none may. How far an edge can be is told in two
    ways, and the less holds: the distance to an outline changes by no more than one
    goes, so an edge of length l whose ends are d and e away is nowhere farther than
    (d + e + l) / 2; and the distance to one straight piece of the other outline is
    convex, so no place of the edge is farther from that than its ends are. The second
    ends at once with edges that run along the other outline, as most do where the same
    place was drawn twice.
    """
    outlines = [shapely.boundary(each) for each in (one, other)]
    longest = max(shapely.length(each) for each in outlines)
    within = max(CLOSE_ENOUGH_M, _STEPS * longest)
    first, second = (_edges(each) for each in outlines)
    found = max(_farthest(first, second, within), _farthest(second, first, within))
    return found if found > NOTHING_M else 0.0


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
    starts, ends = (_from(tree, each) for each in (edges[:, :2], edges[:, 2:]))
    farthest = 0.0
    while len(starts.places):
        farthest = max(farthest, float(starts.away.max()), float(ends.away.max()))
        may = _most(starts, ends, others) > farthest + within
        starts, ends = starts.only(may), ends.only(may)
        middles = _from(tree, (starts.places + ends.places) / 2)
        starts, ends = starts.and_also(middles), middles.and_also(ends)
    return farthest


@dataclass(frozen=True)
class _Seen:
    """Places, how far each is from an outline, and the edge of it that is nearest."""

    places: Numbers
    away: Numbers
    nearest: NDArray[np.intp]

    def only(self, chosen: NDArray[np.bool_]) -> "_Seen":
        return _Seen(self.places[chosen], self.away[chosen], self.nearest[chosen])

    def and_also(self, more: "_Seen") -> "_Seen":
        return _Seen(
            np.concatenate([self.places, more.places]),
            np.concatenate([self.away, more.away]),
            np.concatenate([self.nearest, more.nearest]),
        )


def _from(tree: shapely.STRtree, places: Numbers) -> _Seen:
    """How far each place is from the nearest edge of an outline, and from which."""
    if len(places) == 0:
        return _Seen(places, np.empty(0), np.empty(0, np.intp))
    (_, nearest), away = tree.query_nearest(
        shapely.points(places), return_distance=True, all_matches=False
    )
    return _Seen(places, away, nearest)


def _most(starts: _Seen, ends: _Seen, others: Numbers) -> Numbers:
    """How far any place between the ends may be, at most."""
    lengths = np.hypot(*(ends.places - starts.places).T)
    most: Numbers = (starts.away + ends.away + lengths) / 2
    at_start, at_end = others[starts.nearest], others[ends.nearest]
    by_start = np.maximum(starts.away, _apart(ends.places, at_start))
    by_end = np.maximum(ends.away, _apart(starts.places, at_end))
    result: Numbers = np.minimum(most, np.minimum(by_start, by_end))
    return result


def _apart(places: Numbers, edges: Numbers) -> Numbers:
    """How far each place is from the edge beside it."""
    begins, along = edges[:, :2], edges[:, 2:] - edges[:, :2]
    squared = np.einsum("ij,ij->i", along, along)
    share = np.einsum("ij,ij->i", places - begins, along) / np.where(
        squared, squared, 1
    )
    feet = begins + np.clip(share, 0, 1)[:, None] * along
    result: Numbers = np.hypot(*(places - feet).T)
    return result
