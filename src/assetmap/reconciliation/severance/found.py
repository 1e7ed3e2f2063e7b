"""What boundary sets part, as it is found: sets ranked, and assets one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from assetmap.assets.model import AssetsInBox
from assetmap.boundaries.model import BoundarySet
from assetmap.disclosure import Disclosure
from assetmap.footprints.inputs import Input
from assetmap.neighbourhoods.releases.model import Release
from assetmap.people.model import PEOPLE
from assetmap.reconciliation.model import BoundaryFacts, Floats
from assetmap.reconciliation.places import Place
from assetmap.reconciliation.rounding import rounding_note, told
from assetmap.reconciliation.severance.across import AcrossEdge
from assetmap.reconciliation.severance.assets import BANDWIDTH_M
from assetmap.reconciliation.severance.sets import Parting, rounded_parting

EDGE_M = 250.0


@dataclass(frozen=True)
class Distances:
    """How far people go for assets, and how near an edge counts as across it."""

    bandwidth_m: float = BANDWIDTH_M
    edge_m: float = EDGE_M


@dataclass(frozen=True)
class SetParting:
    """A boundary set and what it parts; ``own`` the sides that each asset is on."""

    row: BoundarySet
    parting: Parting
    own: Sequence[frozenset[int]]
    boundaries: Mapping[int, BoundaryFacts]


@dataclass(frozen=True)
class Severances:
    """Sets by how many people they part, fewest first, and the footprint's assets.

    ``demand`` is how many people use each asset, by distance; ``using`` how many use
    any, each counted once by the asset that they use most. ``made`` is the release of
    drawings that the footprint is of, if it is of one.
    """

    label: str
    sha256: str
    measure: str
    sets: tuple[SetParting, ...]
    assets: AssetsInBox
    demand: Floats
    using: float
    across_edge: AcrossEdge
    distances: Distances
    inputs: tuple[Input, ...]
    attribution: tuple[str, ...]
    notes: tuple[str, ...]
    settings: Mapping[str, Any]
    made: Release | None = None


def rounded_severances(
    found: Severances, place: Place, policy: Disclosure
) -> Severances:
    """The people about what was drawn as the policy tells them."""
    if not policy.rounds_people or found.measure != PEOPLE or not place.is_drawn:
        return found
    using = found.using
    return replace(
        found,
        using=told(using, using, policy),
        demand=np.array([told(n, using, policy) for n in found.demand.tolist()]),
        sets=tuple(
            replace(each, parting=rounded_parting(each.parting, using, policy))
            for each in found.sets
        ),
        notes=(*found.notes, rounding_note(policy)),
    )
