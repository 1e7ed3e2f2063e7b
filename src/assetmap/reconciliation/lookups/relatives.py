"""A boundary against the boundaries of other sets: what it is made of and lies in."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.reconciliation import subjects
from assetmap.reconciliation.model import Reconciliation
from assetmap.reconciliation.run import reconcile
from assetmap.sources.days import today


def relatives(
    session: Session,
    name: str,
    code: str,
    sets: Sequence[str] | None = None,
    as_at: date | None = None,
) -> Reconciliation:
    """One boundary against named sets, or against those that it may lie in on the day.

    It may lie in boundaries of any set but its own and smaller building blocks.

    Raises:
        BoundarySetNotFound, BoundarySetNotValid: a set is not there on that day.
        BoundaryNotFound: the set has no such code.
    """
    subject = subjects.of_boundaries(session, name, [code])
    if sets is None:
        day = as_at or today()
        own = boundary_store.get_set(session, name)
        held = boundary_store.list_sets(session, day)
        sets = [each.name for each in held if _may_hold(each, own)]
    return reconcile(session, subject.footprint, sets, as_at, subject.coded)


def _may_hold(other: BoundarySet, own: BoundarySet) -> bool:
    is_smaller = other.is_building_block and other.boundaries > own.boundaries
    return other.name != own.name and not is_smaller
