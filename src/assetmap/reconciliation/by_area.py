"""A footprint against a boundary set, by area (Methods 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.boundaries.quality.ground import NODING_GRID_M
from assetmap.footprints.model import Footprint
from assetmap.reconciliation.model import Floats, Shapes, Target, Totals, balanced
from assetmap.reconciliation.overlap import Places, shared_areas

NOISE = 1e-10
"""Rounding of coordinates, as a share of the footprint: not ground outside a set."""


@dataclass(frozen=True)
class Areas:
    """Overlaps by area of each shape of a footprint, and of all by its weights.

    ``shape``, ``ordinal`` and ``shared_m2`` have one row for each shape and boundary.
    """

    shape: Places
    ordinal: Places
    shared_m2: Floats
    overlap_m2: dict[int, float]
    totals: Totals


def areas_of(footprint: Footprint, targets: Sequence[Target]) -> dict[str, Areas]:
    """Overlaps with each set by name; all sets are gone through at once."""
    pieces = [*(each.parts for each in targets), *(each.cells for each in targets)]
    ends = np.cumsum([0, *map(len, pieces)])
    every = np.concatenate(pieces) if ends[-1] else np.empty(0, dtype=object)
    shape, piece, shared = shared_areas(footprint.shapes, every)
    weighed = footprint.weights[shape] * shared
    by_piece: Any = np.bincount(piece, weights=weighed, minlength=len(every))
    result = {}
    for place, target in enumerate(targets):
        start, end = ends[place : place + 2]
        own = (piece >= start) & (piece < end)
        ordinal = target.ordinals[piece[own] - start]
        rows = _by_boundary(shape[own], ordinal, shared[own], target.last_ordinal)
        start, end = ends[place + len(targets) :][:2]
        result[target.name] = _areas(footprint, target, *rows, by_piece[start:end])
    return result


def _areas(
    footprint: Footprint,
    target: Target,
    shape: Places,
    ordinal: Places,
    shared: Floats,
    cell_areas: Floats,
) -> Areas:
    """Overlap with each boundary, and the three totals where boundaries overlap.

    ``cell_areas`` is how much of each cell the footprint holds, by its membership.
    """
    hit, row = np.unique(ordinal, return_inverse=True)
    weighed = footprint.weights[shape] * shared
    sums: Any = np.bincount(row, weights=weighed, minlength=len(hit))
    overlap = dict(zip(hit.tolist(), sums.tolist(), strict=True))
    fractional = dict(overlap)
    several = 0.0
    for members, area in zip(target.cell_members, cell_areas, strict=True):
        for each in members if area > 0 else ():
            fractional[each] -= area * (1 - 1 / len(members))
        several += area * (len(members) - 1)
    whole, multiple = footprint.area_m2, sum(overlap.values())
    union = multiple - several
    outside = whole - union
    if -_noise_m2(footprint, target.cells) <= outside < _noise_m2(footprint):
        outside, union = 0.0, whole
    totals = Totals(union, outside, 0.0, whole, multiple, fractional)
    checked = balanced(totals, f"area against {target.name}")
    return Areas(shape, ordinal, shared, overlap, checked)


def _noise_m2(footprint: Footprint, cells: Shapes | None = None) -> float:
    """What rounding may add to an area or take from it, as noding moves edges."""
    edges_m = shapely.length(footprint.shapes).sum()
    if cells is not None:
        edges_m += shapely.length(cells).sum()
    return float(NOISE * footprint.area_m2 + NODING_GRID_M * edges_m)


def _by_boundary(
    shape: Places, ordinal: Places, shared: Floats, last: int
) -> tuple[Places, Places, Floats]:
    """Rows of parts added up to rows of boundaries."""
    pairs, row = np.unique(shape * (last + 1) + ordinal, return_inverse=True)
    sums: Any = np.bincount(row, weights=shared, minlength=len(pairs))
    return pairs // (last + 1), pairs % (last + 1), sums
