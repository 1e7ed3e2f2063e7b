"""The only queries of registered patients."""

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assetmap.db.copying import copy_rows
from assetmap.practices.model import Source
from assetmap.practices.registrations.model import (
    Patients,
    RegistrationSet,
    RegistrationsNotFound,
)
from assetmap.practices.registrations.tables import (
    RegistrationRow,
    RegistrationSetRow,
    RegistrationUnplacedRow,
)

_NAMES = tuple(RegistrationSet.__dataclass_fields__)


def list_registrations(session: Session) -> list[RegistrationSet]:
    """All registrations, the newest extract first, then by name."""
    rows = session.scalars(
        select(RegistrationSetRow).order_by(
            RegistrationSetRow.extract_date.desc(), RegistrationSetRow.name
        )
    )
    return [_record(row) for row in rows]


def _record(row: RegistrationSetRow) -> RegistrationSet:
    return RegistrationSet(**{each: getattr(row, each) for each in _NAMES})


def find_registrations(session: Session, name: str) -> RegistrationSet | None:
    """The registrations of a name."""
    found = list_registrations(session)
    return next((each for each in found if each.name == name), None)


def get_registrations(
    session: Session, name: str | None, as_at: date
) -> RegistrationSet:
    """The registrations of a name; without one the newest extract by a day.

    Raises:
        RegistrationsNotFound: there are none.
    """
    if name is not None:
        named = find_registrations(session, name)
        if named is None:
            raise RegistrationsNotFound(
                f"No registrations are called {name!r}.", name=name
            )
        return named
    for each in list_registrations(session):
        if each.extract_date <= as_at:
            return each
    raise RegistrationsNotFound(
        f"No registrations were extracted by {as_at}: load some first.",
        as_at=as_at.isoformat(),
    )


def replace_registrations(
    session: Session, name: str, blocks: str, sent: Patients, source: Source
) -> RegistrationSet:
    """Store registrations in place of those of their name."""
    old = find_registrations(session, name)
    if old is not None:
        session.execute(
            delete(RegistrationSetRow).where(RegistrationSetRow.id == old.id)
        )
    unplaced: dict[str, int] = {}
    for _, kind, _, count in sent.unplaced:
        unplaced[kind] = unplaced.get(kind, 0) + count
    row = RegistrationSetRow(
        name=name,
        extract_date=sent.extract_date,
        blocks=blocks,
        title=source.title,
        publisher=source.publisher,
        licence=source.licence,
        attribution=source.attribution,
        source=source.file,
        sha256=source.sha256,
        placed=sent.placed_total,
        unplaced=dict(sorted(unplaced.items())),
        version=1 if old is None else old.version + 1,
        loaded_by=source.loaded_by,
    )
    session.add(row)
    session.flush()
    _copy(session, row.id, sent)
    return _record(row)


def _copy(session: Session, set_id: int, sent: Patients) -> None:
    copy_rows(
        session,
        "registration",
        ("registration_set_id", "block_code", "practice_code", "patients"),
        ("int8", "text", "text", "int4"),
        (
            (set_id, block, practice, count)
            for block, practice, count in zip(
                sent.blocks, sent.practices, sent.patients, strict=True
            )
        ),
    )
    columns = ("registration_set_id", "practice_code", "kind", "block_code", "patients")
    copy_rows(
        session,
        "registration_unplaced",
        columns,
        ("int8", "text", "text", "text", "int4"),
        ((set_id, *each) for each in sent.unplaced),
    )


def patients_by_block(
    session: Session, set_id: int
) -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.int64]]:
    """LSOA code, practice and patients of every cell: for sums, not for showing."""
    rows = session.execute(
        select(
            RegistrationRow.block_code,
            RegistrationRow.practice_code,
            RegistrationRow.patients,
        ).where(RegistrationRow.registration_set_id == set_id)
    ).all()
    return (
        np.array([row[0] for row in rows], dtype=object),
        np.array([row[1] for row in rows], dtype=object),
        np.array([row[2] for row in rows], dtype=np.int64),
    )


def unplaced_by_practice(session: Session, set_id: int) -> Mapping[str, dict[str, int]]:
    """Patients who live in no LSOA that is known, by practice and kind."""
    rows = session.scalars(
        select(RegistrationUnplacedRow).where(
            RegistrationUnplacedRow.registration_set_id == set_id
        )
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        kinds = found.setdefault(row.practice_code, {})
        kinds[row.kind] = kinds.get(row.kind, 0) + row.patients
    return found
