"""How far apart two releases draw lines that did not change.

Lines are generalised: vertices are left out, and what is left may be up to hundreds
of metres from what was there. Between two releases this makes strips along every edge
that belong to one boundary in the old and to its neighbour in the new. How wide such
strips are is measured on boundaries that are plainly the same. Pure: shapes in a
projected CRS in metres.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.reconciliation.model import Shapes
from assetmap.reconciliation.vintages.model import Pairs, Places, Vintage

LEAST_COMPARED = 8
"""Boundaries that must be plainly the same before a tolerance is taken from them."""
MOST_COMPARED = 300
MOST_VERTICES = 200
SMALLEST_M = 0.01
"""Lines nearer than this are one line: coordinates are rounded apart."""

ShapesOf = Callable[[Places], Shapes]
"""Gives the shapes of some places of a vintage."""
Both = tuple[ShapesOf, ShapesOf]


@dataclass(frozen=True)
class Lines:
    """How two releases draw the same lines.

    ``tolerance_m`` is how far apart lines are that did not change; absent: not known,
    as too few boundaries are plainly the same. ``edge_m`` are the median lengths of an
    edge in the old and the new release, ``compared`` the boundaries measured.
    """

    tolerance_m: float | None
    edge_m: tuple[float, float]
    compared: int


def lines_between(old: Vintage, new: Vintage, pairs: Pairs, shapes: Both) -> Lines:
    """How far apart two releases draw lines that did not change.

    Of boundaries that are each other's best match, those count whose lines are nowhere
    further apart than half of a usual edge of the coarser release: leaving vertices out
    moves a line by less than half of the edge that replaces it. The tolerance is what
    19 in 20 of these keep to, and at most twice what half of them do.
    """
    sample = _sample(old, pairs, _mutual(old, new, pairs))
    if len(sample) == 0:
        return Lines(None, (0.0, 0.0), 0)
    one, other = shapes[0](pairs.old[sample]), shapes[1](pairs.new[sample])
    edges = _usual_edge(one), _usual_edge(other)
    apart = np.array([_apart(*two) for two in zip(one, other, strict=True)])
    same = apart[apart <= max(edges) / 2]
    if len(same) < LEAST_COMPARED:
        return Lines(None, edges, len(same))
    most = min(float(np.percentile(same, 95)), 2 * float(np.median(same)))
    return Lines(most if most >= SMALLEST_M else 0.0, edges, len(same))


def _mutual(old: Vintage, new: Vintage, pairs: Pairs) -> Places:
    """The pairs that share most of both."""
    both = (pairs.area_m2 > 0.5 * old.area_m2[pairs.old]) & (
        pairs.area_m2 > 0.5 * new.area_m2[pairs.new]
    )
    return np.flatnonzero(both)


def _sample(old: Vintage, pairs: Pairs, among: Places) -> Places:
    """Some pairs, evenly spaced by code: the same whatever the order of rows."""
    codes = np.array(old.codes, dtype=str)[pairs.old[among]]
    at = np.linspace(0, len(among) - 1, min(len(among), MOST_COMPARED)).astype(np.intp)
    return among[np.argsort(codes, kind="stable")[at]]


def _usual_edge(shapes: Shapes) -> float:
    rings = shapely.get_rings(shapely.get_parts(shapes))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    lengths = np.hypot(*np.diff(points, axis=0).T)[np.diff(ring) == 0]
    return float(np.median(lengths))


def _apart(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """How far a vertex of one outline is from the other outline, at most."""
    outlines = shapely.boundary([one, other])
    shapely.prepare(outlines)
    return max(
        float(shapely.distance(_vertices(mine), theirs).max())
        for mine, theirs in (outlines, outlines[::-1])
    )


def _vertices(outline: shapely.Geometry) -> Shapes:
    at = shapely.get_coordinates(outline)
    some = np.linspace(0, len(at) - 1, min(len(at), MOST_VERTICES)).astype(np.intp)
    points: Any = shapely.points(at[some])
    vertices: Shapes = points
    return vertices
