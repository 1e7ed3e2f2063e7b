"""A footprint against a boundary set, by area (Methods 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.boundaries.quality.ground import NODING_GRID_M
from assetmap.footprints.model import Footprint
from assetmap.reconciliation.model import Floats, Shapes, Target, Totals, balanced
from assetmap.reconciliation.overlap import shared_areas

NOISE = 1e-10
"""Rounding of coordinates, as a share of the footprint: not ground outside a set."""


@dataclass(frozen=True)
class Areas:
    """Overlaps with each boundary by area, by ordinal, and the three totals."""

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
        of_parts = by_piece[slice(*ends[place : place + 2])]
        of_cells = by_piece[slice(*ends[place + len(targets) :][:2])]
        result[target.name] = _areas(footprint, target, of_parts, of_cells)
    return result


def _areas(
    footprint: Footprint, target: Target, part_areas: Floats, cell_areas: Floats
) -> Areas:
    """Overlap with each boundary, and the three totals where boundaries overlap.

    How much of each part and of each cell the footprint holds, by its membership.
    """
    sums: Any = np.bincount(target.ordinals, weights=part_areas, minlength=1)
    overlap = {each: float(sums[each]) for each in np.flatnonzero(sums).tolist()}
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
    return Areas(overlap, checked)


def _noise_m2(footprint: Footprint, cells: Shapes | None = None) -> float:
    """What rounding may add to an area or take from it, as noding moves edges."""
    edges_m = shapely.length(footprint.shapes).sum()
    if cells is not None:
        edges_m += shapely.length(cells).sum()
    return float(NOISE * footprint.area_m2 + NODING_GRID_M * edges_m)
