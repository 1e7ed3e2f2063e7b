"""A boundary against the boundaries of other sets: what it is made of and lies in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.jobs.progress import Progress, unseen
from assetmap.reconciliation.model import Reconciliation
from assetmap.reconciliation.pcns.by_registrations import of_set
from assetmap.reconciliation.run import reconcile
from assetmap.reconciliation.subjects import Subject
from assetmap.sources.days import today


@dataclass(frozen=True)
class Asked:
    """A boundary, and the sets whose boundaries it is asked against."""

    subject: Subject
    sets: Sequence[str]


def asked_of(
    session: Session,
    name: str,
    code: str,
    sets: Sequence[str] | None = None,
    as_at: date | None = None,
) -> Asked:
    """One boundary against named sets, or against those that it may lie in on the day.

    It may lie in boundaries of any set but its own and smaller building blocks.

    Raises:
        BoundarySetNotFound: the set is not there.
        BoundaryNotFound: the set has no such code.
    """
    subject = of_set(session, name, [code])
    if sets is not None:
        return Asked(subject, sets)
    own = boundary_store.get_set(session, name)
    held = boundary_store.list_sets(session, as_at or today())
    return Asked(subject, [each.name for each in held if _may_hold(each, own)])


def relatives_of(
    session: Session,
    asked: Asked,
    as_at: date | None = None,
    progress: Progress = unseen,
) -> Reconciliation:
    """How a boundary fits those of the sets that it is asked against.

    Raises:
        BoundarySetNotFound, BoundarySetNotValid: a set is not there on that day.
    """
    subject = asked.subject
    return reconcile(
        session,
        subject.footprint,
        asked.sets,
        as_at,
        subject.coded,
        progress=progress,
    )


def _may_hold(other: BoundarySet, own: BoundarySet) -> bool:
    is_smaller = other.is_building_block and other.boundaries > own.boundaries
    return other.name != own.name and not is_smaller
