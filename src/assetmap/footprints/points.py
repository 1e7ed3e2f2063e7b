"""Which points lie in which shapes."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Shapes = NDArray[np.object_]


def points_in(shapes: Shapes, xs: Numbers, ys: Numbers) -> Iterator[NDArray[np.intp]]:
    """For each shape, the places of the points that it holds; its edge counts.

    Points outside a shape's box cost next to nothing.
    """
    order = np.argsort(xs, kind="stable")
    sorted_xs, sorted_ys = xs[order], ys[order]
    shapely.prepare(shapes)
    for shape, (west, south, east, north) in zip(
        shapes, shapely.bounds(shapes), strict=True
    ):
        first = int(np.searchsorted(sorted_xs, west, side="left"))
        last = int(np.searchsorted(sorted_xs, east, side="right"))
        band = sorted_ys[first:last]
        near = first + np.flatnonzero((band >= south) & (band <= north))
        inside = shapely.intersects_xy(shape, sorted_xs[near], sorted_ys[near])
        yield order[near[inside]]
