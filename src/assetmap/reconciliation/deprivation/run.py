"""The run that says how deprived a footprint is: the method joined to the store."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.disclosure import Disclosure, disclosure
from assetmap.footprints.inputs import Input
from assetmap.jobs.progress import Progress, unseen
from assetmap.people.deprivation import store as deprivation
from assetmap.people.deprivation.model import DeprivationSet
from assetmap.people.model import PEOPLE
from assetmap.people.vintages import told_if_later
from assetmap.reconciliation import store
from assetmap.reconciliation.counting import counts_for
from assetmap.reconciliation.deprivation.scores import (
    Deprived,
    deprived,
    rounded_domain,
)
from assetmap.reconciliation.gather import membership_near
from assetmap.reconciliation.rounding import rounding_note, told
from assetmap.reconciliation.subjects import Subject
from assetmap.reconciliation.telling import telling


@dataclass(frozen=True)
class Deprivation:
    """The domains over one footprint; ``measure`` says what people stands for."""

    subject: Subject
    scores: DeprivationSet
    blocks: str
    measure: str
    people: float
    people_at: str
    domains: tuple[Deprived, ...]
    inputs: tuple[Input, ...]
    attribution: tuple[str, ...]
    notes: tuple[str, ...]
    settings: Mapping[str, Any]


def deprivation_of(
    session: Session,
    subject: Subject,
    name: str | None = None,
    as_at: date | None = None,
    progress: Progress = unseen,
) -> Deprivation:
    """How deprived the people of a footprint are, by the scores named or of a day.

    Raises:
        DeprivationNotFound: no such scores are loaded.
    """
    chosen = deprivation.get_deprivation(session, name, as_at)
    blocks = boundary_store.get_set_by_id(session, chosen.boundary_set_id)
    counting = counts_for(session, [subject.footprint], as_at)
    people, whole = _people(session, subject, blocks, counting.id, progress)
    elsewhere = people.pop(0, 0.0)
    progress("Reading the scores", 2, 3)
    scores = deprivation.scores_at(session, chosen, list(people))
    said = telling(
        counting,
        loads=[chosen, blocks],
        inputs=subject.footprint.inputs,
        said=[chosen.attribution, blocks.attribution],
        settings={"as_at": as_at, "scores": name, **subject.settings},
        notes=subject.notes,
        last_notes=told_if_later("Scores of deprivation", chosen.vintage, as_at),
    )
    found = Deprivation(
        subject,
        chosen,
        blocks.name,
        counting.measure,
        whole,
        counting.at,
        deprived(people, elsewhere, scores),
        said.inputs,
        said.attribution,
        said.notes,
        said.settings,
    )
    return _rounded(found, disclosure())


def _rounded(found: Deprivation, policy: Disclosure) -> Deprivation:
    """The people of what was drawn as the policy tells them."""
    is_told = found.measure != PEOPLE or found.subject.coded is not None
    if not policy.rounds_people or is_told:
        return found
    whole = found.people
    return replace(
        found,
        people=told(whole, whole, policy),
        domains=tuple(rounded_domain(each, whole, policy) for each in found.domains),
        notes=(*found.notes, rounding_note(policy)),
    )


def _people(
    session: Session,
    subject: Subject,
    blocks: BoundarySet,
    count_set: int,
    progress: Progress,
) -> tuple[dict[int, float], float]:
    """The people of a footprint by the ordinal of their block, 0 is none, and all."""
    sets = {blocks.id: blocks.boundaries}
    if subject.coded is not None:
        of = boundary_store.get_set_by_id(session, subject.coded.set_id)
        sets[of.id] = of.boundaries
    progress("Reading who lives near", 0, 3)
    near = store.points_near(session, subject.footprint.bounds, sets, count_set)
    progress("Counting who lives there", 1, 3)
    membership = membership_near(subject.footprint, near, subject.coded)
    held = near.weights * membership
    by_block = _by_block(near.cells[blocks.id], held, membership > 0)
    return by_block, float(held.sum())


def _by_block(
    cells: np.ndarray, held: np.ndarray, inside: np.ndarray
) -> dict[int, float]:
    """People by the ordinal of their block; 0 is none."""
    blocks, row = np.unique(cells[inside], return_inverse=True)
    sums = np.bincount(row, weights=held[inside], minlength=len(blocks))
    return dict(zip(blocks.tolist(), sums.tolist(), strict=True))
