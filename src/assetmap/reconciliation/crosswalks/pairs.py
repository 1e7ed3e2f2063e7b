"""What the boundaries of two sets share, pair by pair, by area or by people.

Pure: arrays in, arrays out. Boundaries are ordinals from 1; 0 is outside them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.boundaries.quality.ground import NODING_GRID_M
from assetmap.footprints.areas.edges import SharedGround
from assetmap.footprints.areas.shared import Shared
from assetmap.reconciliation.by_area import NOISE
from assetmap.reconciliation.model import LEDGER_TOLERANCE, Floats, LedgerOpen

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Overlaps:
    """Each pair that shares something, by source and then target, by one measure.

    ``fractional`` counts what k targets hold as 1/k to each. ``total`` and ``outside``
    are of each source, by ordinal from 1 in place 0. For every source the fractional
    overlaps and what is outside are the whole.
    """

    source: Places
    target: Places
    overlap: Floats
    fractional: Floats
    total: Floats
    outside: Floats

    def of(self, wanted: NDArray[np.bool_]) -> "Overlaps":
        """The pairs of some sources, given as a mask by ordinal from 1 in place 0."""
        kept = wanted[self.source - 1]
        return Overlaps(
            self.source[kept],
            self.target[kept],
            self.overlap[kept],
            self.fractional[kept],
            self.total,
            self.outside,
        )


@dataclass(frozen=True)
class Cells:
    """The boundaries that the cells of a set stand for, end to end.

    Cell 0 is outside and stands for 0; those up to the number of boundaries for one.
    """

    boundaries: int
    starts: Places
    members: Places

    @property
    def holders(self) -> Places:
        """How many boundaries hold each cell."""
        found: Places = np.diff(self.starts)
        return found


def cells_of(boundaries: int, combinations: Mapping[int, tuple[int, ...]]) -> Cells:
    """The cells of a set, of which combinations come after its boundaries."""
    last = max(combinations, default=boundaries)
    plain = list(range(boundaries + 1))
    several = [combinations.get(each, (0,)) for each in range(boundaries + 1, last + 1)]
    counts = [1] * len(plain) + [len(each) for each in several]
    members = plain + [ordinal for each in several for ordinal in each]
    starts = np.concatenate([[0], np.cumsum(counts)])
    return Cells(boundaries, starts.astype(np.int64), np.array(members, dtype=np.int64))


def people_overlaps(
    one: NDArray[Any],
    other: NDArray[Any],
    weights: Floats,
    source: Cells,
    target: Cells,
) -> Overlaps:
    """What sources and targets share of people, from what each point lies in.

    ``one`` and ``other`` are the cells of each point; ``weights`` its people.
    """
    cells, more, people = _summed_runs(one, other, weights)
    row, ordinal = members_of(source, cells)
    cells, more, people = ordinal, more[row], people[row]
    kept = cells > 0
    cells, more, people = cells[kept], more[kept], people[kept]
    row, targets = members_of(target, more)
    cells, people = cells[row], people[row]
    parts = people / target.holders[more[row]]
    is_in = targets > 0
    total: Any = np.bincount(cells, weights=parts, minlength=source.boundaries + 1)
    outside: Any = np.bincount(
        cells[~is_in], weights=people[~is_in], minlength=source.boundaries + 1
    )
    pairs = _summed(cells[is_in], targets[is_in], people[is_in], parts[is_in])
    return Overlaps(*pairs, total[1:], outside[1:])


def _summed_runs(
    one: NDArray[Any], other: NDArray[Any], weights: Floats
) -> tuple[Places, Places, Floats]:
    """Weight by pair of cells. Neighbours lie in the same: runs are added up first."""
    if len(weights) == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    key = one.astype(np.int64) << 32 | other.astype(np.int64)
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    sums = np.add.reduceat(weights, starts)
    pairs, row = np.unique(key[starts], return_inverse=True)
    added: Any = np.bincount(row, weights=sums, minlength=len(pairs))
    kept = added > 0
    return pairs[kept] >> 32, pairs[kept] & 0xFFFFFFFF, added[kept]


def members_of(cells: Cells, wanted: NDArray[Any]) -> tuple[Places, Places]:
    """Each wanted cell once for each boundary of it: its place, and the boundary."""
    counts = cells.holders[wanted]
    row = np.repeat(np.arange(len(wanted)), counts)
    ends = np.cumsum(counts)
    within = np.arange(len(row)) - np.repeat(ends - counts, counts)
    return row, cells.members[cells.starts[wanted][row] + within]


def _summed(
    source: Places, target: Places, overlap: Floats, fractional: Floats
) -> tuple[Places, Places, Floats, Floats]:
    """One row for each pair, by source and then target."""
    key = source << 32 | target
    pairs, row = np.unique(key, return_inverse=True)
    sums: Any = [
        np.bincount(row, weights=each, minlength=len(pairs))
        for each in (overlap, fractional)
    ]
    return pairs >> 32, pairs & 0xFFFFFFFF, sums[0], sums[1]


def area_overlaps(
    shared: Shared,
    total: Floats,
    edges_m: Floats,
    several: Shared,
    ground: SharedGround,
) -> Overlaps:
    """What sources and targets share of the ground, in m².

    ``several`` is what sources share with the ground that several targets hold, and
    ``edges_m`` the length of each source's edges: rounding is told from ground by it.

    Raises:
        LedgerOpen: a source shares more than it has, which is a fault of ours.
    """
    holders = ground.holders[several.other]
    again: Any = np.bincount(
        several.one, weights=several.area_m2 * (holders - 1), minlength=len(total)
    )
    fractional = shared.area_m2 - _given_up(shared, several, ground, holders)
    fractional = np.maximum(fractional, 0.0)
    every: Any = np.bincount(shared.one, weights=shared.area_m2, minlength=len(total))
    edges_m = edges_m + np.bincount(
        several.one, weights=ground.edges.lengths[several.other], minlength=len(total)
    )
    noise = NOISE * total + NODING_GRID_M * edges_m
    outside = total - (every - again)
    if (short := np.flatnonzero(outside < -noise)).size:
        off = float(outside[short[0]])
        raise LedgerOpen(f"Source {short[0] + 1} is out by {off!r} m².", off=off)
    outside = np.where(outside < noise, 0.0, outside)
    fractional = _balanced(shared.one, fractional, total - outside)
    return Overlaps(
        shared.one + 1, shared.other + 1, shared.area_m2, fractional, total, outside
    )


def _given_up(
    shared: Shared, several: Shared, ground: SharedGround, holders: Floats
) -> Floats:
    """What each pair gives up to the others that hold the same ground."""
    counts = np.diff(ground.starts)[several.other]
    row = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    member = ground.members[ground.starts[several.other][row] + within] - 1
    part = several.area_m2[row] * (1 - 1 / holders[row])
    key = shared.one << 32 | shared.other
    wanted = several.one[row] << 32 | member
    place = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
    known = key[place] == wanted if len(key) else np.zeros(0, dtype=bool)
    sums: Any = np.bincount(place[known], weights=part[known], minlength=len(key))
    found: Floats = sums
    return found


def _balanced(source: Places, fractional: Floats, inside: Floats) -> Floats:
    """Fractional overlaps without what rounding left over, so that they balance.

    Raises:
        LedgerOpen: more than rounding is left over.
    """
    sums: Any = np.bincount(source, weights=fractional, minlength=len(inside))
    off = np.abs(sums - inside) > 1e3 * LEDGER_TOLERANCE * np.maximum(inside, 1.0)
    if (wrong := np.flatnonzero(off)).size:
        out = float(sums[wrong[0]] - inside[wrong[0]])
        raise LedgerOpen(f"Source {wrong[0] + 1} is out by {out!r} m².", off=out)
    factor = np.divide(inside, sums, out=np.ones(len(inside)), where=sums > 0)
    found: Floats = fractional * factor[source]
    return found
