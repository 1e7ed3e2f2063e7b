"""The edges of polygons, prepared once so that areas of overlap need no overlay.

Rings are turned (outer ones counter-clockwise), vertical edges dropped, and the edges
of each polygon sorted by their left end. An edge that runs left to right is a floor of
its polygon, one that runs right to left a ceiling (Methods 3a): its direction is all
that is kept of its ring.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

BLOCK_EDGES = 32
"""Edges that are passed over together where none of them reaches far enough."""

EDGE_BYTES = 32
"""A prepared edge: x and y of both its ends, float64."""


@dataclass(frozen=True)
class Edges:
    """Prepared edges of polygons, end to end.

    ``starts`` has one place more than there are polygons; ``ends`` one row for each
    edge, x and y where it begins and where it ends, in metres of any projected CRS.
    """

    starts: Places
    ends: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, wanted: Places) -> "Edges":
        """Some of the polygons, by place."""
        counts = np.diff(self.starts)[wanted]
        ends = np.cumsum(counts)
        row = np.arange(counts.sum()) + np.repeat(
            self.starts[wanted] - (ends - counts), counts
        )
        starts = np.concatenate([[0], ends]).astype(np.int64)
        return Edges(starts, self.ends[row])

    def parted(self, place: int) -> tuple["Edges", "Edges"]:
        """The polygons before a place, and those from there on."""
        middle = self.starts[place]
        before = Edges(self.starts[: place + 1], self.ends[:middle])
        return before, Edges(self.starts[place:] - middle, self.ends[middle:])

    @cached_property
    def boxes(self) -> Floats:
        """West, south, east and north of each polygon; nan where it has no edge."""
        found = np.full((len(self), 4), np.nan)
        filled = np.flatnonzero(np.diff(self.starts))
        if len(filled):
            at = self.starts[filled]
            x1, y1, x2, y2 = self.ends.T
            found[filled, 0] = np.minimum.reduceat(np.minimum(x1, x2), at)
            found[filled, 1] = np.minimum.reduceat(np.minimum(y1, y2), at)
            found[filled, 2] = np.maximum.reduceat(np.maximum(x1, x2), at)
            found[filled, 3] = np.maximum.reduceat(np.maximum(y1, y2), at)
        return found

    @cached_property
    def block_starts(self) -> Places:
        """Where the blocks of each polygon begin in ``reach``."""
        blocks = -(-np.diff(self.starts) // BLOCK_EDGES)
        return np.concatenate([[0], np.cumsum(blocks)]).astype(np.int64)

    @cached_property
    def reach(self) -> Floats:
        """How far east the edges of each block go."""
        blocks = np.diff(self.block_starts)
        within = np.arange(blocks.sum()) - np.repeat(self.block_starts[:-1], blocks)
        at = np.repeat(self.starts[:-1], blocks) + within * BLOCK_EDGES
        if len(at) == 0:
            return np.empty(0)
        east = np.maximum(self.ends[:, 0], self.ends[:, 2])
        found: Floats = np.maximum.reduceat(east, at)
        return found

    @cached_property
    def areas(self) -> Floats:
        """The area of each polygon in m², measured from its own south."""
        rows = np.repeat(np.arange(len(self)), np.diff(self.starts))
        south = self.boxes[rows, 1]
        wide = self.ends[:, 0] - self.ends[:, 2]
        high = (self.ends[:, 1] - south + self.ends[:, 3] - south) / 2
        sums: Any = np.bincount(rows, weights=wide * high, minlength=len(self))
        found: Floats = sums
        return found

    @cached_property
    def lengths(self) -> Floats:
        """The length of the edges of each polygon in metres, vertical ones left out."""
        rows = np.repeat(np.arange(len(self)), np.diff(self.starts))
        along = np.hypot(
            self.ends[:, 2] - self.ends[:, 0], self.ends[:, 3] - self.ends[:, 1]
        )
        sums: Any = np.bincount(rows, weights=along, minlength=len(self))
        found: Floats = sums
        return found


@dataclass(frozen=True)
class SharedGround:
    """Pieces of ground that several boundaries of a set hold, ready to be measured.

    ``members`` are ordinals, end to end; those of a piece begin at ``starts``.
    """

    edges: Edges
    starts: Places
    members: Places

    @property
    def holders(self) -> Floats:
        """How many boundaries hold each piece."""
        found: Floats = np.diff(self.starts).astype(float)
        return found


def shared_ground_of(edges: Edges, members: Sequence[Sequence[int]]) -> SharedGround:
    """Pieces of ground from their edges and the ordinals of those that hold each."""
    starts = np.cumsum([0, *(len(each) for each in members)])
    joined = [ordinal for each in members for ordinal in each]
    return SharedGround(
        edges, starts.astype(np.int64), np.array(joined, dtype=np.int64)
    )


def edges_of(shapes: Any) -> Edges:
    """The prepared edges of polygons, which must be valid: one entry for each shape.

    Lines and points among the parts of a shape have no edges here.
    """
    shapes = np.atleast_1d(np.asarray(shapes, dtype=object))
    rings, polygon, is_shell = _rings(shapes)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.flatnonzero(ring[1:] == ring[:-1])
    ends = np.column_stack([points[starts], points[starts + 1]])
    ring = ring[starts]
    backwards = _is_backwards(ends, ring, is_shell)[ring]
    ends[backwards] = ends[backwards][:, [2, 3, 0, 1]]
    slanted = ends[:, 0] != ends[:, 2]
    ends, owner = ends[slanted], polygon[ring[slanted]]
    order = np.lexsort((np.minimum(ends[:, 0], ends[:, 2]), owner))
    counts = np.bincount(owner, minlength=len(shapes))
    found = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Edges(found, np.ascontiguousarray(ends[order]))


def _rings(shapes: Any) -> tuple[Any, Places, NDArray[np.bool_]]:
    """Every ring, the place of its shape, and whether it is an outer one."""
    once, outer = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(once, return_index=True)
    owner = outer[inner]
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, owner = parts[areal], owner[areal]
    rings, part = shapely.get_rings(parts, return_index=True)
    is_shell = np.r_[True, np.diff(part) != 0][: len(part)]
    return rings, owner[part], is_shell


def _is_backwards(
    ends: Floats, ring: NDArray[np.intp], is_shell: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether each ring must be turned: shells run counter-clockwise, holes not."""
    if len(ends) == 0:
        return np.zeros(len(is_shell), dtype=bool)
    first = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]])
    south = np.zeros(len(is_shell))
    south[ring[first]] = np.minimum.reduceat(ends[:, 1], first)
    wide = ends[:, 0] - ends[:, 2]
    high = ends[:, 1] + ends[:, 3] - 2 * south[ring]
    sums: Any = np.bincount(ring, weights=wide * high, minlength=len(is_shell))
    found: NDArray[np.bool_] = (sums > 0) != is_shell
    return found


def packed(edges: Edges, most_edges: int = 65_536) -> Iterator[tuple[bytes, bytes]]:
    """The polygons in order, some to a block: edges of each and the edges themselves.

    Little-endian int32 and float64. A block ends before it would hold more than
    ``most_edges``, but holds one polygon at least.
    """
    first = 0
    while first < len(edges):
        limit = edges.starts[first] + most_edges
        last = int(np.searchsorted(edges.starts, limit, side="right")) - 1
        last = min(max(last, first + 1), len(edges))
        counts = np.diff(edges.starts[first : last + 1])
        part = edges.ends[edges.starts[first] : edges.starts[last]]
        yield counts.astype("<i4").tobytes(), part.astype("<f8").tobytes()
        first = last


def unpacked(blocks: list[tuple[bytes, bytes]]) -> Edges:
    """What ``packed`` packed."""
    counts = np.frombuffer(b"".join(each for each, _ in blocks), dtype="<i4")
    ends = np.frombuffer(b"".join(each for _, each in blocks), dtype="<f8")
    starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    return Edges(starts.astype(np.int64), ends.reshape(-1, 4))
