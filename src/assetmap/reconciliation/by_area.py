"""A footprint against a boundary set, by area (Methods 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.boundaries.quality.ground import NODING_GRID_M
from assetmap.footprints.model import Footprint
from assetmap.reconciliation.model import Floats, Shapes, Target, Totals, balanced
from assetmap.reconciliation.overlap import Cut, Places, cut_up, shared_areas

NOISE = 1e-10
"""Rounding of coordinates, as a share of the footprint: not ground outside a set."""


@dataclass(frozen=True)
class Areas:
    """Overlaps with each boundary by area, by ordinal, and the three totals."""

    overlap_m2: dict[int, float]
    totals: Totals

    @property
    def holder(self) -> int | None:
        """The one boundary that is met, if it holds all of the footprint."""
        alone = len(self.overlap_m2) == 1 and self.totals.outside == 0
        return next(iter(self.overlap_m2)) if alone else None


@dataclass(frozen=True)
class Ground:
    """The ground that a footprint shares with the pieces of several sets.

    The parts of the boundaries of ``targets`` come first, set by set, then their cells:
    those of the place-th begin at ``ends[place]``.
    """

    targets: Sequence[Target]
    cut: Cut
    ends: Places

    def with_parts(self, target: Target) -> Cut:
        """What is shared with the parts of the boundaries of one of the sets."""
        return self.cut.with_targets(*self._parts_of(target))

    def parts_met(self, target: Target) -> NDArray[np.bool_]:
        """Of the parts of the boundaries of a set, which share ground with it."""
        first, last = self._parts_of(target)
        return self._is_met[first:last]

    def _parts_of(self, target: Target) -> tuple[int, int]:
        place = next(at for at, each in enumerate(self.targets) if each is target)
        first, last = self.ends[place : place + 2].tolist()
        return first, last

    @cached_property
    def _is_met(self) -> NDArray[np.bool_]:
        found = np.zeros(int(self.ends[-1]), dtype=bool)
        found[self.cut.target[self.cut.areas > 0]] = True
        return found


def ground_of(footprint: Footprint, targets: Sequence[Target]) -> Ground:
    """The ground that a footprint shares with several sets, gone through at once."""
    pieces = [*(each.parts for each in targets), *(each.cells for each in targets)]
    ends = np.cumsum([0, *map(len, pieces)])
    every = np.concatenate([*pieces, np.empty(0, dtype=object)])
    return Ground(targets, cut_up(footprint.shapes, every), ends)


def areas_of(footprint: Footprint, targets: Sequence[Target]) -> dict[str, Areas]:
    """Overlaps with each set by name."""
    return areas_on(footprint, ground_of(footprint, targets))


def areas_on(footprint: Footprint, ground: Ground) -> dict[str, Areas]:
    """Overlaps with each set by name, from the ground that is shared with it."""
    targets, ends = ground.targets, ground.ends
    shape, piece, shared = shared_areas(ground.cut, int(ends[-1]))
    weighed = footprint.weights[shape] * shared
    by_piece: Any = np.bincount(piece, weights=weighed, minlength=int(ends[-1]))
    noise_m2, result = _noise_m2(footprint), {}
    for place, target in enumerate(targets):
        of_parts = by_piece[slice(*ends[place : place + 2])]
        of_cells = by_piece[slice(*ends[place + len(targets) :][:2])]
        result[target.name] = _areas(footprint, target, of_parts, of_cells, noise_m2)
    return result


def _areas(
    footprint: Footprint,
    target: Target,
    part_areas: Floats,
    cell_areas: Floats,
    noise_m2: float,
) -> Areas:
    """Overlap with each boundary, and the three totals where boundaries overlap.

    How much of each part and of each cell the footprint holds, by its membership;
    ``noise_m2`` is what rounding may do to the area of the footprint.
    """
    met = np.flatnonzero(part_areas)
    overlap: dict[int, float] = {}
    for each, area in zip(
        target.ordinals[met].tolist(), part_areas[met].tolist(), strict=True
    ):
        overlap[each] = overlap.get(each, 0.0) + area
    overlap = dict(sorted(overlap.items()))
    fractional = dict(overlap)
    several = 0.0
    for place in np.flatnonzero(cell_areas).tolist():
        members, area = target.cell_members[place], float(cell_areas[place])
        for each in members:
            fractional[each] -= area * (1 - 1 / len(members))
        several += area * (len(members) - 1)
    whole, multiple = footprint.area_m2, sum(overlap.values())
    union = multiple - several
    outside = whole - union
    if outside < noise_m2 and -_noise_m2(footprint, target.cells) <= outside:
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
