"""Whether boundaries tile the ground: what they share, what they leave out, where."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.boundaries.model import Boundaries, Overlap, Quality
from assetmap.boundaries.quality.discrepancies import MOST_NAMED, Discrepancy
from assetmap.boundaries.quality.ground import ROUNDING_M, Ground, ground_of, met

SLIVER_M2 = 1.0
SLIVER_SHARE = 1e-6
LARGEST_GAP_M2 = 1e6
"""Larger holes are taken for land that a set does not mean to cover."""

Shapes = NDArray[np.object_]
Pair = tuple[int, int]


def overlaps(shapes: Shapes) -> list[Overlap]:
    """Every piece of ground that two or more shapes hold, with all its holders.

    Shapes are valid. Row order decides nothing.
    """
    return ground_of(shapes).cells


def gaps(shapes: Shapes, largest_m2: float = LARGEST_GAP_M2) -> NDArray[np.float64]:
    """Areas of the holes that the shapes leave between them, in m², largest first."""
    holes = shapely.area(_mistakes(ground_of(shapes).holes, largest_m2))
    result: NDArray[np.float64] = np.sort(holes)[::-1]
    return result


def _mistakes(holes: Shapes, largest_m2: float = LARGEST_GAP_M2) -> Shapes:
    result: Shapes = holes[shapely.area(holes) <= largest_m2]
    return result


def is_sliver(shared_m2: Any, one_m2: Any, other_m2: Any) -> Any:
    """Whether shared ground is too thin: under 1 m², or a millionth of both."""
    smaller = np.minimum(np.asarray(one_m2), np.asarray(other_m2))
    return (np.asarray(shared_m2) < SLIVER_M2) | (
        np.asarray(shared_m2) < SLIVER_SHARE * smaller
    )


def quality(shapes: Shapes, ground: Ground) -> Quality:
    """How well the shapes tile the ground."""
    pairs = shared_by_pair(ground.cells)
    areas = shapely.area(shapes)
    thin = _thin(pairs, areas)
    holes = _mistakes(ground.holes)
    shared = float(sum(shapely.area(each.shape) for each in ground.cells))
    facts = {
        "overlapping_pairs": len(pairs),
        "overlapping_pairs_over_sliver": len(pairs) - len(thin),
        "overlap_m2": round(shared, 3),
        "slivers": len(thin),
        "slivers_m2": round(sum(thin.values()), 3),
        "gaps": len(holes),
        "gaps_m2": round(float(shapely.area(holes).sum()), 3),
        "unaccounted_m2": round(abs(ground.lost_m2), 3),
    }
    tiles = not ground.cells and len(holes) == 0
    return Quality(len(shapes), tiles, len(pairs) > len(thin), facts)


def shared_by_pair(cells: Sequence[Overlap]) -> dict[Pair, float]:
    """Shared ground in m² of each pair of places in the set's order."""
    shared: dict[Pair, float] = defaultdict(float)
    areas = shapely.area(np.array([each.shape for each in cells], dtype=object))
    for cell, area in zip(cells, areas.tolist(), strict=True):
        for pair in _pairs(cell):
            shared[pair] += area
    return dict(shared)


def _pairs(cell: Overlap) -> list[Pair]:
    return [
        (one, other)
        for place, one in enumerate(cell.members)
        for other in cell.members[place + 1 :]
    ]


def _thin(pairs: dict[Pair, float], areas: Any) -> dict[Pair, float]:
    """The pairs that share no more than a sliver."""
    return {
        (one, other): shared
        for (one, other), shared in pairs.items()
        if is_sliver(shared, areas[one], areas[other])
    }


def places(boundaries: Boundaries, ground: Ground, tiles: bool) -> list[Discrepancy]:
    """Overlaps, slivers and gaps with their places.

    Of a kind that is not meant to tile the ground only slivers are told: nobody means
    to share a strip of no width.
    """
    pairs = shared_by_pair(ground.cells)
    thin = _thin(pairs, shapely.area(boundaries.shapes))
    told = pairs if tiles else thin
    shapes = _shape_by_pair(ground.cells, told)
    found = [
        _overlap(boundaries, pair, shared, shapes[pair], pair in thin)
        for pair, shared in told.items()
    ]
    return found + (_gaps(boundaries, ground) if tiles else [])


def _shape_by_pair(cells: Sequence[Overlap], told: Any) -> dict[Pair, Any]:
    apart: dict[Pair, list[Any]] = defaultdict(list)
    for cell in cells:
        for pair in _pairs(cell):
            if pair in told:
                apart[pair].append(cell.shape)
    return {pair: shapely.multipolygons(each) for pair, each in apart.items()}


def _overlap(
    boundaries: Boundaries, pair: Pair, shared_m2: float, shape: Any, is_thin: bool
) -> Discrepancy:
    one, other = (str(boundaries.codes[each]) for each in pair)
    return Discrepancy(
        "sliver" if is_thin else "overlap",
        f"{one} and {other} share {shared_m2:,.3f} m²",
        codes=(one, other),
        area_m2=shared_m2,
        shape=shape,
    )


def _gaps(boundaries: Boundaries, ground: Ground) -> list[Discrepancy]:
    holes = _mistakes(ground.holes)
    hole, shape = met(holes, boundaries.shapes, "dwithin", ROUNDING_M)
    around: list[list[int]] = [[] for _ in holes]
    for place, each in zip(hole.tolist(), shape.tolist(), strict=True):
        around[place].append(each)
    areas = shapely.area(holes).tolist()
    return [
        _gap(boundaries, sorted(near), area, each)
        for near, area, each in zip(around, areas, holes, strict=True)
    ]


def _gap(
    boundaries: Boundaries, near: Sequence[int], area_m2: float, shape: Any
) -> Discrepancy:
    codes = tuple(str(boundaries.codes[each]) for each in near[:MOST_NAMED])
    more = len(near) - len(codes)
    between = ", ".join(codes) + (f" and {more} more" if more else "")
    return Discrepancy(
        "gap",
        f"{area_m2:,.3f} m² between {between}",
        codes=codes,
        area_m2=area_m2,
        shape=shape,
    )
