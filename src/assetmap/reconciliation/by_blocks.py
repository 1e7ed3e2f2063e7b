"""Bounds on people: blocks wholly in a footprint and a boundary, and blocks touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from assetmap.boundaries.quality.ground import NODING_GRID_M
from assetmap.footprints.areas.edges import Edges, edges_of
from assetmap.footprints.areas.shared import shared_ground
from assetmap.footprints.model import Footprint
from assetmap.reconciliation.model import Floats, Points, Shapes, Target
from assetmap.reconciliation.overlap import Places
from assetmap.reconciliation.pieces import pieces_of

WHOLE = 1 - 1e-9

FEW = 60
"""Pieces of ground up to which building what they share takes less than preparing
edges."""


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

    @cached_property
    def edges(self) -> Edges:
        """The edges of the pieces, prepared."""
        return edges_of(self.pieces)

    @cached_property
    def facts(self) -> tuple[Floats, Floats]:
        """Area in m² and people of each block by ordinal; nan of those not near."""
        known = self.target.boundaries
        found = np.full((2, max(known, default=0) + 1), np.nan)
        for ordinal, each in known.items():
            found[:, ordinal] = each.area_m2, each.total
        return found[0], found[1]


@dataclass(frozen=True)
class Touched:
    """Blocks that a footprint and boundaries share, one row for each and boundary.

    ``people`` are those of the block by the membership, ``is_whole`` whether the
    footprint and the boundary hold all of its ground.
    """

    block: Places
    boundary: Places
    people: Floats
    is_whole: Any


def blocks_of(
    target: Target, footprint: Footprint, made_of: Sequence[int] = ()
) -> Blocks:
    """The ground of each block that a footprint holds, shape by shape.

    ``made_of`` are the blocks, by ordinal, that the footprint is made of, if it is: of
    a graded one a shape each. No other is touched, though outlines may overlap.
    """
    cut = [pieces_of(each) for each in footprint.shapes]
    owner = np.repeat(np.arange(len(cut)), [len(each) for each in cut])
    own = np.concatenate(cut)
    at, part, held = _shared(own, target.parts)
    shape, block = owner[at], target.ordinals[part]
    if len(made_of):
        codes = np.asarray(made_of)
        is_own = np.isin(block, codes)
        if footprint.kind == "graded":
            is_own = block == codes[shape]
        shape, block, held = shape[is_own], block[is_own], held[is_own]
    return Blocks(target, footprint.weights, shape, block, held)


def _shared(ones: Shapes, others: Shapes) -> tuple[Places, Places, Shapes]:
    """The place of one, of another, and the ground of both, where there is any."""
    if len(ones) == 0 or len(others) == 0:
        none = np.empty(0, dtype=np.intp)
        return none, none, np.empty(0, dtype=object)
    shapely.prepare(ones)
    one, other = shapely.STRtree(others).query(ones, predicate="intersects")
    shared: Shapes = others[other]
    rest = np.flatnonzero(~shapely.covers(ones[one], others[other]))
    is_held = shapely.covered_by(ones[one[rest]], others[other[rest]])
    held, cut = rest[is_held], rest[~is_held]
    shared[held] = ones[one[held]]
    shared[cut] = shapely.intersection(ones[one[cut]], others[other[cut]])
    keep = shapely.area(shared) > NODING_GRID_M * shapely.length(ones)[one]
    return one[keep], other[keep], shared[keep]


def bounds(
    blocks: Blocks, points: Points, target: Target, estimate: dict[int, float]
) -> dict[int, tuple[float, float]]:
    """Least and most people of each overlap: blocks wholly in it, and blocks touched.

    A block is touched too when a point of it is in the footprint and the boundary
    although its generalised outline is not.
    """
    ground = _on_ground(blocks, target)
    more = _by_points(blocks, points, target, ground)
    touched = np.concatenate([ground.boundary, more.boundary])
    people = np.concatenate([ground.people, more.people])
    upper: Any = np.bincount(touched, people)
    whole = ground.is_whole
    lower: Any = np.bincount(
        ground.boundary[whole], ground.people[whole], minlength=len(upper)
    )
    near = np.unique(touched)
    limits = dict.fromkeys(estimate, (0.0, 0.0)) | dict(
        zip(
            near.tolist(),
            zip(lower[near].tolist(), upper[near].tolist(), strict=True),
            strict=True,
        )
    )
    return {
        each: (
            min(least, estimate.get(each, 0.0)),
            max(most, estimate.get(each, 0.0)),
        )
        for each, (least, most) in limits.items()
    }


def _on_ground(blocks: Blocks, target: Target) -> Touched:
    """The blocks of which a footprint and boundaries hold ground in common."""
    if target.name == blocks.target.name:
        # Where blocks overlap each other a little, none is touched through the next.
        keys = np.column_stack([blocks.shape, blocks.block, blocks.block])
        shared = shapely.area(blocks.pieces)
    else:
        piece, part, shared = _shared_areas(blocks, target.parts)
        shape, block = blocks.shape[piece], blocks.block[piece]
        keys = np.column_stack([shape, block, target.ordinals[part]])
    found, sums = _added(keys.astype(np.int64), shared)
    shape, block, boundary = found.T
    area_m2, total = blocks.facts
    is_whole = sums >= WHOLE * area_m2[block]
    return Touched(block, boundary, total[block] * blocks.weights[shape], is_whole)


def _shared_areas(blocks: Blocks, parts: Shapes) -> tuple[Places, Places, Floats]:
    """The place of a piece and of a part, and the ground in m² that they share."""
    if len(blocks.pieces) <= FEW or len(parts) == 0:
        piece, part, shared = _shared(blocks.pieces, parts)
        return piece, part, shapely.area(shared)
    found = shared_ground(blocks.edges, edges_of(parts), lambda: (blocks.pieces, parts))
    noise = NODING_GRID_M * shapely.length(blocks.pieces)
    keep = found.area_m2 > noise[found.one]
    return found.one[keep], found.other[keep], found.area_m2[keep]


def _added(keys: Any, amounts: Floats) -> tuple[Any, Floats]:
    """Each row of keys once, in their order, and the amounts of all that are the same.

    Rows are told apart by one number each, which sorts faster than rows do.
    """
    sizes = keys.max(axis=0, initial=0) + 1
    number = (keys[:, 0] * sizes[1] + keys[:, 1]) * sizes[2] + keys[:, 2]
    _, first, row = np.unique(number, return_index=True, return_inverse=True)
    sums: Any = np.bincount(row, amounts, len(first))
    return keys[first], sums


def _by_points(
    blocks: Blocks, points: Points, target: Target, ground: Touched
) -> Touched:
    """The blocks of which a point is in both though no ground is, by the most of it."""
    inside = points.membership > 0
    of_block = points.cells[blocks.target.name][inside].astype(np.int64)
    of_target = points.cells[target.name][inside]
    held = points.membership[inside]
    many = int(of_target.max(initial=0)) + 1
    keys, row = np.unique(of_block * many + of_target, return_inverse=True)
    most = np.zeros(len(keys))
    np.maximum.at(most, row, held)
    pair, boundary = _members(points.combinations[target.name], keys % many)
    block, most = (keys // many)[pair], most[pair]
    last = 1 + max(int(boundary.max(initial=0)), int(ground.boundary.max(initial=0)))
    _, total = blocks.facts
    known = (block > 0) & (block < len(total))
    known &= ~np.isnan(total[np.where(known, block, 0)])
    known &= ~np.isin(block * last + boundary, ground.block * last + ground.boundary)
    block, boundary, most = block[known], boundary[known], most[known]
    return Touched(block, boundary, total[block] * most, np.zeros(len(block), bool))


def _members(combinations: Any, cells: Any) -> tuple[Places, Places]:
    """The place of a cell and each boundary that it stands for, one row for each."""
    held = [combinations.get(cell, (cell,) if cell else ()) for cell in cells.tolist()]
    place = np.repeat(np.arange(len(held)), [len(each) for each in held])
    return place, np.array([one for each in held for one in each], dtype=np.int64)
