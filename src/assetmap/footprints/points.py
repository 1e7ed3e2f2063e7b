"""Which points lie in which shapes."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
Shapes = NDArray[np.object_]

FEW = 4
"""So few shapes are asked about every point; for more, points are sorted first."""


def points_in(shapes: Shapes, xs: Numbers, ys: Numbers) -> Iterator[Places]:
    """For each shape, the places of the points that it holds; its edge counts.

    Points outside a shape's box cost next to nothing.
    """
    shapely.prepare(shapes)
    boxes = shapely.bounds(shapes)
    boxed = _compared if len(shapes) <= FEW else _banded
    for shape, near in zip(shapes, boxed(boxes, xs, ys), strict=True):
        yield near[shapely.intersects_xy(shape, xs[near], ys[near])]


def _compared(boxes: Numbers, xs: Numbers, ys: Numbers) -> Iterator[Places]:
    """The places of the points in each box, by comparing all of them with it."""
    for west, south, east, north in boxes:
        inside = (xs >= west) & (xs <= east) & (ys >= south) & (ys <= north)
        yield np.flatnonzero(inside)


def _banded(boxes: Numbers, xs: Numbers, ys: Numbers) -> Iterator[Places]:
    """The places of the points in each box, by sorting them from west to east."""
    order = np.argsort(xs, kind="stable")
    sorted_xs, sorted_ys = xs[order], ys[order]
    for west, south, east, north in boxes:
        first = int(np.searchsorted(sorted_xs, west, side="left"))
        last = int(np.searchsorted(sorted_xs, east, side="right"))
        band = sorted_ys[first:last]
        yield order[first + np.flatnonzero((band >= south) & (band <= north))]
