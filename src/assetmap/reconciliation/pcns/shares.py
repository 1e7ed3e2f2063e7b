"""Which networks serve the people of a place, and in what shares (Methods 6).

The people of each small area belong to networks as its registered patients do.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.disclosure import disclosure
from assetmap.footprints.pcns import store as catchments
from assetmap.footprints.pcns.from_registrations import FEWEST_PATIENTS
from assetmap.footprints.pcns.model import Catchment, Cell
from assetmap.footprints.pcns.registered import NO_PCN
from assetmap.people.model import PEOPLE
from assetmap.reconciliation import store
from assetmap.reconciliation.counting import counts_for
from assetmap.reconciliation.gather import membership_near
from assetmap.reconciliation.model import LEDGER_TOLERANCE, LedgerOpen
from assetmap.reconciliation.pcns.served import (
    Ledger,
    Served,
    Serving,
    rounded_serving,
)
from assetmap.reconciliation.subjects import Subject
from assetmap.reconciliation.telling import telling

LEAST_REGISTERED = 0.8
"""Patients over people: with fewer, practices of neighbouring areas may be missing."""


def serving(
    session: Session,
    subject: Subject,
    name: str | None = None,
    as_at: date | None = None,
) -> Serving:
    """The networks that serve the people of a footprint.

    Raises:
        NoCatchments: there is no set that was made from registrations.
        BoundarySetNotFound, BoundarySetNotValid: the set is not there on that day.
        LedgerOpen: a fault of ours.
    """
    made = catchments.get_catchment_set(session, name, as_at)
    blocks = boundary_store.get_set(session, made.blocks)
    counting = counts_for(session, [subject.footprint], as_at)
    people, outside = _by_block(session, subject, blocks, counting.id)
    codes = boundary_items.codes_at(session, blocks.id, list(people))
    by_code = {codes[ordinal]: held for ordinal, held in people.items()}
    cells = catchments.cells_of_blocks(session, made, by_code)
    rows, ledger = _shared(by_code, outside, cells)
    whole = sum(by_code.values()) + outside
    registered = None
    if counting.measure == PEOPLE:
        registered = _registered(session, blocks, counting.id, people, codes, cells)
    said = telling(
        counting,
        loads=[made.boundary_set, blocks],
        inputs=subject.footprint.inputs,
        said=[made.boundary_set.attribution, *subject.attribution],
        settings={"as_at": as_at, "set": name, **subject.settings},
        notes=subject.notes,
        last_notes=_thin(registered, whole),
    )
    found = Serving(
        subject,
        made,
        counting.measure,
        whole,
        _served(rows, catchments.list_catchments(session, made), whole),
        ledger,
        _effective(rows),
        registered,
        said.inputs,
        said.notes,
        said.attribution,
        said.settings,
    )
    return rounded_serving(found, disclosure())


def _by_block(
    session: Session, subject: Subject, blocks: BoundarySet, count_set: int
) -> tuple[dict[int, float], float]:
    """People of the footprint by the ordinal of the small area, and those in none."""
    coded = subject.coded
    sizes = {blocks.id: blocks.boundaries}
    if coded is not None:
        row = boundary_store.get_set_by_id(session, coded.set_id)
        sizes[row.id] = row.boundaries
    near = store.points_near(session, subject.footprint.bounds, sizes, count_set)
    held = near.weights * membership_near(subject.footprint, near, coded)
    cells = near.cells[blocks.id]
    sums: Any = np.bincount(cells, weights=held, minlength=1)
    some = np.flatnonzero(sums[1:]) + 1
    return {each: float(sums[each]) for each in some.tolist()}, float(sums[0])


def _shared(
    people: Mapping[str, float], outside: float, cells: list[Cell]
) -> tuple[dict[str, float], Ledger | None]:
    """People by network, and the ledger of them all; no ledger where nobody lives."""
    rows: dict[str, float] = {}
    without = withheld = 0.0
    registered: set[str] = set()
    for cell in cells:
        served = people[cell.block_code] * cell.share
        registered.add(cell.block_code)
        if cell.patients < FEWEST_PATIENTS:
            withheld += served
        elif cell.pcn_code == NO_PCN:
            without += served
        else:
            rows[cell.pcn_code] = rows.get(cell.pcn_code, 0.0) + served
    whole = sum(people.values()) + outside
    if whole <= 0:
        return {}, None
    nowhere = sum(held for code, held in people.items() if code not in registered)
    shares = (sum(rows.values()), without, withheld, nowhere, outside)
    ledger = Ledger(*(each / whole for each in shares))
    if abs(ledger.total - 1) > LEDGER_TOLERANCE:
        raise LedgerOpen(f"people served: {ledger.total!r} of 1.", off=ledger.total - 1)
    return rows, ledger


def _served(
    rows: Mapping[str, float], known: Mapping[str, Catchment], whole: float
) -> tuple[Served, ...]:
    found = [Served(known[code], held, held / whole) for code, held in rows.items()]
    return tuple(sorted(found, key=lambda each: (-each.people, each.catchment.code)))


def _effective(rows: Mapping[str, float]) -> float | None:
    whole = sum(rows.values())
    if whole <= 0:
        return None
    return whole**2 / sum(each**2 for each in rows.values())


def _registered(
    session: Session,
    blocks: BoundarySet,
    count_set: int,
    people: Mapping[int, float],
    codes: Mapping[int, str],
    cells: list[Cell],
) -> float:
    """Patients who live in the footprint, as its part of the people of each area."""
    patients: dict[str, int] = {}
    for cell in cells:
        patients[cell.block_code] = patients.get(cell.block_code, 0) + cell.patients
    wanted = [(blocks.id, ordinal) for ordinal in people]
    facts = store.facts_of(session, wanted, count_set).get(blocks.id, {})
    return sum(
        patients.get(codes[ordinal], 0) * held / facts[ordinal].total
        for ordinal, held in people.items()
        if facts[ordinal].total > 0
    )


def _thin(registered: float | None, people: float) -> tuple[str, ...]:
    if registered is None or people <= 0 or registered >= LEAST_REGISTERED * people:
        return ()
    return (
        f"Only {registered / people:.0%} as many patients are registered here as "
        "people live here: practices of neighbouring areas may be missing from the "
        "registrations, and shares are of those that are there.",
    )
