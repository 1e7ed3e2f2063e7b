"""Successions in the database: registers of codes that came after others."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import groupby

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from assetmap.boundaries.model import KINDS, BadBoundarySet
from assetmap.boundaries.succession import (
    Succession,
    SuccessionSet,
    successions_of,
)
from assetmap.boundaries.tables import SuccessionRow, SuccessionSetRow
from assetmap.db.copying import copy_rows
from assetmap.sources.changes import Change

_COLUMNS = ("name_from", "name_to", "code_from", "code_to", "on_day", "how")


def load(
    session: Session,
    about: SuccessionSet,
    changes: Sequence[Change],
    loaded_by: str = "command line",
) -> tuple[list[Succession], bool]:
    """Store a register in place of the one of its name; the same again is left as is.

    Returns the successions, and whether they are new.

    Raises:
        BadBoundarySet: the kind is not one of boundaries.
    """
    if about.kind not in KINDS:
        raise BadBoundarySet(
            f"kind {about.kind!r} is not one of {', '.join(KINDS)}.", kind=about.kind
        )
    by_day = sorted(changes, key=lambda each: each.on)
    found: list[Succession] = []
    for day, group in groupby(by_day, key=lambda each: each.on):
        found += successions_of(((each.old, each.new) for each in group), day)
    known = find_set(session, about.name)
    if known == about and of_set(session, about.name) == found:
        return found, False
    _replace(session, about, found, loaded_by)
    return found, True


def _replace(
    session: Session,
    about: SuccessionSet,
    found: Iterable[Succession],
    loaded_by: str,
) -> None:
    session.execute(delete(SuccessionSetRow).where(SuccessionSetRow.name == about.name))
    row = SuccessionSetRow(**asdict(about), loaded_by=loaded_by)
    session.add(row)
    session.flush()
    copy_rows(
        session,
        "succession",
        ("succession_set_id", *_COLUMNS),
        ("int8", "text", "text", "text", "text", "date", "text"),
        (
            (row.id, s.name_from, s.name_to, s.code_from, s.code_to, s.on, s.how)
            for s in found
        ),
    )


def find_set(session: Session, name: str) -> SuccessionSet | None:
    """What the register of a name says of itself."""
    row = session.scalar(select(SuccessionSetRow).where(SuccessionSetRow.name == name))
    return None if row is None else _about(row)


def _about(row: SuccessionSetRow) -> SuccessionSet:
    names = SuccessionSet.__dataclass_fields__
    return SuccessionSet(**{each: getattr(row, each) for each in names})


def list_sets(session: Session) -> list[SuccessionSet]:
    """All registers, by name."""
    rows = session.scalars(select(SuccessionSetRow).order_by(SuccessionSetRow.name))
    return [_about(row) for row in rows]


def of_set(session: Session, name: str) -> list[Succession]:
    """The successions of one register, by day and code."""
    wanted = select(SuccessionRow).join(SuccessionSetRow)
    return _found(session, wanted.where(SuccessionSetRow.name == name))


def of_kind(session: Session, kind: str) -> list[Succession]:
    """Every succession of a kind of boundary, each once, by day and code."""
    wanted = select(SuccessionRow).join(SuccessionSetRow)
    return _found(session, wanted.where(SuccessionSetRow.kind == kind))


def of_code(session: Session, code: str) -> list[Succession]:
    """The successions that a code takes part in, by day and code."""
    takes_part = or_(SuccessionRow.code_from == code, SuccessionRow.code_to == code)
    return _found(session, select(SuccessionRow).where(takes_part))


def _found(session: Session, wanted: Select[SuccessionRow]) -> list[Succession]:
    ordered = wanted.order_by(
        SuccessionRow.on_day, SuccessionRow.code_from, SuccessionRow.code_to
    )
    return list(
        dict.fromkeys(
            Succession(
                row.code_from,
                row.name_from,
                row.code_to,
                row.name_to,
                row.on_day,
                row.how,
            )
            for row in session.scalars(ordered)
        )
    )
