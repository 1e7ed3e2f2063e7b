"""The edges of shapes that no neighbour matches, found without noding anything."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class LoneEdges:
    """Edges across which the number of shapes that hold the ground changes.

    ``lines`` are runs of them along a ring; ``has_shared`` says of each shape whether
    it has another kind of edge, which a neighbour runs along the other way round.
    """

    lines: Shapes
    has_shared: NDArray[np.bool_]


def lone_edges(shapes: Shapes) -> LoneEdges:
    """The edges that do not stand as often one way round as the other.

    Shapes are valid. Wound alike, what they hold is to the left of each edge: across
    an edge that stands equally often both ways nothing is gained or lost.
    """
    wound = shapely.orient_polygons(shapes)
    parts, shape = shapely.get_parts(wound, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    edges = np.flatnonzero(ring[1:] == ring[:-1])
    is_lone = _unbalanced(points, edges)
    shared = np.unique(shape[part[ring[edges[~is_lone]]]])
    has_shared = np.zeros(len(shapes), dtype=bool)
    has_shared[shared] = True
    return LoneEdges(_runs(points, edges[is_lone]), has_shared)


def _unbalanced(
    points: NDArray[np.float64], edges: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Which edges stand more often one way round than the other."""
    number = _hashed(points)
    start, end = number[edges], number[edges + 1]
    # The sum is the same both ways round, so that neighbours' edges meet in it.
    key, way = start + end, np.where(start < end, 1, -1)
    order = np.argsort(key)
    key = key[order]
    is_first = np.r_[True, key[1:] != key[:-1]][: len(key)]
    firsts = np.flatnonzero(is_first)
    left_over = np.add.reduceat(way[order], firsts) if len(firsts) else firsts
    result = np.empty(len(edges), dtype=bool)
    result[order] = (left_over != 0)[np.cumsum(is_first) - 1]
    return result


def _hashed(points: NDArray[np.float64]) -> NDArray[np.uint64]:
    """A number for each point that differs wherever the points do."""
    # Adding nought makes one of the two noughts of floating point.
    bits = np.ascontiguousarray(points + 0.0).view(np.uint64)
    mixed = bits[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= (bits[:, 1] + (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    result: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(32))
    return result


def _runs(points: NDArray[np.float64], edges: NDArray[np.intp]) -> Shapes:
    """Lines of edges that follow each other; each edge goes on to the next point."""
    if len(edges) == 0:
        return np.empty(0, dtype=object)
    is_first = np.r_[True, np.diff(edges) != 1]
    run = np.cumsum(is_first) - 1
    lasts = np.r_[np.flatnonzero(is_first)[1:], len(edges)] - 1
    places = np.insert(edges, lasts + 1, edges[lasts] + 1)
    owners = np.insert(run, lasts + 1, run[lasts])
    lines: Any = shapely.linestrings(points[places], indices=owners)
    result: Shapes = lines
    return result
