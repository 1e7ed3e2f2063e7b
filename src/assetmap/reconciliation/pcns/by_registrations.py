"""A network by registrations as a footprint, graded by where its patients live.

Small areas with fewer than five of its patients are left out: a footprint tells of
each of its areas (Methods 10).
"""

from collections.abc import Container, Mapping, Sequence
from datetime import date

import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundaryNotFound
from assetmap.footprints.inputs import inputs_of
from assetmap.footprints.model import as_shapes, graded
from assetmap.footprints.pcns import store as catchments
from assetmap.footprints.pcns.from_registrations import FEWEST_PATIENTS
from assetmap.footprints.pcns.model import REGISTRATIONS, Catchment, CatchmentSet, Cell
from assetmap.practices.model import PcnNotFound
from assetmap.reconciliation.comparison.parts import CUT_AT
from assetmap.reconciliation.gather import Coded
from assetmap.reconciliation.pcns.told import Patients
from assetmap.reconciliation.places import Place, place_of
from assetmap.reconciliation.subjects import (
    EmptyFootprint,
    Subject,
    of_boundaries,
)
from assetmap.sources.spatial.shapes import as_multipolygon

SMALL_AREA = 3_000
"""What a small area of a network costs, read and reconciled (see ``cost``)."""


def of_pcn(
    session: Session, code: str, name: str | None = None, as_at: date | None = None
) -> Subject:
    """The subject of a network: its share of the patients of each small area.

    Raises:
        NoCatchments: there is no set that was made from registrations.
        BoundarySetNotFound, BoundarySetNotValid: the set is not there on that day.
        PcnNotFound: the set has no such network.
        EmptyFootprint: nowhere does it have five patients.
    """
    made = catchments.get_catchment_set(session, name, as_at)
    return of_networks(session, made, [code])


def of_set(
    session: Session, name: str, codes: Sequence[str], as_at: date | None = None
) -> Subject:
    """The subject of boundaries of a set joined: of networks by registrations graded.

    Raises:
        As ``of_boundaries``; EmptyFootprint: nowhere has a network five patients.
    """
    made = made_of(session, name, as_at)
    if made is None:
        return of_boundaries(session, name, codes, as_at)
    try:
        return of_networks(session, made, codes)
    except PcnNotFound as error:
        raise BoundaryNotFound(name, str(error.facts["code"])) from error


def place_of_set(
    session: Session, name: str, codes: Sequence[str], as_at: date | None = None
) -> Place:
    """The place of boundaries of a set joined, as ``of_set`` takes them."""
    subject = of_set(session, name, codes, as_at)
    is_graded = subject.patients is not None
    return place_of_networks(subject) if is_graded else place_of(subject, False)


def made_of(session: Session, name: str, as_at: date | None) -> CatchmentSet | None:
    """What a set was made from, if its networks are by registrations.

    Raises:
        BoundarySetNotFound, BoundarySetNotValid: the set is not there on that day.
    """
    row = boundary_store.get_set(session, name, as_at)
    return catchments.find_of_set(session, row)


def of_networks(session: Session, made: CatchmentSet, codes: Sequence[str]) -> Subject:
    """The subject of networks together: what they have of the patients of each area.

    Raises:
        PcnNotFound: the set has not one of them.
        EmptyFootprint: nowhere has one of them five patients.
    """
    known = networks_of(session, made, codes)
    cells = catchments.cells_of_networks(session, made, codes)
    blocks = boundary_store.get_set(session, made.blocks)
    ordinals = boundary_items.codes_of(session, blocks.id)
    told = _told(cells, ordinals, codes)
    coded = _coded(blocks.id, ordinals, told)
    label = ", ".join(each.name for each in known)
    footprint = graded(
        boundary_items.shapes_at(session, blocks.id, coded.ordinals),
        coded.weights,
        label,
        REGISTRATIONS,
        inputs_of([made.boundary_set, blocks]),
    )
    patients = _patients(known, cells, told)
    said = (made.boundary_set.attribution,)
    return Subject(footprint, coded, _notes(label, patients), said, patients=patients)


def _told(
    cells: Sequence[Cell], known: Container[str], codes: Sequence[str]
) -> list[Cell]:
    """The cells that are told, of small areas that are known."""
    told = [
        each
        for each in cells
        if each.patients >= FEWEST_PATIENTS and each.block_code in known
    ]
    if not told:
        named = ", ".join(codes)
        raise EmptyFootprint(f"Nowhere does {named} have {FEWEST_PATIENTS} patients.")
    return told


def networks_of(
    session: Session, made: CatchmentSet, codes: Sequence[str]
) -> list[Catchment]:
    """The networks of a set with some codes, each once, in their order.

    Raises:
        PcnNotFound: the set has not one of them.
    """
    found = catchments.find_catchments(session, made, codes)
    for each in codes:
        if each not in found:
            raise PcnNotFound(each)
    return [found[each] for each in dict.fromkeys(codes)]


def is_large(
    session: Session, made: CatchmentSet, codes: Sequence[str], limit: float
) -> bool:
    """Whether the footprint of networks is more work than a limit, told unread.

    Raises:
        PcnNotFound: it is, and the set has not one of them.
    """
    if SMALL_AREA * catchments.count_blocks(session, made, codes) <= limit:
        return False
    networks_of(session, made, codes)
    return True


def _coded(blocks: int, ordinals: Mapping[str, int], cells: Sequence[Cell]) -> Coded:
    """Small areas with the share that networks together have of their patients."""
    shares: dict[int, float] = {}
    for each in cells:
        ordinal = ordinals[each.block_code]
        shares[ordinal] = min(shares.get(ordinal, 0.0) + each.share, 1.0)
    return Coded(blocks, tuple(shares), tuple(shares.values()))


def _patients(
    known: Sequence[Catchment], cells: Sequence[Cell], told: Sequence[Cell]
) -> Patients:
    """What becomes of all on the lists of networks."""
    total = sum(each.list_size for each in known)
    withheld = [each for each in cells if each.patients < FEWEST_PATIENTS]
    few = sum(each.patients for each in withheld)
    placed = sum(each.patients for each in told)
    return Patients(placed, few, total - few - placed, total, len(withheld))


def _notes(name: str, patients: Patients) -> tuple[str, ...]:
    notes = [
        f"{name} counts in each small area by its share of the patients registered "
        "there."
    ]
    if patients.withheld:
        notes.append(
            f"Small areas with fewer than {FEWEST_PATIENTS} of its patients are left "
            f"out: {patients.withheld_areas:,}, with {patients.withheld:,} patients "
            "together."
        )
    if patients.without_place:
        notes.append(
            f"{patients.without_place:,} of its {patients.total:,} patients live in no "
            "small area that is known: they count nowhere."
        )
    return tuple(notes)


def place_of_pcn(
    session: Session, code: str, name: str | None = None, as_at: date | None = None
) -> Place:
    """A network, shown where it has at least half of the patients.

    Raises:
        As ``of_pcn``.
    """
    return place_of_networks(of_pcn(session, code, name, as_at))


def place_of_networks(subject: Subject) -> Place:
    """Networks together, shown where they have at least half of the patients."""
    footprint = subject.footprint
    mostly = footprint.shapes[footprint.weights >= CUT_AT]
    shown = as_multipolygon(shapely.union_all(as_shapes(mostly)))
    return Place(subject, shown)
