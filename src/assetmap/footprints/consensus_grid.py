"""Levels of a consensus on a grid: what may be published without showing a drawing."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.footprints.model import TOLERANCE, BadFootprint, as_shapes, check_shapes
from assetmap.footprints.points import points_in

Numbers = NDArray[np.float64]

PUBLISHED_GRID_M = 25.0
"""The finest grid on which a consensus is published."""


def published_levels(
    shapes: Any, weights: Any, levels: Sequence[float], grid_m: float = PUBLISHED_GRID_M
) -> list[shapely.MultiPolygon]:
    """For each level the whole grid squares in whose centre p is at least the level.

    The squares stand on multiples of ``grid_m`` of the National Grid, so that no
    resident's own line is shown. A level may be empty.

    Raises:
        BadFootprint: a sketch is not valid, or a level or the grid is not above 0.
    """
    sketches = as_shapes(shapes)
    votes = np.ones(len(sketches)) if weights is None else np.array(weights, float)
    check_shapes(sketches, votes)
    if not grid_m > 0 or not all(each > 0 for each in levels):
        raise BadFootprint("A level and the grid must be above 0.")
    west, south, east, north = shapely.total_bounds(sketches).tolist()
    columns = np.arange(math.floor(west / grid_m), math.ceil(east / grid_m))
    rows = np.arange(math.floor(south / grid_m), math.ceil(north / grid_m))
    membership = _membership(sketches, votes, columns, rows, grid_m)
    return [
        _squares(membership >= level - TOLERANCE, columns, rows, grid_m)
        for level in levels
    ]


def _membership(
    sketches: NDArray[np.object_],
    votes: Numbers,
    columns: NDArray[np.intp],
    rows: NDArray[np.intp],
    grid_m: float,
) -> Numbers:
    """p at the centre of each square, rows by columns."""
    xs, ys = np.meshgrid((columns + 0.5) * grid_m, (rows + 0.5) * grid_m)
    membership = np.zeros(xs.size)
    held = points_in(sketches, xs.ravel(), ys.ravel())
    for share, places in zip(votes / votes.sum(), held, strict=True):
        membership[places] += share
    return membership.reshape(xs.shape)


def _squares(
    chosen: NDArray[np.bool_],
    columns: NDArray[np.intp],
    rows: NDArray[np.intp],
    grid_m: float,
) -> shapely.MultiPolygon:
    """The chosen squares joined; those next to each other in a row are joined first."""
    if not chosen.any():
        return shapely.MultiPolygon()
    change = np.diff(np.pad(chosen, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(change == 1)
    _, end = np.nonzero(change == -1)
    runs = shapely.box(
        (columns[0] + start) * grid_m,
        (rows[0] + row) * grid_m,
        (columns[0] + end) * grid_m,
        (rows[0] + row + 1) * grid_m,
    )
    joined = shapely.simplify(shapely.union_all(runs), 0)
    return shapely.MultiPolygon(list(shapely.get_parts(joined)))
