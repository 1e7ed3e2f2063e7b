"""Which shapes hold which points: GEOS's own answer, at speed for many points."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Pairs = tuple[Places, Places]

MANY = 20_000
"""So many points repay the second that it takes to get compiled code going."""

THREADS = 2
"""A loader's share of an ordinary server; more gains little beside the database."""

GROUP = 128
"""Points looked at together, by their common box; neighbours if they come so."""


@dataclass(frozen=True)
class Rings:
    """Polygons as arrays: vertices end to end, and where each polygon's begin.

    ``opens`` is true at the first vertex of each ring. ``shape_of`` is the place of
    the shape that each polygon is of.
    """

    polygons: NDArray[np.object_]
    shape_of: Places
    xs: Floats
    ys: Floats
    opens: NDArray[np.bool_]
    starts: Places


def rings_of(shapes: NDArray[np.object_]) -> Rings:
    """The rings of Polygons and MultiPolygons."""
    polygons, shape_of = shapely.get_parts(shapes, return_index=True)
    rings, of_polygon = shapely.get_rings(polygons, return_index=True)
    vertices, of_ring = shapely.get_coordinates(rings, return_index=True)
    per_polygon = np.bincount(of_polygon[of_ring], minlength=len(polygons))
    return Rings(
        polygons,
        shape_of,
        np.ascontiguousarray(vertices[:, 0]),
        np.ascontiguousarray(vertices[:, 1]),
        np.r_[True, np.diff(of_ring) != 0][: len(vertices)],
        np.r_[0, np.cumsum(per_polygon)],
    )


@cache
def has_compiler() -> bool:
    """Whether the loops can be compiled here; without, GEOS does all, in more time."""
    try:
        import assetmap.footprints.holding_compiled  # noqa: F401
    except ImportError as error:
        log.info("Points are looked for by GEOS alone: %s", error)
        return False
    return True


class Holding:
    """Valid Polygons and MultiPolygons that are asked for the points they hold."""

    def __init__(self, shapes: NDArray[np.object_]) -> None:
        self._shapes = shapes

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._shapes)

    @cached_property
    def _rings(self) -> tuple[Rings, shapely.STRtree]:
        rings = rings_of(self._shapes)
        return rings, shapely.STRtree(rings.polygons)

    def pairs(self, xs: Floats, ys: Floats) -> Pairs:
        """Places of points, and of a shape that each lies in; an edge is in its shape.

        Pairs come in no particular order, and one may come twice.
        """
        is_quick = len(xs) >= MANY and has_compiler()
        return (self.compiled if is_quick else self.by_geos)(xs, ys)

    def by_geos(self, xs: Floats, ys: Floats) -> Pairs:
        """The pairs, point by point."""
        points = shapely.points(xs, ys)
        point, shape = self._tree.query(points, predicate="intersects")
        return point, shape

    def compiled(self, xs: Floats, ys: Floats) -> Pairs:
        """The pairs, by neighbouring points together: quicker, and the same.

        Where rounding leaves open on which side of an edge a point lies, GEOS says.
        """
        rings, tree = self._rings
        starts = np.arange(0, len(xs), GROUP)
        boxes = _boxes(xs, ys, starts)
        group, polygon = tree.query(shapely.box(*boxes.T))
        ends = np.minimum(starts + GROUP, len(xs))
        asked = (starts[group], ends[group], polygon, boxes[group])
        pairs, doubts = _found(rings, xs, ys, asked, len(xs))
        points = shapely.points(xs[doubts[:, 0]], ys[doubts[:, 0]])
        held = shapely.intersects(rings.polygons[doubts[:, 1]], points)
        point, found = np.concatenate([pairs, doubts[held]]).T
        return point, rings.shape_of[found]


def _boxes(xs: Floats, ys: Floats, starts: Places) -> Floats:
    """The box of each group of points."""
    corners = ((np.minimum, xs), (np.minimum, ys), (np.maximum, xs), (np.maximum, ys))
    return np.column_stack([how.reduceat(each, starts) for how, each in corners])


def _found(
    rings: Rings, xs: Floats, ys: Floats, asked: tuple[np.ndarray, ...], room: int
) -> tuple[Places, Places]:
    """Pairs of point and polygon that are sure, and those that are doubtful.

    Threads take a share of the pairs asked about each; the compiled loops hold no lock.
    """
    shares = np.array_split(np.arange(len(asked[0])), THREADS)

    def of_share(share: Places) -> tuple[Places, Places]:
        return _of_share(rings, xs, ys, [each[share] for each in asked], room)

    with ThreadPoolExecutor(THREADS) as threads:
        found = list(threads.map(of_share, shares))
    sure, unsure = (np.concatenate(each) for each in zip(*found, strict=True))
    return sure, unsure


def _of_share(
    rings: Rings, xs: Floats, ys: Floats, asked: Sequence[np.ndarray], room: int
) -> tuple[Places, Places]:
    from assetmap.footprints.holding_compiled import pairs_of

    vertices = (rings.xs, rings.ys, rings.opens, rings.starts)
    pairs, doubts = np.empty((2, room, 2), dtype=np.int64)
    sure, unsure = pairs_of(xs, ys, *asked, *vertices, pairs, doubts)
    if max(sure, unsure) > room:
        return _of_share(rings, xs, ys, asked, max(sure, unsure))
    return pairs[:sure], doubts[:unsure]
