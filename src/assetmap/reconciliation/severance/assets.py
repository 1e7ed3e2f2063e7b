"""Severed assets: who uses a place, and which side of a boundary they are on.

The demand for an asset is the people around it, fewer with distance. Its severance by a
boundary set is the share of that demand on another side than most of it (Methods 7).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.reconciliation.model import Floats, Ints, distinct

Places = NDArray[np.intp]

BANDWIDTH_M = 800.0
"""Ten minutes on foot: at this distance demand is 0.61 of what it is at the door."""

REACH = 4.0
"""How many bandwidths demand is followed for; beyond it is under 0.0004."""

OUTSIDE = 0
"""The side of those whom no boundary of a set holds."""


@dataclass(frozen=True)
class Demand:
    """The places from which an asset is used, each once, and how much from each."""

    places: Places
    amounts: Floats


@dataclass(frozen=True)
class Zones:
    """Which sides each place is on; several where boundaries overlap.

    Places on the same sides are of one cell, told by ``cell``. ``sides`` has the sides
    of each cell end to end, ``counts`` of them from ``starts``: ordinals, or OUTSIDE.
    Nothing grows as cells times sides: of small boundaries there are thousands.
    """

    cell: Places
    starts: Places
    counts: Places
    sides: Places

    def sides_of(self, cells: Places) -> tuple[Places, Places]:
        """A cell and a side that it is on, one row for each such pair."""
        counts = self.counts[cells]
        before = np.cumsum(counts) - counts
        within = np.arange(counts.sum()) - np.repeat(before, counts)
        row = np.repeat(self.starts[cells], counts) + within
        return np.repeat(cells, counts), self.sides[row]


@dataclass(frozen=True)
class Parted:
    """An asset and a boundary set. ``side`` is the one with most of the demand.

    ``severance`` is the share on other sides, ``wrong_side`` the share that is on no
    side that the asset itself is on, ``covered`` the share in any boundary of the set.
    """

    severance: float
    wrong_side: float
    side: int
    covered: float


def kernel(distance_m: Floats, bandwidth_m: float = BANDWIDTH_M) -> Floats:
    """How much a place at each distance is used, 1 at the door: exp(-d² / 2h²)."""
    result: Floats = np.exp(-(distance_m**2) / (2 * bandwidth_m**2))
    return result


def zones_of(cells: Ints, combinations: Mapping[int, tuple[int, ...]]) -> Zones:
    """The sides of places from what they lie in: 0, an ordinal, or a combination."""
    found, cell = np.unique(cells, return_inverse=True)
    members = [combinations.get(each, (each,)) for each in found.tolist()]
    counts = np.array([len(each) for each in members], dtype=np.intp)
    sides = np.array([side for each in members for side in each], dtype=np.intp)
    return Zones(cell, np.cumsum(counts) - counts, counts, sides)


def parted(
    demand: Demand, zones: Zones, own: Collection[int]
) -> tuple[Parted, NDArray[np.bool_]] | None:
    """How a set parts the demand for an asset that is on its ``own`` sides.

    And for each place of the demand whether it is on another side than most. Where two
    sides have equally much, the lower ordinal has most. None if nobody uses the asset.
    """
    at = zones.cell[demand.places]
    sums: Any = np.bincount(at, weights=demand.amounts, minlength=len(zones.counts))
    total = float(sums.sum())
    if total <= 0:
        return None
    cell, side = zones.sides_of(distinct(at))
    most = _most_used(side, sums[cell])
    is_away = ~_held(cell[side == most], len(sums))
    is_covered = _held(cell[side != OUTSIDE], len(sums))
    is_wrong = ~_held(cell[np.isin(side, list(own or {OUTSIDE}))], len(sums))
    told = Parted(
        float(sums[is_away].sum()) / total,
        float(sums[is_wrong].sum()) / total,
        most,
        float(sums[is_covered].sum()) / total,
    )
    return told, is_away[at]


def _most_used(side: Places, amounts: Floats) -> int:
    """The side with most; the lowest ordinal of several, OUTSIDE after all."""
    sides, row = np.unique(side, return_inverse=True)
    sums: Any = np.bincount(row, weights=amounts)
    top: list[int] = sides[sums == sums.max()].tolist()
    return min(top, key=lambda each: (each == OUTSIDE, each))


def _held(cells: Places, number: int) -> NDArray[np.bool_]:
    """Whether each of a number of cells is among those given."""
    found = np.zeros(number, dtype=bool)
    found[cells] = True
    return found


def severance(demand: Iterable[Floats], zones: Ints) -> Floats:
    """The share of each asset's demand on another side than most of it.

    Args:
        demand: for each asset, how much every place uses it.
        zones: the side that every place is on, 0 for none.

    Returns:
        One share for each asset, 0 to 1; nan where nobody uses it.
    """
    sided = zones_of(zones, {})
    every = np.arange(len(zones))
    found = [parted(Demand(every, np.asarray(each)), sided, ()) for each in demand]
    return np.array([np.nan if each is None else each[0].severance for each in found])
