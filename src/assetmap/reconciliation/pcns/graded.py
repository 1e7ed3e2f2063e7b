"""A footprint against networks that hold each place in part (Methods 2 and 6).

The networks of a small area share what a footprint holds of it as they share its
registered patients: the overlap is the integral of both memberships.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.reconciliation.against import Found
from assetmap.reconciliation.by_area import Areas
from assetmap.reconciliation.by_assets import AssetsIn
from assetmap.reconciliation.by_people import People
from assetmap.reconciliation.model import Floats, Target, Totals, balanced

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Networks:
    """The networks near a footprint, and their shares of small areas.

    ``blocks`` are the small areas by ordinal, upwards. ``block`` (a place in them),
    ``network`` (an ordinal) and ``share`` have one row for each small area and network
    that is told. Of each small area ``without`` is the share of patients in no network,
    ``withheld`` of those in networks that have few there, and ``is_registered`` whether
    it has any.
    """

    target: Target
    blocks: Places
    block: Places
    network: Places
    share: Floats
    without: Floats
    withheld: Floats
    is_registered: NDArray[np.bool_]


def shared_out(networks: Networks, blocks: Found) -> Found:
    """What a footprint shares with networks, by what it does with small areas.

    Raises:
        LedgerOpen: a fault of ours.
    """
    areas, people = blocks.areas, blocks.people
    overlap_m2, of_area = _measure(networks, areas.overlap_m2, areas.totals, "area")
    overlap, of_people = _measure(networks, people.overlap, people.totals, "people")
    return Found(
        Areas(overlap_m2, of_area),
        People(overlap, of_people),
        _assets(networks, blocks.assets),
        _limits(networks, blocks.limits),
    )


def _measure(
    networks: Networks, overlap: Mapping[int, float], totals: Totals, what: str
) -> tuple[dict[int, float], Totals]:
    """Overlaps by network, and their totals, by those of small areas."""
    held = _by_block(networks, overlap)
    shared = held[networks.block] * networks.share
    found = _summed(networks, shared)
    own = _by_block(networks, totals.fractional)
    if own.sum() > 0:
        own *= totals.allocated / own.sum()
    told = np.zeros(len(networks.blocks))
    np.add.at(told, networks.block, networks.share)
    outside_by = {
        "without_pcn": float((own * networks.without).sum()),
        "unregistered": float(own[~networks.is_registered].sum()),
        "no_small_area": totals.outside,
    }
    made = Totals(
        float((own * told).sum()),
        sum(outside_by.values()),
        float((own * networks.withheld).sum()),
        totals.total,
        sum(found.values()),
        found,
        outside_by,
    )
    return found, balanced(made, f"{what} against {networks.target.name}")


def _by_block(networks: Networks, values: Mapping[int, float]) -> Floats:
    """Values of small areas, by ordinal, as an array; 0 where there is none."""
    found = [values.get(each, 0.0) for each in networks.blocks.tolist()]
    return np.array(found, dtype=float)


def _summed(networks: Networks, shared: Floats) -> dict[int, float]:
    """What is shared, by network; those with nothing are left out."""
    most = networks.target.last_ordinal + 1
    sums: Any = np.bincount(networks.network, weights=shared, minlength=most)
    return {each: float(sums[each]) for each in np.flatnonzero(sums).tolist()}


def _limits(
    networks: Networks, limits: Mapping[int, tuple[float, float]]
) -> dict[int, tuple[float, float]]:
    """Least and most people of each network: its share of those of small areas."""
    ends = []
    for end in (0, 1):
        of_blocks = _by_block(networks, {each: limits[each][end] for each in limits})
        ends.append(_summed(networks, of_blocks[networks.block] * networks.share))
    lower, upper = ends
    return {each: (lower.get(each, 0.0), upper[each]) for each in upper}


def _assets(networks: Networks, blocks: AssetsIn) -> AssetsIn:
    """How much of which asset each network has."""
    order = np.argsort(networks.block, kind="stable")
    at = np.searchsorted(networks.blocks, blocks.ordinal)
    first = np.searchsorted(networks.block[order], at, "left")
    number = np.searchsorted(networks.block[order], at, "right") - first
    row = np.repeat(np.arange(len(blocks.ordinal)), number)
    within = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    cell = order[first[row] + within]
    most = networks.target.last_ordinal + 1
    pairs, place = np.unique(
        blocks.asset[row] * most + networks.network[cell], return_inverse=True
    )
    shared = blocks.share[row] * networks.share[cell]
    sums: Any = np.bincount(place, weights=shared, minlength=len(pairs))
    held = blocks.totals.fractional
    _, totals = _measure(networks, held, blocks.totals, "assets")
    return AssetsIn(blocks.held, pairs // most, pairs % most, sums, totals)
