"""Boundary sets by how many people they part from the assets they use (Methods 7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from assetmap.assets.model import AssetsInBox
from assetmap.disclosure import Disclosure
from assetmap.footprints.model import crisp
from assetmap.reconciliation.by_assets import assets_of
from assetmap.reconciliation.model import Floats, Target
from assetmap.reconciliation.rounding import SHARES_TO, told, told_share
from assetmap.reconciliation.severance.assets import OUTSIDE, Parted, Zones, parted
from assetmap.reconciliation.severance.demand import Uses

HALF = 0.5


@dataclass(frozen=True)
class Sided:
    """A boundary set as sides: of every place, and of every asset."""

    zones: Zones
    own: Sequence[frozenset[int]]


@dataclass(frozen=True)
class Use:
    """How much each asset is used, and by how many people in all.

    ``using`` counts each person once, by how much they use the asset that they use
    most.
    """

    demand: Floats
    using: float


@dataclass(frozen=True)
class Parting:
    """What one set parts: asset by asset, and over all of them.

    ``severance``, ``wrong_side`` and ``covered`` are shares of the demand for all
    assets, None if there is none: a set parts nobody of those whom none of its
    boundaries holds, so what it does not cover tells nothing for it.
    ``people_parted`` counts each person once, by how much they use the asset that they
    use most among those on another side.
    """

    assets: tuple[Parted | None, ...]
    severance: float | None
    wrong_side: float | None
    people_parted: float
    covered: float | None = None

    @property
    def is_beside(self) -> bool:
        """Whether the set holds less than half of the use, and so says little of it."""
        return self.covered is not None and self.covered < HALF


def part_by(
    sets: Sequence[Sided], uses: Iterable[Uses], held: Floats, people: Floats
) -> tuple[list[Parting], Use]:
    """What each set parts, and how much the assets are used.

    Args:
        sets: boundary sets as sides.
        uses: who uses each asset.
        held: how much of each asset counts, 0 to 1.
        people: the people at each place.
    """
    found: list[list[Parted | None]] = [[] for _ in sets]
    away = [np.zeros(len(people)) for _ in sets]
    demand = np.zeros(len(held))
    most = np.zeros(len(people))
    for asset, each in enumerate(uses):
        demand[asset] = held[asset] * each.demand.amounts.sum()
        _raise(most, each, held[asset] * each.use)
        for place, sided in enumerate(sets):
            one = parted(each.demand, sided.zones, sided.own[asset])
            found[place].append(None if one is None else one[0])
            if one is not None:
                _raise(away[place], each, held[asset] * each.use * one[1])
    partings = [
        _parting(found[place], demand, float(people @ away[place]))
        for place in range(len(sets))
    ]
    return partings, Use(demand, float(people @ most))


def _raise(most: Floats, uses: Uses, use: Floats) -> None:
    """Raise the most that places use any asset to how much they use this one."""
    spots = uses.demand.places
    most[spots] = np.maximum(most[spots], use)


def _parting(
    assets: Sequence[Parted | None], demand: Floats, people_parted: float
) -> Parting:
    told = [
        (amount, each)
        for amount, each in zip(demand.tolist(), assets, strict=True)
        if each is not None
    ]
    total = sum(amount for amount, _ in told)
    if total <= 0:
        return Parting(tuple(assets), None, None, people_parted)
    return Parting(
        tuple(assets),
        sum(amount * each.severance for amount, each in told) / total,
        sum(amount * each.wrong_side for amount, each in told) / total,
        people_parted,
        min(sum(amount * each.covered for amount, each in told) / total, 1.0),
    )


def rounded_parting(parting: Parting, using: float, policy: Disclosure) -> Parting:
    """What a set parts, its people told as a policy has it, and shares to match."""
    people = told(parting.people_parted, using, policy)
    return replace(
        parting,
        assets=tuple(each and _rounded(each) for each in parting.assets),
        severance=told_share(parting.severance, people),
        wrong_side=told_share(parting.wrong_side, people),
        people_parted=people,
        covered=told_share(parting.covered, using),
    )


def _rounded(parted: Parted) -> Parted:
    return replace(
        parted,
        severance=round(parted.severance, SHARES_TO),
        wrong_side=round(parted.wrong_side, SHARES_TO),
        covered=round(parted.covered, SHARES_TO),
    )


def own_sides(assets: AssetsInBox, target: Target) -> list[frozenset[int]]:
    """The sides that each asset is on: the boundaries that hold most of it, or none."""
    if len(assets.ids) == 0:
        return []
    around = shapely.buffer(shapely.box(*shapely.total_bounds(assets.shapes)), 1)
    found = assets_of(crisp(around, "assets"), assets, target)
    held: list[set[int]] = [set() for _ in assets.ids]
    for asset, ordinal, share in zip(
        found.asset.tolist(), found.ordinal.tolist(), found.share.tolist(), strict=True
    ):
        if share > HALF:
            held[asset].add(ordinal)
    return [frozenset(each or {OUTSIDE}) for each in held]
