"""A footprint against a boundary set, by area (Methods 2)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from assetmap.footprints.model import Footprint
from assetmap.reconciliation.model import Floats, Target, Totals, balanced
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


def areas_of(footprint: Footprint, target: Target) -> Areas:
    """Overlap with each boundary, and the three totals where boundaries overlap."""
    shape, part, shared = shared_areas(footprint.shapes, target.parts)
    ordinal = target.ordinals[part]
    shape, ordinal, shared = _by_boundary(shape, ordinal, shared, target.last_ordinal)
    weighed = footprint.weights[shape] * shared
    overlap = np.bincount(ordinal, weights=weighed, minlength=1)
    fractional = overlap.copy()
    several = 0.0
    cell_areas = _weighed_cells(footprint, target)
    for members, area in zip(target.cell_members, cell_areas, strict=True):
        if area > 0:
            fractional[list(members)] -= area * (1 - 1 / len(members))
            several += area * (len(members) - 1)
    whole = footprint.area_m2
    multiple = float(overlap.sum())
    union = multiple - several
    outside = whole - union
    if abs(outside) < NOISE * whole:
        outside, union = 0.0, whole
    hit = np.flatnonzero(overlap > 0)
    totals = Totals(
        union,
        outside,
        0.0,
        whole,
        multiple,
        {int(each): float(fractional[each]) for each in hit},
    )
    return Areas(
        shape,
        ordinal,
        shared,
        {int(each): float(overlap[each]) for each in hit},
        balanced(totals, f"area against {target.name}"),
    )


def _by_boundary(
    shape: Places, ordinal: Places, shared: Floats, last: int
) -> tuple[Places, Places, Floats]:
    """Rows of parts added up to rows of boundaries."""
    pairs, row = np.unique(shape * (last + 1) + ordinal, return_inverse=True)
    sums: Any = np.bincount(row, weights=shared, minlength=len(pairs))
    return pairs // (last + 1), pairs % (last + 1), sums


def _weighed_cells(footprint: Footprint, target: Target) -> Floats:
    """How much of each cell the footprint holds, each place by its membership."""
    shape, cell, shared = shared_areas(footprint.shapes, target.cells)
    sums: Any = np.bincount(
        cell, weights=footprint.weights[shape] * shared, minlength=len(target.cells)
    )
    result: Floats = sums
    return result
