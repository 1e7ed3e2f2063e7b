"""The edges of shapes that no neighbour matches, found without noding anything."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bits = NDArray[np.uint64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class LoneEdges:
    """Edges across which the number of shapes that hold the ground changes.

    ``lines`` are runs of them along a ring; ``has_shared`` says of each shape whether
    it has another kind of edge, which a neighbour runs along the other way round.
    """

    lines: Shapes
    has_shared: Mask


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


def _unbalanced(points: Floats, edges: Ints) -> Mask:
    """Which edges stand more often one way round than the other."""
    # Adding nought makes one of the two noughts of floating point.
    bits = np.ascontiguousarray(points + 0.0).view(np.uint64)
    order, is_first, way = next(
        found
        for salt in itertools.count()
        if (found := _gathered(bits, edges, salt)) is not None
    )
    firsts = np.flatnonzero(is_first)
    left_over = np.add.reduceat(way, firsts) if len(firsts) else firsts
    result = np.empty(len(edges), dtype=bool)
    result[order] = (left_over != 0)[np.cumsum(is_first) - 1]
    return result


def _gathered(bits: Bits, edges: Ints, salt: int) -> tuple[Ints, Mask, Ints] | None:
    """Edges of the same two ends together: their order, where each pair of ends begins,
    and which way round each edge stands. None if others have come between them.
    """
    number = _hashed(bits, salt)
    start, end = number[edges], number[edges + 1]
    # The sum is the same both ways round, so that neighbours' edges meet in it.
    key = start + end
    order = np.argsort(key)
    key = key[order]
    is_first = np.r_[True, key[1:] != key[:-1]][: len(key)]
    is_up = (start < end)[order]
    again = np.flatnonzero(~is_first)
    lower = edges[order] + ~is_up
    upper = edges[order] + is_up
    for ends in (lower, upper):
        if (bits[ends[again]] != bits[ends[again - 1]]).any():
            return None
    return order, is_first, np.where(is_up, 1, -1)


def _hashed(bits: Bits, salt: int) -> Bits:
    """A number for each point, every bit of which hangs on all bits of the point.

    Less would not do: points of a shape that mirrors itself differ in one bit, and in
    the sum of two ends the same difference twice is none.
    """
    return _stirred(_stirred(bits[:, 0] + np.uint64(salt)) + bits[:, 1])


def _stirred(bits: Bits) -> Bits:
    """Each number moved to another: the finish of SplitMix64 (Steele et al. 2014)."""
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def _runs(points: Floats, edges: Ints) -> Shapes:
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
