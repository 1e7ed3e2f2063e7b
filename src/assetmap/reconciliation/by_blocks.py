"""Bounds on people: blocks wholly in a footprint and a boundary, and blocks touched."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.boundaries.quality.ground import NODING_GRID_M
from assetmap.footprints.model import Footprint
from assetmap.reconciliation.model import Floats, Points, Shapes, Target
from assetmap.reconciliation.overlap import Places
from assetmap.reconciliation.pieces import pieces_of

WHOLE = 1 - 1e-9


@dataclass(frozen=True)
class Blocks:
    """The ground of building blocks that a footprint holds, for bounds on its people.

    ``pieces`` are parts of that ground, ``shape`` the shape of the footprint that each
    is held by and ``block`` the ordinal of the block that it is of. ``weights`` are
    those of the shapes.
    """

    target: Target
    weights: Floats
    shape: Places
    block: Places
    pieces: Shapes


def blocks_of(target: Target, footprint: Footprint) -> Blocks:
    """The ground of each block that a footprint holds, shape by shape."""
    cut = [pieces_of(each) for each in footprint.shapes]
    owner = np.repeat(np.arange(len(cut)), [len(each) for each in cut])
    own = np.concatenate(cut)
    at, part, held = _shared(own, target.parts)
    return Blocks(target, footprint.weights, owner[at], target.ordinals[part], held)


def _shared(ones: Shapes, others: Shapes) -> tuple[Places, Places, Shapes]:
    """The place of one, of another, and the ground of both, where there is any."""
    if len(ones) == 0 or len(others) == 0:
        none = np.empty(0, dtype=np.intp)
        return none, none, np.empty(0, dtype=object)
    shapely.prepare(others)
    one, other = shapely.STRtree(others).query(ones, predicate="intersects")
    shared: Shapes = ones[one]
    cut = ~shapely.covered_by(ones[one], others[other])
    shared[cut] = shapely.intersection(ones[one[cut]], others[other[cut]])
    keep = shapely.area(shared) > NODING_GRID_M * shapely.length(ones[one])
    return one[keep], other[keep], shared[keep]


def bounds(
    blocks: Blocks, points: Points, target: Target, estimate: dict[int, float]
) -> dict[int, tuple[float, float]]:
    """Least and most people of each overlap: blocks wholly in it, and blocks touched.

    A block is touched too when a point of it is in the footprint and the boundary
    although its generalised outline is not.
    """
    lower = dict.fromkeys(estimate, 0.0)
    upper = dict.fromkeys(estimate, 0.0)
    facts = blocks.target.boundaries
    met = set()
    for shape, block, each, shared_m2 in _on_ground(blocks, target):
        people = facts[block].total * float(blocks.weights[shape])
        upper[each] = upper.get(each, 0.0) + people
        met.add((block, each))
        if shared_m2 >= WHOLE * facts[block].area_m2:
            lower[each] = lower.get(each, 0.0) + people
    for block, each, membership in _by_points(blocks, points, target):
        if (block, each) not in met and block in facts:
            upper[each] = upper.get(each, 0.0) + facts[block].total * membership
    return {
        each: (
            min(lower.get(each, 0.0), estimate.get(each, 0.0)),
            max(upper[each], estimate.get(each, 0.0)),
        )
        for each in upper
    }


def _on_ground(blocks: Blocks, target: Target) -> list[tuple[int, int, int, float]]:
    """Shape, block, boundary, and the ground in m² that all three hold."""
    if target.name == blocks.target.name:
        # Where blocks overlap each other a little, none is touched through the next.
        keys = np.column_stack([blocks.shape, blocks.block, blocks.block])
        shared = blocks.pieces
    else:
        piece, part, shared = _shared(blocks.pieces, target.parts)
        shape, block = blocks.shape[piece], blocks.block[piece]
        keys = np.column_stack([shape, block, target.ordinals[part]])
    found, row = np.unique(keys, axis=0, return_inverse=True)
    sums: Any = np.bincount(row.ravel(), shapely.area(shared), len(found))
    return [
        (*key, area) for key, area in zip(found.tolist(), sums.tolist(), strict=True)
    ]


def _by_points(
    blocks: Blocks, points: Points, target: Target
) -> list[tuple[int, int, float]]:
    """Block, boundary, and the most membership of a point that lies in both."""
    inside = points.membership > 0
    of_block = points.cells[blocks.target.name][inside]
    of_target = points.cells[target.name][inside]
    held = points.membership[inside]
    many = int(of_target.max(initial=0)) + 1
    keys, row = np.unique(
        of_block.astype(np.int64) * many + of_target, return_inverse=True
    )
    pairs = np.column_stack([keys // many, keys % many])
    most = np.zeros(len(pairs))
    np.maximum.at(most, row, held)
    combinations = points.combinations[target.name]
    return [
        (block, each, top)
        for (block, cell), top in zip(pairs.tolist(), most.tolist(), strict=True)
        for each in combinations.get(cell, (cell,) if cell else ())
        if block
    ]
