"""A footprint against a boundary set, by people or postcodes (Methods 2)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from assetmap.reconciliation.by_area import Areas
from assetmap.reconciliation.model import (
    Floats,
    Points,
    Target,
    Totals,
    balanced,
    distinct,
)
from assetmap.reconciliation.overlap import Places

WHOLE = 1 - 1e-9


@dataclass(frozen=True)
class People:
    """Overlaps by people with each boundary, by ordinal, and the three totals."""

    overlap: dict[int, float]
    totals: Totals


@dataclass(frozen=True)
class Blocks:
    """Building blocks near a footprint, for bounds on its people.

    For each block, by ordinal: its people, and the weights of the footprint's shapes
    that hold it wholly and that touch it at all. ``places`` are those of the points in
    blocks that are touched, ``block_at`` the block of each.
    """

    counts: dict[int, float]
    wholly: dict[int, float]
    touched: dict[int, float]
    places: Places
    block_at: Places


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
    whole = float(held.sum())
    totals = Totals(
        float(by_cell.sum()) - outside,
        outside,
        0.0,
        whole,
        sum(overlap.values()),
        fractional,
    )
    return People(overlap, balanced(totals, f"people against {target.name}"))


def blocks_of(
    target: Target,
    areas: Areas,
    weights: Floats,
    points: Points,
    counts: dict[int, float],
) -> Blocks:
    """The building blocks that a footprint holds wholly, and those it touches.

    A block is held wholly when its ground is, and touched too when a point of it is
    in the footprint although its generalised outline is not.
    """
    wholly, touched = _by_ground(target, areas, weights)
    cells = points.cells[target.name]
    for ordinal in distinct(cells[points.membership > 0]).tolist():
        if ordinal and ordinal not in touched:
            top = float(points.membership[cells == ordinal].max())
            touched[ordinal] = top
    last = max(target.last_ordinal, int(cells.max(initial=0)))
    is_touched = np.zeros(last + 1, dtype=bool)
    is_touched[list(touched)] = True
    places = np.flatnonzero(is_touched[cells])
    return Blocks(counts, wholly, touched, places, cells[places].astype(np.intp))


def _by_ground(
    target: Target, areas: Areas, weights: Floats
) -> tuple[dict[int, float], dict[int, float]]:
    """The weights that hold each block wholly, and that touch it, by its ground."""
    wholly: dict[int, float] = {}
    touched: dict[int, float] = {}
    for shape, ordinal, shared in zip(
        areas.shape.tolist(),
        areas.ordinal.tolist(),
        areas.shared_m2.tolist(),
        strict=True,
    ):
        weight = float(weights[shape])
        touched[ordinal] = touched.get(ordinal, 0.0) + weight
        if shared >= WHOLE * target.boundaries[ordinal].area_m2:
            wholly[ordinal] = wholly.get(ordinal, 0.0) + weight
    return wholly, touched


def bounds(
    blocks: Blocks, points: Points, target: Target, estimate: dict[int, float]
) -> dict[int, tuple[float, float]]:
    """Least and most people that each overlap can be, by blocks wholly in and touched.

    A block lies in a boundary as its points do.
    """
    result = dict.fromkeys(estimate, (0.0, 0.0))
    for block, each, is_whole in _blocks_in(blocks, points, target):
        count = blocks.counts.get(block, 0.0)
        lower, upper = result.get(each, (0.0, 0.0))
        lower += count * blocks.wholly.get(block, 0.0) if is_whole else 0.0
        upper += count * blocks.touched.get(block, 0.0)
        result[each] = lower, upper
    return {
        each: (min(lower, estimate.get(each, 0.0)), max(upper, estimate.get(each, 0.0)))
        for each, (lower, upper) in result.items()
    }


def _blocks_in(
    blocks: Blocks, points: Points, target: Target
) -> list[tuple[int, int, bool]]:
    """Touched block, a boundary that its points lie in, and whether all do."""
    cells = points.cells[target.name][blocks.places]
    last = int(cells.max(initial=0)) + 1
    keys = np.unique(blocks.block_at * last + cells)
    combinations = points.combinations[target.name]
    met: dict[int, list[tuple[int, ...]]] = {}
    for block, cell in zip(
        (keys // last).tolist(), (keys % last).tolist(), strict=True
    ):
        members = combinations.get(cell, (cell,) if cell else ())
        met.setdefault(block, []).append(members)
    return [
        (block, each, all(each in group for group in groups))
        for block, groups in met.items()
        for each in sorted({one for group in groups for one in group})
    ]
