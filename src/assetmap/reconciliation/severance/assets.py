"""Severed assets: who uses a place, and which side of a boundary they are on.

The demand for an asset is the people around it, fewer with distance. Its severance by a
boundary set is the share of that demand on another side than most of it (Methods 7).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.reconciliation.model import Floats, Ints

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

    ``cell`` has the row of ``on`` for each place; ``on`` says for each side of
    ``sides`` whether such places are on it. Sides are ordinals, OUTSIDE the last.
    """

    cell: Places
    on: NDArray[np.bool_]
    sides: tuple[int, ...]


@dataclass(frozen=True)
class Parted:
    """An asset and a boundary set. ``side`` is the one with most of the demand.

    ``severance`` is the share on other sides, ``wrong_side`` the share that is on no
    side that the asset itself is on.
    """

    severance: float
    wrong_side: float
    side: int


def kernel(distance_m: Floats, bandwidth_m: float = BANDWIDTH_M) -> Floats:
    """How much a place at each distance is used, 1 at the door: exp(-d² / 2h²)."""
    result: Floats = np.exp(-(distance_m**2) / (2 * bandwidth_m**2))
    return result


def zones_of(cells: Ints, combinations: Mapping[int, tuple[int, ...]]) -> Zones:
    """The sides of places from what they lie in: 0, an ordinal, or a combination."""
    found, cell = np.unique(cells, return_inverse=True)
    members = [combinations.get(each, (each,)) for each in found.tolist()]
    held = {side for each in members for side in each} - {OUTSIDE}
    sides = (*sorted(held), OUTSIDE)
    on = np.array([[side in each for side in sides] for each in members], dtype=bool)
    return Zones(cell, on.reshape(len(found), len(sides)), sides)


def parted(
    demand: Demand, zones: Zones, own: Collection[int]
) -> tuple[Parted, NDArray[np.bool_]] | None:
    """How a set parts the demand for an asset that is on its ``own`` sides.

    And for each place of the demand whether it is on another side than most. Where two
    sides have equally much, the lower ordinal has most. None if nobody uses the asset.
    """
    cell = zones.cell[demand.places]
    sums: Any = np.bincount(cell, weights=demand.amounts, minlength=len(zones.on))
    total = float(sums.sum())
    if total <= 0:
        return None
    most = int(np.argmax(sums @ zones.on))
    is_away = ~zones.on[:, most]
    is_own = np.isin(zones.sides, list(own or {OUTSIDE}))
    is_wrong = ~zones.on[:, is_own].any(axis=1)
    told = Parted(
        float(sums[is_away].sum()) / total,
        float(sums[is_wrong].sum()) / total,
        zones.sides[most],
    )
    return told, is_away[cell]


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
