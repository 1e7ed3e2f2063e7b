"""Boundary sets of primary care networks: what is said of them however made."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet, SetDescription
from assetmap.footprints import load
from assetmap.issues import RowIssue
from assetmap.jobs.progress import Progress
from assetmap.practices import store as practice_store
from assetmap.practices.model import Membership, NoPracticeList
from assetmap.sources.spatial.vector import Layer

NHS = "NHS England"
NHS_SAYS = (
    "Contains information from NHS England, licensed under the current version of the "
    "Open Government Licence"
)
WAYS = ("registrations", "practice_submitted", "nearest_practice")

_NOTES = {
    "registrations": (
        "PCNs have no legal boundary. Each small area belongs to the PCN that has most "
        "of its registered patients; most areas have patients of others too, whose "
        "shares are kept beside it."
    ),
    "practice_submitted": (
        "PCNs have no legal boundary. Each is the union of the catchments that its "
        "practices submitted. They overlap, and patients may live outside."
    ),
    "nearest_practice": (
        "A MODEL, not anybody's boundary: each place belongs to the PCN of the nearest "
        "practice. It does not know where patients are registered."
    ),
}


@dataclass(frozen=True)
class Asked:
    """What a set of networks is to be called, and the day that it is to hold from."""

    name: str
    as_at: date
    title: str = ""
    series: str = ""
    valid_to: date | None = None


@dataclass
class PcnSet:
    """A set as it is stored, whether it is news, and what was left out of it."""

    row: BoundarySet
    is_new: bool
    issues: list[RowIssue] = field(default_factory=list)


def members_on(session: Session, as_at: date) -> dict[str, Membership]:
    """The membership of each practice that is in a network on a day.

    Raises:
        NoPracticeList: none is known.
    """
    found = practice_store.memberships_on(session, as_at)
    if not found:
        raise NoPracticeList(as_at, practice_store.first_list_day(session))
    return found


def told(members: dict[str, Membership]) -> list[str]:
    """Memberships as a set is told apart by what it was made from."""
    return [f"{code} {each.pcn_code}" for code, each in sorted(members.items())]


def described(
    session: Session, asked: Asked, how: str, said: list[str]
) -> SetDescription:
    """The description of a set made here, with what its sources ask to be said."""
    every = [*said, *practice_store.attributions(session)]
    ways = how.replace("_", " ")
    return SetDescription(
        asked.name,
        "pcn",
        asked.title or f"Primary care networks by {ways}, {asked.as_at:%B %Y}",
        asked.as_at,
        f"{NHS}; made by assetmap",
        "OGL-3.0",
        ". ".join(dict.fromkeys(each.strip(". ") for each in every if each)),
        how,
        series=asked.series,
        valid_to=asked.valid_to,
        note=_NOTES[how],
    )


def load_made(
    session: Session,
    description: SetDescription,
    layer: Layer,
    made_from: list[str],
    progress: Progress,
) -> PcnSet:
    """Load a layer that was made here; its hash is of what it was made from."""
    digest = hashlib.sha256("\n".join(made_from).encode()).hexdigest()
    made = Layer(layer.file, digest, layer.columns, layer.shapes, layer.crs)
    columns: Any = ("code", "name", None)
    done = load.load_boundaries(
        session, description, made, columns, "assetmap make pcn-set", progress
    )
    return PcnSet(done.row, done.is_new, list(done.issues))
