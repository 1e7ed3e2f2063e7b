"""Bounds on people: blocks wholly in a footprint and a boundary, and blocks touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from assetmap.boundaries.quality.ground import NODING_GRID_M
from assetmap.footprints.areas.shared import shared_over
from assetmap.footprints.model import Footprint
from assetmap.reconciliation.block_rows import added, members_of
from assetmap.reconciliation.by_area import Areas, Ground
from assetmap.reconciliation.model import Floats, Points, Shapes, Target
from assetmap.reconciliation.overlap import Places

Limits = dict[int, tuple[float, float]]
"""The least and the most people of each overlap, by ordinal."""

WHOLE = 1 - 1e-9


@dataclass(frozen=True)
class Blocks:
    """The ground of building blocks that a footprint holds, for bounds on its people.

    ``pieces`` are parts of that ground, ``shape`` the shape of the footprint that each
    is held by and ``block`` the ordinal of the block that it is of. ``weights`` are
    those of the shapes, ``ground`` is what the footprint shares with this and other
    sets.
    """

    target: Target
    weights: Floats
    shape: Places
    block: Places
    pieces: Shapes
    ground: Ground

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

    ``boundary`` is its ordinal, after as many as there may be of the sets before its.
    ``people`` are those of the block by the membership, ``is_whole`` whether the
    footprint and the boundary hold all of its ground.
    """

    block: Places
    boundary: Places
    people: Floats
    is_whole: Any


def blocks_of(
    target: Target, footprint: Footprint, ground: Ground, made_of: Sequence[int] = ()
) -> Blocks:
    """The ground of each block that a footprint holds, shape by shape.

    ``made_of`` are the blocks, by ordinal, that the footprint is made of, if it is: of
    a graded one a shape each. No other is touched, though outlines may overlap.
    """
    cut = ground.with_parts(target)
    noise = NODING_GRID_M * shapely.length(cut.pieces)
    keep = cut.areas > noise[cut.piece]
    shape = cut.owner[cut.piece[keep]]
    block, held = target.ordinals[cut.target[keep]], cut.shared[keep]
    if len(made_of):
        codes = np.asarray(made_of)
        is_own = np.isin(block, codes)
        if footprint.kind == "graded":
            is_own = block == codes[shape]
        shape, block, held = shape[is_own], block[is_own], held[is_own]
    return Blocks(target, footprint.weights, shape, block, held, ground)


def bounds(
    blocks: Blocks,
    points: Points,
    targets: Sequence[Target],
    estimates: Mapping[str, Mapping[int, float]],
    areas: Mapping[str, Areas],
) -> dict[str, Limits]:
    """Least and most people of each overlap: blocks wholly in it, and blocks touched.

    By the name of the set, for several at once: one after another took a third of an
    answer. ``estimates`` are the people of each overlap, by set and ordinal, ``areas``
    the overlaps by area, by set. A block is touched too when a point of it is in the
    footprint and the boundary although its generalised outline is not.
    """
    firsts = _firsts(targets, points)
    holders = {each.name: areas[each.name].holder for each in targets}
    ground = _on_ground(blocks, targets, firsts, holders)
    more = _by_points(blocks, points, targets, firsts, ground)
    touched = np.concatenate([ground.boundary, more.boundary])
    people = np.concatenate([ground.people, more.people])
    near, row = np.unique(touched, return_inverse=True)
    upper: Any = np.bincount(row, people, len(near))
    whole = np.flatnonzero(ground.is_whole)
    lower: Any = np.bincount(row[whole], ground.people[whole], len(near))
    ends = np.searchsorted(near, firsts)
    return {
        target.name: _limits(
            estimates[target.name],
            (near[ends[place] : ends[place + 1]] - firsts[place]).tolist(),
            lower[ends[place] : ends[place + 1]].tolist(),
            upper[ends[place] : ends[place + 1]].tolist(),
        )
        for place, target in enumerate(targets)
    }


