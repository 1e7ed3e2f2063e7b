"""A footprint against a boundary set, by people or postcodes (Methods 2)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from assetmap.reconciliation.model import (
    Points,
    Target,
    Totals,
    balanced,
)


@dataclass(frozen=True)
class People:
    """Overlaps by people with each boundary, by ordinal, and the three totals."""

    overlap: dict[int, float]
    totals: Totals


def people_of(points: Points, target: Target) -> People:
    """Overlap with each boundary: points are added by what they lie in."""
    held, inside = points.held, points.inside
    combinations = points.combinations[target.name]
    cells, row = np.unique(points.cells[target.name][inside], return_inverse=True)
    by_cell: Any = np.bincount(row, weights=held[inside], minlength=len(cells))
    overlap: dict[int, float] = {}
    fractional: dict[int, float] = {}
    outside = 0.0
    for cell, weight in zip(cells.tolist(), by_cell.tolist(), strict=True):
        outside += weight if cell == 0 else 0.0
        members = combinations.get(cell, (cell,) if cell else ())
        for each in members:
            overlap[each] = overlap.get(each, 0.0) + weight
            fractional[each] = fractional.get(each, 0.0) + weight / len(members)
    whole = points.total
    totals = Totals(
        float(by_cell.sum()) - outside,
        outside,
        0.0,
        whole,
        sum(overlap.values()),
        fractional,
    )
    return People(overlap, balanced(totals, f"people against {target.name}"))
