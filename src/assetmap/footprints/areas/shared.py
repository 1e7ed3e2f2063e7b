"""The ground that polygons share, pair by pair, from their prepared edges.

By machine code where there is a compiler, else by GEOS; an answer says which.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.footprints.areas import kernel as area_kernel
from assetmap.footprints.areas.edges import Edges, Floats, Places, edges_of

log = logging.getLogger(__name__)

Shapes = NDArray[np.object_]

BY_EDGES = "edge sums"
BY_GEOS = "GEOS overlay"
THREADS = 2
PAIRS_AT_ONCE = 2_048
COMPARED = 10_000
"""So many pairs of boxes are compared each with each: a tree of them takes longer."""


@dataclass(frozen=True)
class Shared:
    """Pairs of polygons that share ground, by place of the one and then the other.

    ``computed_by`` says how the areas in m² were found.
    """

    one: Places
    other: Places
    area_m2: Floats
    computed_by: str


def shared_by_shapes(ones: Any, others: Any) -> Shared:
    """What each two polygons of two lists share; both valid, in one projected CRS."""
    ones, others = (_listed(each) for each in (ones, others))
    return shared_ground(edges_of(ones), edges_of(others), lambda: (ones, others))


def shared_ground(
    ones: Edges, others: Edges, shapes: Callable[[], tuple[Shapes, Shapes]]
) -> Shared:
    """What each two polygons of two lists share.

    ``shapes`` gives the polygons themselves: asked only where there is no compiler.
    """
    return shared_pairs(ones, others, *box_pairs(ones, others), shapes)


def shared_over(ones: Shapes, others: Shapes, least_m2: Floats) -> Shared:
    """What polygons of two lists share, where it is more than the least of the one.

    As ``shared_by_shapes`` with a coarser sieve, and in less time for few and small
    polygons: their edges are prepared in one go.
    """
    first, second = edges_of(np.concatenate([ones, others])).parted(len(ones))
    one, other = box_pairs(first, second)
    areas, computed_by = _areas(first, second, one, other, lambda: (ones, others))
    kept = areas > least_m2[one]
    return Shared(one[kept], other[kept], areas[kept], computed_by)


def shared_pairs(
    ones: Edges,
    others: Edges,
    one: Places,
    other: Places,
    shapes: Callable[[], tuple[Shapes, Shapes]],
) -> Shared:
    """What pairs of polygons of two lists share, given by the places of each."""
    areas, computed_by = _areas(ones, others, one, other, shapes)
    kept = areas > _noise_m2(ones, others, one, other)
    return Shared(one[kept], other[kept], areas[kept], computed_by)


def _areas(
    ones: Edges,
    others: Edges,
    one: Places,
    other: Places,
    shapes: Callable[[], tuple[Shapes, Shapes]],
) -> tuple[Floats, str]:
    """The ground of each pair in m², and how it was found."""
    try:
        kernel = area_kernel.compiled()
    except ImportError as error:
        _tell(str(error))
        return areas_by_geos(*shapes(), one, other), BY_GEOS
    return areas_by_edges(ones, others, one, other, kernel), BY_EDGES


@cache
def _tell(why: str) -> None:
    """Say once that areas take longer than they might."""
    log.warning("Areas are found by GEOS, there is no compiler: %s", why)


def _listed(shapes: Any) -> Shapes:
    return np.atleast_1d(np.asarray(shapes, dtype=object))


def _noise_m2(ones: Edges, others: Edges, one: Places, other: Places) -> Floats:
    """What rounding leaves of ground that is not there, for each pair.

    An edge's place is known to a unit in the last digit of a coordinate.
    """
    reach = max(_far(ones), _far(others))
    shorter = np.minimum(ones.lengths[one], others.lengths[other])
    found: Floats = np.spacing(reach) * shorter
    return found


def _far(edges: Edges) -> float:
    return float(np.nanmax(np.abs(edges.boxes), initial=1.0))


def box_pairs(ones: Edges, others: Edges) -> tuple[Places, Places]:
    """The pairs of polygons whose boxes meet, by place of the one and the other."""
    if len(ones) * len(others) <= COMPARED:
        return _compared(ones.boxes, others.boxes)
    few, many, is_turned = ones, others, False
    if len(ones) > len(others):
        few, many, is_turned = others, ones, True
    tree = shapely.STRtree(_boxes(many))
    one, other = tree.query(_boxes(few))
    if is_turned:
        one, other = other, one
    order = np.lexsort((other, one))
    return one[order].astype(np.int64), other[order].astype(np.int64)


def _compared(ones: Floats, others: Floats) -> tuple[Places, Places]:
    """The pairs of boxes that meet, each compared with each; one of nan meets none."""
    west, south, east, north = ones.T[:, :, np.newaxis]
    other_west, other_south, other_east, other_north = others.T
    meet = (west <= other_east) & (other_west <= east)
    meet &= (south <= other_north) & (other_south <= north)
    one, other = np.nonzero(meet)
    return one, other


def _boxes(edges: Edges) -> Shapes:
    """Boxes as shapes; none for a polygon without ground."""
    found: Any = shapely.box(*edges.boxes.T)
    found[np.diff(edges.starts) == 0] = None
    boxes: Shapes = found
    return boxes


def areas_by_edges(
    ones: Edges, others: Edges, one: Places, other: Places, kernel: area_kernel.Kernel
) -> Floats:
    """The ground of each pair in m², by sums over edges; on two threads."""
    areas = np.zeros(len(one))
    sides = [
        (each.starts, each.ends, each.boxes, each.block_starts, each.reach)
        for each in (ones, others)
    ]
    most = [int(np.diff(each.starts).max(initial=0)) for each in (ones, others)]

    def measure(first: int) -> None:
        last = min(first + PAIRS_AT_ONCE, len(one))
        kernel(first, last, one, other, *sides[0], *sides[1], *most, areas)

    stretches = range(0, len(one), PAIRS_AT_ONCE)
    if len(stretches) < THREADS:
        for each in stretches:
            measure(each)
        return areas
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(measure, stretches))
    return areas


def areas_by_geos(ones: Shapes, others: Shapes, one: Places, other: Places) -> Floats:
    """The ground of each pair in m², by overlay of those pairs alone that are cut."""
    areas = np.zeros(len(one))
    shapely.prepare(ones)
    shapely.prepare(others)
    meeting = np.flatnonzero(shapely.intersects(ones[one], others[other]))
    holds = shapely.contains_properly(ones[one[meeting]], others[other[meeting]])
    areas[meeting[holds]] = shapely.area(others[other[meeting[holds]]])
    rest = meeting[~holds]
    held = shapely.contains_properly(others[other[rest]], ones[one[rest]])
    areas[rest[held]] = shapely.area(ones[one[rest[held]]])
    cut = rest[~held]
    areas[cut] = shapely.area(shapely.intersection(ones[one[cut]], others[other[cut]]))
    return areas
