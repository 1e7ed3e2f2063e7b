"""Provision as it is found, and its people as a policy has them told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

from assetmap.disclosure import Disclosure
from assetmap.footprints.inputs import Input
from assetmap.people.deprivation.model import DeprivationSet
from assetmap.people.model import PEOPLE
from assetmap.provision.gradient import Gradient
from assetmap.provision.reach import Reach
from assetmap.reconciliation.rounding import SHARES_TO, rounding_note, told
from assetmap.reconciliation.subjects import Subject


@dataclass(frozen=True)
class Ranked:
    """By which scores people are ranked, and how many of them have a rank."""

    scores: DeprivationSet
    domain: str
    title: str
    people: float
    without: float


@dataclass(frozen=True)
class Ledger:
    """What was counted and what was not.

    ``places`` are those where people may live, ``uncounted`` those of them where how
    many is not known. Of assets ``read`` are in the footprint or near it; those
    ``without_place`` are shown at no place, and may be anywhere.
    """

    places: int
    uncounted: int
    read: int
    without_place: int


@dataclass(frozen=True)
class Provision:
    """What the assets amount to for the people of a footprint.

    ``below_floor`` are the people out of reach of at least one of the categories, None
    without categories; ``gradients`` are by category, None where nobody has a rank.
    """

    subject: Subject
    measure: str
    people: float
    people_at: str
    within_m: float
    reaches: tuple[Reach, ...]
    gradients: tuple[Gradient | None, ...]
    below_floor: float | None
    ranked: Ranked | None
    ledger: Ledger
    inputs: tuple[Input, ...]
    attribution: tuple[str, ...]
    notes: tuple[str, ...]
    settings: Mapping[str, Any]
    is_rounded: bool = False


def rounded_provision(found: Provision, policy: Disclosure) -> Provision:
    """The people of what was drawn as the policy tells them."""
    is_told = found.measure != PEOPLE or found.subject.coded is not None
    if not policy.rounds_people or is_told:
        return found
    whole, below = found.people, found.below_floor
    reaches = tuple(_reach(each, whole, policy) for each in found.reaches)
    ranked = found.ranked and _ranked(found.ranked, whole, policy)
    is_kept = ranked is not None and not isnan(ranked.people)
    gradients = found.gradients if is_kept else (None,) * len(reaches)
    return replace(
        found,
        people=told(whole, whole, policy),
        reaches=reaches,
        gradients=tuple(map(_gradient, gradients, reaches)),
        below_floor=None if below is None else told(below, whole, policy),
        ranked=ranked,
        notes=(*found.notes, rounding_note(policy)),
        is_rounded=True,
    )


def _reach(reach: Reach, whole: float, policy: Disclosure) -> Reach:
    return replace(
        reach,
        within=told(reach.within, whole, policy),
        beyond=told(reach.beyond, whole, policy),
    )


def _gradient(gradient: Gradient | None, reach: Reach) -> Gradient | None:
    """A gradient in few decimals; None where its people are withheld."""
    if gradient is None or isnan(reach.within) or isnan(reach.beyond):
        return None
    return Gradient(_short(gradient.slope_index), _short(gradient.concentration_index))


def _short(number: float | None) -> float | None:
    return None if number is None else round(number, SHARES_TO)


def _ranked(ranked: Ranked, whole: float, policy: Disclosure) -> Ranked:
    return replace(
        ranked,
        people=told(ranked.people, whole, policy),
        without=told(ranked.without, whole, policy),
    )