def _firsts(targets: Sequence[Target], points: Points) -> Places:
    """Where ordinals and cells of each set begin when they are counted on, and end."""
    most = [
        1 + max(each.last_ordinal, int(points.cells[each.name].max(initial=0)))
        for each in targets
    ]
    return np.cumsum([0, *most])


def _limits(
    estimate: Mapping[int, float],
    near: Sequence[int],
    lower: Sequence[float],
    upper: Sequence[float],
) -> Limits:
    found = dict.fromkeys(estimate, (0.0, 0.0))
    found |= dict(zip(near, zip(lower, upper, strict=True), strict=True))
    return {
        each: (
            min(least, estimate.get(each, 0.0)),
            max(most, estimate.get(each, 0.0)),
        )
        for each, (least, most) in found.items()
    }


def _on_ground(
    blocks: Blocks,
    targets: Sequence[Target],
    firsts: Places,
    holders: Mapping[str, int | None],
) -> Touched:
    """The blocks of which a footprint and boundaries hold ground in common.

    ``holders`` are the boundaries that hold all of the footprint, by set: such a one
    shares what the footprint does.
    """
    keys, shared = [], []
    others = []
    for first, target in zip(firsts.tolist(), targets, strict=False):
        # Where blocks overlap each other a little, none is touched through the next.
        is_own, holder = target.name == blocks.target.name, holders[target.name]
        if not is_own and holder is None:
            others.append((first, target))
            continue
        held = blocks.block if is_own else np.full_like(blocks.block, holder)
        keys.append((blocks.shape, blocks.block, first + held))
        shared.append(shapely.area(blocks.pieces))
    if others:
        key, area_m2 = _cut_by(blocks, others)
        keys.append(key)
        shared.append(area_m2)
    found, sums = added(np.hstack(keys).T, np.concatenate(shared))
    shape, block, boundary = found.T
    area_m2, total = blocks.facts
    is_whole = sums >= WHOLE * area_m2[block]
    return Touched(block, boundary, total[block] * blocks.weights[shape], is_whole)


def _cut_by(
    blocks: Blocks, others: Sequence[tuple[int, Target]]
) -> tuple[tuple[Places, Places, Places], Floats]:
    """What the boundaries of some sets share with the ground of blocks, in m².

    Each set comes with the place where its ordinals begin. First come the shape, the
    block and the boundary of each.
    """
    is_met = np.concatenate([blocks.ground.parts_met(each) for _, each in others])
    boundary = np.concatenate([first + each.ordinals for first, each in others])
    parts = np.concatenate([each.parts for _, each in others])
    noise_m2 = NODING_GRID_M * shapely.length(blocks.pieces)
    both = shared_over(blocks.pieces, parts[is_met], noise_m2)
    shape, block = blocks.shape[both.one], blocks.block[both.one]
    return (shape, block, boundary[is_met][both.other]), both.area_m2


def _by_points(
    blocks: Blocks,
    points: Points,
    targets: Sequence[Target],
    firsts: Places,
    ground: Touched,
) -> Touched:
    """The blocks of which a point is in both though no ground is, by the most of it."""
    inside = np.flatnonzero(points.membership > 0)
    of_block = points.cells[blocks.target.name][inside].astype(np.int64)
    of_targets = [
        first + points.cells[each.name][inside]
        for first, each in zip(firsts.tolist(), targets, strict=False)
    ]
    many = int(firsts[-1])
    number = np.concatenate([of_block * many + each for each in of_targets])
    keys, row = np.unique(number, return_inverse=True)
    most = np.zeros(len(keys))
    np.maximum.at(most, row, np.tile(points.membership[inside], len(targets)))
    pair, boundary = members_of(points, targets, firsts, keys % many)
    block, most = (keys // many)[pair], most[pair]
    _, total = blocks.facts
    known = (block > 0) & (block < len(total))
    known &= ~np.isnan(total[np.where(known, block, 0)])
    on_ground = ground.block * many + ground.boundary
    known &= ~np.isin(block * many + boundary, on_ground)
    block, boundary, most = block[known], boundary[known], most[known]
    return Touched(block, boundary, total[block] * most, np.zeros(len(block), bool))
