"""A network by registrations as a footprint, graded by where its patients live.

Small areas with fewer than five of its patients are left out: a footprint tells of
each of its areas (Methods 10).
"""

from datetime import date

import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.footprints.inputs import inputs_of
from assetmap.footprints.model import as_shapes, graded
from assetmap.footprints.pcns import store as catchments
from assetmap.footprints.pcns.from_registrations import FEWEST_PATIENTS
from assetmap.footprints.pcns.store import Cell
from assetmap.practices.model import PcnNotFound
from assetmap.reconciliation.comparison.parts import CUT_AT
from assetmap.reconciliation.gather import Coded
from assetmap.reconciliation.places import Place
from assetmap.reconciliation.subjects import EmptyFootprint, Subject
from assetmap.sources.spatial.shapes import as_multipolygon


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
    known = catchments.find_catchment(session, made, code)
    if known is None:
        raise PcnNotFound(code)
    cells = catchments.cells_of_network(session, made, code)
    kept = [each for each in cells if each.patients >= FEWEST_PATIENTS]
    if not kept:
        raise EmptyFootprint(f"Nowhere does {code} have {FEWEST_PATIENTS} patients.")
    blocks = boundary_store.get_set(session, made.blocks)
    ordinals = boundary_items.codes_of(session, blocks.id)
    there = [each for each in kept if each.block_code in ordinals]
    coded = Coded(
        blocks.id,
        tuple(ordinals[each.block_code] for each in there),
        tuple(each.share for each in there),
    )
    shapes = boundary_items.shapes_at(session, blocks.id, coded.ordinals)
    inputs = inputs_of([made.boundary_set, blocks])
    footprint = graded(
        shapes, coded.weights, known.name, catchments.REGISTRATIONS, inputs
    )
    notes = _notes(known.name, cells, there)
    return Subject(footprint, coded, notes, (made.boundary_set.attribution,))


def _notes(name: str, cells: list[Cell], kept: list[Cell]) -> tuple[str, ...]:
    left_out = sum(each.patients for each in cells) - sum(e.patients for e in kept)
    said = (
        f"{name} counts in each small area by its share of the patients registered "
        "there."
    )
    if not left_out:
        return (said,)
    few = len(cells) - len(kept)
    return (
        said,
        f"{few:,} small areas with fewer than {FEWEST_PATIENTS} of its patients each "
        f"({left_out:,} patients together) are left out.",
    )


def place_of_pcn(
    session: Session, code: str, name: str | None = None, as_at: date | None = None
) -> Place:
    """A network, shown where it has at least half of the patients.

    Raises:
        As ``of_pcn``.
    """
    subject = of_pcn(session, code, name, as_at)
    footprint = subject.footprint
    mostly = footprint.shapes[footprint.weights >= CUT_AT]
    shown = as_multipolygon(shapely.union_all(as_shapes(mostly)))
    return Place(subject, shown)
