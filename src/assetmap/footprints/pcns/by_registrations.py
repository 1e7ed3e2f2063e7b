"""The set of networks by where their patients are registered."""

from collections import Counter

import numpy as np
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.db.locks import one_load_at_a_time
from assetmap.errors import Invalid
from assetmap.footprints.from_blocks import dissolved
from assetmap.footprints.pcns import store as catchments
from assetmap.footprints.pcns.from_registrations import (
    FEWEST_PATIENTS,
    Made,
    Network,
    by_registrations,
)
from assetmap.footprints.pcns.load_registrations import UnknownLsoas
from assetmap.footprints.pcns.model import REGISTRATIONS, CatchmentSet
from assetmap.footprints.pcns.registered import NO_PCN
from assetmap.footprints.pcns.sets import (
    Asked,
    PcnSet,
    described,
    load_made,
    members_on,
    told,
)
from assetmap.jobs.progress import Progress, unseen
from assetmap.practices import organisations
from assetmap.practices.model import Membership
from assetmap.practices.registrations import store as registration_store
from assetmap.practices.registrations.model import RegistrationSet
from assetmap.sources.spatial.vector import Layer


class NoOwnAreas(Invalid):
    """No network has enough patients in any small area to have a catchment."""

    title = "No areas of their own"


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
    members = members_on(session, asked.as_at)
    blocks = boundary_store.get_set(session, registrations.blocks)
    progress("Adding up patients", 0, registrations.placed)
    made = _shares(session, registrations, members, fewest)
    if not made.owners:
        raise NoOwnAreas(
            f"No PCN has {fewest} patients in any area of {blocks.name!r}."
        )
    progress("Joining small areas", 0, len(made.owners))
    layer = _joined(session, blocks, made, registrations.name)
    attribution = [blocks.attribution, registrations.attribution]
    said = described(session, asked, REGISTRATIONS, attribution)
    made_from = [registrations.sha256, blocks.sha256, str(fewest), *told(members)]
    loaded = load_made(session, said, layer, made_from, progress)
    if loaded.is_new:
        about = _about(loaded.row, blocks, registrations, asked, made)
        catchments.add(session, about, made.catchments, made.cells)
    return loaded


def _joined(session: Session, blocks: BoundarySet, made: Made, file: str) -> Layer:
    """The small areas of each network as one shape."""
    ordinals = boundary_items.codes_of(session, blocks.id)
    used = {each.block_code for each in made.cells}
    if missing := sorted(used - set(ordinals)):
        raise UnknownLsoas(blocks.name, missing, len(used))
    owners = {ordinals[block]: pcn for block, pcn in made.owners.items()}
    names = {each.code: each.name for each in made.catchments}
    return dissolved(boundary_items.shapes_of(session, blocks.id), owners, names, file)


def _about(
    row: BoundarySet,
    blocks: BoundarySet,
    registrations: RegistrationSet,
    asked: Asked,
    made: Made,
) -> CatchmentSet:
    return CatchmentSet(
        row,
        blocks.name,
        registrations.name,
        registrations.extract_date,
        asked.as_at,
        registrations.placed,
        made.without_pcn,
        registrations.unplaced,
    )


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
    known = organisations.list_pcns(session)
    counted = {*practices.tolist(), *kinds}
    sizes = Counter(pcn_of[each] for each in counted if each in pcn_of)
    networks = {
        code: Network(
            known[code].name if code in known else code, count, unplaced[code]
        )
        for code, count in sizes.items()
    }
    return by_registrations(blocks, pcns, patients, networks, fewest)
