"""Boundary sets of primary care networks, made by three ways and labelled with it."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet, SetDescription
from assetmap.db.locks import one_load_at_a_time
from assetmap.errors import Invalid
from assetmap.footprints import catchments, load
from assetmap.footprints.catchments import CatchmentSet
from assetmap.footprints.from_blocks import dissolved
from assetmap.footprints.from_catchments import submitted
from assetmap.footprints.from_practices import Practice, nearest_practice
from assetmap.footprints.from_registrations import (
    FEWEST_PATIENTS,
    Made,
    Network,
    by_registrations,
)
from assetmap.footprints.load_registrations import UnknownLsoas
from assetmap.footprints.registered import NO_PCN
from assetmap.issues import RowIssue
from assetmap.jobs.progress import Progress, unseen
from assetmap.people import store as people_store
from assetmap.practices import registration_store
from assetmap.practices import store as practice_store
from assetmap.practices.model import Membership, NoPracticeList, RegistrationSet
from assetmap.sources.vector import Layer

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


class NoPlaces(Invalid):
    """No practice of a network has a place that is known."""

    title = "No places of practices"


class NoOwnAreas(Invalid):
    """No network has enough patients in any small area to have a catchment."""

    title = "No areas of their own"


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


def make_by_registrations(
    session: Session,
    asked: Asked,
    registrations: RegistrationSet,
    fewest: int = FEWEST_PATIENTS,
    progress: Progress = unseen,
) -> PcnSet:
    """Networks by where their patients live, with the shares kept beside the set.

    A small area is in a catchment where its network has at least ``fewest`` patients.

    Raises:
        NoPracticeList: no membership is known on the day.
        NoOwnAreas: no network has so many patients anywhere.
        UnknownLsoas: the set of LSOAs has changed since the registrations were loaded.
    """
    one_load_at_a_time(session)
    members = _members(session, asked.as_at)
    blocks = boundary_store.get_set(session, registrations.blocks)
    ordinals = boundary_items.codes_of(session, blocks.id)
    progress("Adding up patients", 0, registrations.placed)
    made = _shares(session, registrations, members, fewest)
    used = {each.block_code for each in made.cells}
    if missing := sorted(used - set(ordinals)):
        raise UnknownLsoas(blocks.name, missing, len(used))
    if not made.owners:
        raise NoOwnAreas(
            f"No PCN has {fewest} patients in any area of {blocks.name!r}."
        )
    progress("Joining small areas", 0, len(made.owners))
    owners = {ordinals[block]: pcn for block, pcn in made.owners.items()}
    names = {each.code: each.name for each in made.catchments}
    shapes = boundary_items.shapes_of(session, blocks.id)
    layer = dissolved(shapes, owners, names, registrations.name)
    described = _described(
        session, asked, "registrations", [blocks.attribution, registrations.attribution]
    )
    made_from = [registrations.sha256, blocks.sha256, str(fewest), *_told(members)]
    loaded = _load(session, described, layer, made_from, progress)
    if loaded.is_new:
        about = CatchmentSet(
            loaded.row,
            blocks.name,
            registrations.name,
            registrations.extract_date,
            asked.as_at,
            registrations.placed,
            made.without_pcn,
            registrations.unplaced,
        )
        catchments.add(session, about, made.catchments, made.cells)
    return loaded


def _shares(
    session: Session,
    registrations: RegistrationSet,
    members: dict[str, Membership],
    fewest: int,
) -> Made:
    rows = registration_store.patients_by_block(session, registrations.id)
    unplaced: Counter[str] = Counter()
    kinds = registration_store.unplaced_by_practice(session, registrations.id)
    for practice, by_kind in kinds.items():
        if practice in members:
            unplaced[members[practice].pcn_code] += sum(by_kind.values())
    blocks, practices, patients = rows
    pcn_of = {code: each.pcn_code for code, each in members.items()}
    pcns = np.array([pcn_of.get(each, NO_PCN) for each in practices], dtype=object)
    known = practice_store.list_pcns(session)
    counted = {*practices.tolist(), *kinds}
    sizes = Counter(pcn_of[each] for each in counted if each in pcn_of)
    networks = {
        code: Network(
            known[code].name if code in known else code, count, unplaced[code]
        )
        for code, count in sizes.items()
    }
    return by_registrations(blocks, pcns, patients, networks, fewest)


def make_nearest_practice(
    session: Session,
    asked: Asked,
    land: BoundarySet,
    within_m: float,
    progress: Progress = unseen,
) -> PcnSet:
    """Networks by the nearest practice, on the land of a set: a model.

    A practice without a point stands where its postcode is; one without either is
    left out and told.

    Raises:
        NoPracticeList: no membership is known on the day.
        NoPlaces: no practice has a place.
    """
    one_load_at_a_time(session)
    members = _members(session, asked.as_at)
    progress("Placing practices", 0, len(members))
    standing, issues = _standing(session, members)
    if not standing:
        raise NoPlaces("No practice has a place: load points of them, or postcodes.")
    ground = boundary_items.shapes_of(session, land.id)
    progress("Finding the nearest practice", 0, len(standing))
    layer = nearest_practice(standing, ground, within_m, land.name)
    layer = _with_ground(layer, land.name, issues)
    described = _described(session, asked, "nearest_practice", [land.attribution])
    places = [f"{each.code} {each.east!r} {each.north!r}" for each in standing]
    made_from = [land.sha256, str(within_m), *_told(members), *places]
    loaded = _load(session, described, layer, made_from, progress)
    loaded.issues = issues
    return loaded


def _with_ground(layer: Layer, land: str, issues: list[RowIssue]) -> Layer:
    """The layer without networks that have no ground on the land, which are told."""
    empty = shapely.is_empty(layer.shapes)
    for code in layer.columns["code"][empty]:
        reason = f"has no ground on {land}: left out"
        issues.append(RowIssue(layer.file, 0, "pcn_code", str(code), reason, "noted"))
    if empty.all():
        raise NoPlaces(f"No practice stands near enough to the land of {land!r}.")
    columns = layer.columns[~empty].reset_index(drop=True)
    return Layer(layer.file, layer.sha256, columns, layer.shapes[~empty], layer.crs)


def _standing(
    session: Session, members: dict[str, Membership]
) -> tuple[list[Practice], list[RowIssue]]:
    """Practices of networks where they stand on the grid, and those without a place."""
    known = practice_store.list_practices(session, members)
    points = practice_store.grid_places(session, members)
    names = [each.postcode for each in known.values() if each.postcode]
    postcodes = people_store.places_of(session, names)
    pcns = practice_store.list_pcns(session)
    found, issues = [], []
    for code, member in sorted(members.items()):
        practice = known.get(code)
        place = points.get(code)
        if place is None and practice is not None and practice.postcode in postcodes:
            place = postcodes[practice.postcode][:2]
        if practice is None or place is None:
            postcode = practice.postcode if practice else None
            reason = f"has no point, and its postcode ({postcode or 'none'}) no place"
            issues.append(RowIssue("practices", 0, "code", code, reason, "noted"))
            continue
        pcn = member.pcn_code
        name = pcns[pcn].name if pcn in pcns else pcn
        found.append(Practice(code, practice.name, pcn, name, *place))
    return found, issues


def make_practice_submitted(
    session: Session,
    asked: Asked,
    layer: Layer,
    code: str | None,
    attribution: str = NHS_SAYS,
    progress: Progress = unseen,
) -> PcnSet:
    """Networks as the union of the catchments that their practices submitted.

    Raises:
        NoPracticeList: no membership is known on the day.
        NoSubmittedCatchments: no catchment is of a practice in a network.
    """
    one_load_at_a_time(session)
    members = _members(session, asked.as_at)
    pcn_of = {each: one.pcn_code for each, one in members.items()}
    names = {
        each.code: each.name for each in practice_store.list_pcns(session).values()
    }
    progress("Joining catchments", 0, len(layer.shapes))
    joined, issues = submitted(layer, code, pcn_of, names)
    described = _described(session, asked, "practice_submitted", [attribution])
    made_from = [layer.sha256, *_told(members)]
    loaded = _load(session, described, joined, made_from, progress)
    loaded.issues = [*issues, *loaded.issues]
    return loaded


def _members(session: Session, as_at: date) -> dict[str, Membership]:
    found = practice_store.memberships_on(session, as_at)
    if not found:
        raise NoPracticeList(as_at, practice_store.first_list_day(session))
    return found


def _told(members: dict[str, Membership]) -> list[str]:
    return [f"{code} {each.pcn_code}" for code, each in sorted(members.items())]


def _described(
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


def _load(
    session: Session,
    described: SetDescription,
    layer: Layer,
    made_from: list[str],
    progress: Progress,
) -> PcnSet:
    """Load a layer that was made here; its hash is of what it was made from."""
    digest = hashlib.sha256("\n".join(made_from).encode()).hexdigest()
    made = Layer(layer.file, digest, layer.columns, layer.shapes, layer.crs)
    columns: Any = ("code", "name", None)
    done = load.load_boundaries(
        session, described, made, columns, "assetmap make pcn-set", progress
    )
    return PcnSet(done.row, done.is_new, list(done.issues))
