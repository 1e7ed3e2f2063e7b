"""Queries of boundary sets: which there are, and which hold on a day."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from assetmap.boundaries.model import (
    BoundarySet,
    BoundarySetNotFound,
    BoundarySetNotValid,
)
from assetmap.boundaries.tables import (
    BoundarySetRow,
)
from assetmap.db.statements import binary_rows

_COLUMNS = tuple(each.name for each in fields(BoundarySet))
_READ: dict[tuple[object, ...], BoundarySet] = {}
"""Sets by load and what can change of one: requests ask for the same few each time."""


def list_sets(session: Session, as_at: date | None = None) -> list[BoundarySet]:
    """The sets now serving, by name; those that hold on the day if one is given."""
    keys = binary_rows(session, "boundaries", "serving", as_at=as_at)
    return [known_set(session, *key) for key in keys]


def known_set(
    session: Session, set_id: int, valid_to: date | None, loaded_at: datetime
) -> BoundarySet:
    """The set of one load, read once for as long as nothing of it changes."""
    found = find_known_set(set_id, valid_to, loaded_at)
    return found or _read(session, (set_id, valid_to, loaded_at))


def find_known_set(
    set_id: int, valid_to: date | None, loaded_at: datetime
) -> BoundarySet | None:
    """The set of one load, if it was read before."""
    return _READ.get((set_id, valid_to, loaded_at))


def _read(session: Session, key: tuple[Any, ...]) -> BoundarySet:
    row = session.get_one(BoundarySetRow, key[0], populate_existing=True)
    found = record_of(row)
    _READ[key] = found
    return found


def record_of(row: BoundarySetRow) -> BoundarySet:
    """What a row says of its set."""
    return BoundarySet(**{each: getattr(row, each) for each in _COLUMNS})


def find_set(session: Session, name: str) -> BoundarySet | None:
    """The set now serving under a name."""
    return next((each for each in list_sets(session) if each.name == name), None)


def get_set(session: Session, name: str, as_at: date | None = None) -> BoundarySet:
    """The set now serving under a name; it must hold on the day if one is given.

    Raises:
        BoundarySetNotFound: no set has the name.
        BoundarySetNotValid: it does not hold on that day.
    """
    return get_sets(session, [name], as_at)[0]


def get_sets(
    session: Session, names: Sequence[str], as_at: date | None = None
) -> list[BoundarySet]:
    """The sets now serving under names, in their order; asked for at once.

    Raises:
        BoundarySetNotFound: no set has one of the names.
        BoundarySetNotValid: one does not hold on that day.
    """
    known = {each.name: each for each in list_sets(session)}
    found = []
    for name in names:
        if name not in known:
            raise BoundarySetNotFound(name)
        if as_at is not None and not holds(known[name], as_at):
            raise BoundarySetNotValid(name, as_at)
        found.append(known[name])
    return found


def get_set_by_id(session: Session, set_id: int) -> BoundarySet:
    """The set of one load."""
    return record_of(session.get_one(BoundarySetRow, set_id))


def holds(row: BoundarySet, as_at: date) -> bool:
    """Whether a set holds on a day; on ``valid_to`` it no longer does."""
    return row.valid_from <= as_at and (row.valid_to is None or as_at < row.valid_to)
