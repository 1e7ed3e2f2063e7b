"""Levels of a consensus on a grid: what may be published without showing a drawing.

A sketch holds a run of squares in each row of the grid. Membership is summed along
each row from where runs begin and end, so that no square is ever looked at by itself
and sketches far apart cost no more than sketches on one place.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.footprints.model import TOLERANCE, BadFootprint, as_shapes, check_shapes

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

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
    row, start, end, membership = membership_runs(sketches, votes / votes.sum(), grid_m)
    published = []
    for level in levels:
        chosen = membership >= level - TOLERANCE
        published.append(ground_where(chosen, row, start, end, grid_m))
    return published


def ground_where(
    chosen: NDArray[np.bool_], row: Places, start: Places, end: Places, grid_m: float
) -> shapely.MultiPolygon:
    """The ground of the runs that are chosen; they come in order of row and column."""
    runs = _joined(row[chosen], start[chosen], end[chosen])
    return _ground(*runs, grid_m)


def membership_runs(
    sketches: NDArray[np.object_], shares: Numbers, grid_m: float
) -> tuple[Places, Places, Places, Numbers]:
    """Row, first column, column after the last, and p, of runs of squares alike.

    ``shares`` is one of each sketch, or several in a row: p is then several as well.
    """
    sketch, row, start, end = runs_of(sketches, grid_m)
    return stepped(row, start, end, shares[sketch])


def stepped(
    row: Places, start: Places, end: Places, shares: Numbers
) -> tuple[Places, Places, Places, Numbers]:
    """Runs that lie over one another as runs alike, with the sum of what they bring."""
    rows = np.concatenate([row, row])
    columns = np.concatenate([start, end])
    steps = np.concatenate([shares, -shares])
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    membership = np.cumsum(steps[order], axis=0)[:-1]
    # After the last run of a row p is 0, so that no run reaches into another row.
    kept = (rows[1:] == rows[:-1]) & (columns[1:] > columns[:-1])
    return rows[:-1][kept], columns[:-1][kept], columns[1:][kept], membership[kept]


def runs_of(
    sketches: NDArray[np.object_], grid_m: float
) -> tuple[Places, Places, Places, Places]:
    """Sketch, row, first column and column after the last, of the squares held.

    The line through a row's centres goes in and out of a sketch by turns. An edge
    crosses the rows from its lower end up to, and without, its upper end.
    """
    x, y, upper_x, upper_y, sketch = _edges(sketches, grid_m)
    first = np.ceil(y - 0.5).astype(np.int64)
    crossings = np.ceil(upper_y - 0.5).astype(np.int64) - first
    edge = np.repeat(np.arange(len(x)), crossings)
    begun = np.repeat(np.cumsum(crossings) - crossings, crossings)
    row = first[edge] + np.arange(len(edge)) - begun
    slope = (upper_x - x)[edge] / (upper_y - y)[edge]
    across = x[edge] + (row + 0.5 - y[edge]) * slope
    order = np.lexsort((across, row, sketch[edge]))
    enters, leaves = order[0::2], order[1::2]
    start = np.ceil(across[enters] - 0.5).astype(np.int64)
    end = np.floor(across[leaves] - 0.5).astype(np.int64) + 1
    held = end > start
    enters = enters[held]
    return sketch[edge[enters]], row[enters], start[held], end[held]


def _edges(
    sketches: NDArray[np.object_], grid_m: float
) -> tuple[Numbers, Numbers, Numbers, Numbers, Places]:
    """Lower x and y, upper x and y in grid squares, and the sketch, of each edge."""
    polygons, sketch = shapely.get_parts(sketches, return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points = points / grid_m
    along = (ring[1:] == ring[:-1]) & (points[1:, 1] != points[:-1, 1])
    one, other = points[:-1][along], points[1:][along]
    rises = (one[:, 1] < other[:, 1])[:, None]
    lower, upper = np.where(rises, one, other), np.where(rises, other, one)
    owner = sketch[polygon[ring[:-1][along]]].astype(np.int64)
    return lower[:, 0], lower[:, 1], upper[:, 0], upper[:, 1], owner


def _joined(row: Places, start: Places, end: Places) -> tuple[Places, Places, Places]:
    """Runs that touch in a row made one: they come in order of row and column."""
    if len(row) == 0:
        return row, start, end
    apart = (row[1:] != row[:-1]) | (start[1:] != end[:-1])
    first, last = np.r_[True, apart], np.r_[apart, True]
    return row[first], start[first], end[last]


def _ground(
    row: Places, start: Places, end: Places, grid_m: float
) -> shapely.MultiPolygon:
    boxes = shapely.box(start * grid_m, row * grid_m, end * grid_m, (row + 1) * grid_m)
    joined = shapely.simplify(shapely.union_all(boxes), 0)
    parts = shapely.get_parts(joined)
    return shapely.MultiPolygon(list(parts[~shapely.is_empty(parts)]))
