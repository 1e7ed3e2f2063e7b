"""The ground cut along every line that was drawn, and who drew around each piece."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Shapes = NDArray[np.object_]
Held = NDArray[np.bool_]

BLOCK = 8192
"""Places looked at together: their table of places by sketches stays small."""


def faces_of(sketches: Shapes) -> Shapes:
    """The pieces of ground that no drawn line crosses, ordered from west to east.

    The lines are noded and polygonized; holes that nobody drew over are left out by
    whoever counts.
    """
    lines = shapely.union_all(shapely.boundary(sketches))
    faces = shapely.get_parts(shapely.polygonize([lines]))
    faces = faces[shapely.area(faces) > 0]
    result: Shapes = faces[np.argsort(shapely.bounds(faces)[:, 0], kind="stable")]
    return result


def held_by(sketches: Shapes, faces: Shapes) -> Iterator[tuple[slice, Held]]:
    """Which sketches hold each face, in blocks: the faces' places, faces by sketches.

    A face is held where a point inside it is; such a point lies on no edge.
    """
    points = shapely.point_on_surface(faces)
    xs, ys = shapely.get_x(points), shapely.get_y(points)
    edges = [_edges(each) for each in sketches]
    for start in range(0, len(faces), BLOCK):
        block = slice(start, start + BLOCK)
        yield block, _held(edges, xs[block], ys[block])


def _held(edges: list[NDArray[np.float64]], xs: Numbers, ys: Numbers) -> Held:
    order = np.argsort(xs, kind="stable")
    sorted_xs, sorted_ys = xs[order], ys[order]
    counts = np.zeros((len(edges), len(xs)), dtype=np.int8)
    for count, sketch_edges in zip(counts, edges, strict=True):
        _count_edges_above(count, sketch_edges, sorted_xs, sorted_ys)
    held = np.empty((len(xs), len(edges)), dtype=bool)
    held[order] = counts.T > 0
    return held


def _count_edges_above(
    count: NDArray[np.int8], edges: Numbers, xs: Numbers, ys: Numbers
) -> None:
    """Add to each point the signs of the edges above it: 1 inside, 0 outside."""
    firsts = np.searchsorted(xs, edges[:, 0]).tolist()
    lasts = np.searchsorted(xs, edges[:, 2]).tolist()
    slopes = ((edges[:, 3] - edges[:, 1]) / (edges[:, 2] - edges[:, 0])).tolist()
    for place in np.flatnonzero(np.less(firsts, lasts)):
        first, last = firsts[place], lasts[place]
        x, y, _, _, sign = edges[place]
        heights = y + (xs[first:last] - x) * slopes[place]
        above = ys[first:last] < heights
        count[first:last] += above.astype(np.int8) * np.int8(sign)


def _edges(sketch: shapely.Geometry) -> Numbers:
    """West x and y, east x and y, and 1 for a ceiling or -1 for a floor.

    Vertical edges are left out: no point lies above or below them.
    """
    polygons = shapely.orient_polygons(shapely.get_parts(sketch))
    points, ring = shapely.get_coordinates(
        shapely.get_rings(polygons), return_index=True
    )
    joined = ring[1:] == ring[:-1]
    start, end = points[:-1][joined], points[1:][joined]
    ceiling = start[:, 0] > end[:, 0]
    west = np.where(ceiling[:, None], end, start)
    east = np.where(ceiling[:, None], start, end)
    edges = np.column_stack([west, east, np.where(ceiling, 1.0, -1.0)])
    result: Numbers = edges[west[:, 0] < east[:, 0]]
    return result
