"""The only queries of networks made from registrations."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.boundaries.tables import BoundarySetRow
from assetmap.db.copying import copy_rows
from assetmap.footprints.pcns.model import (
    REGISTRATIONS,
    Catchment,
    CatchmentSet,
    Cell,
    NoCatchments,
)
from assetmap.footprints.pcns.tables import (
    CatchmentRow,
    CatchmentSetRow,
    CatchmentShareRow,
)

_SET = tuple(
    each for each in CatchmentSet.__dataclass_fields__ if each != "boundary_set"
)
_CATCHMENT = tuple(Catchment.__dataclass_fields__)
_CELL = tuple(Cell.__dataclass_fields__)


def add(
    session: Session,
    made: CatchmentSet,
    catchments: Iterable[Catchment],
    cells: Iterable[Cell],
) -> None:
    """Store what a set of networks was made from; that of replaced sets is let go."""
    retired = select(BoundarySetRow.id).where(BoundarySetRow.replaced_at.is_not(None))
    session.execute(
        delete(CatchmentSetRow).where(CatchmentSetRow.boundary_set_id.in_(retired))
    )
    set_id = made.boundary_set.id
    session.add(
        CatchmentSetRow(
            boundary_set_id=set_id, **{each: getattr(made, each) for each in _SET}
        )
    )
    session.flush()
    session.add_all(
        CatchmentRow(
            boundary_set_id=set_id, **{each: getattr(one, each) for each in _CATCHMENT}
        )
        for one in catchments
    )
    session.flush()
    copy_rows(
        session,
        "catchment_share",
        ("boundary_set_id", *_CELL),
        ("int8", "text", "text", "int4", "float8"),
        ((set_id, *(getattr(one, each) for each in _CELL)) for one in cells),
    )


def get_catchment_set(
    session: Session, name: str | None = None, as_at: date | None = None
) -> CatchmentSet:
    """The set of a name; without one, the newest that holds on a day.

    Raises:
        BoundarySetNotFound, BoundarySetNotValid: no such set, or not on that day.
        NoCatchments: it was not made from registrations, or there is none.
    """
    if name is not None:
        chosen = boundary_store.get_set(session, name, as_at)
        found = _of_sets(session, [chosen])
        if not found:
            raise NoCatchments(
                f"Boundary set {name!r} was not made from registrations.", name=name
            )
        return found[0]
    found = _of_sets(session, boundary_store.list_sets(session, as_at))
    if not found:
        day = "" if as_at is None else f" holds on {as_at}"
        raise NoCatchments(
            f"No set of PCNs made from registrations{day or ' is there'}: make one "
            "with assetmap make pcn-set."
        )
    return found[0]


def find_catchment_set(session: Session, as_at: date) -> CatchmentSet | None:
    """The newest set that holds on a day, if there is one."""
    found = _of_sets(session, boundary_store.list_sets(session, as_at))
    return found[0] if found else None


def _of_sets(session: Session, sets: Sequence[BoundarySet]) -> list[CatchmentSet]:
    """What sets were made from, the newest extract first."""
    by_id = {each.id: each for each in sets}
    rows = session.scalars(
        select(CatchmentSetRow).where(CatchmentSetRow.boundary_set_id.in_(list(by_id)))
    )
    found = [
        CatchmentSet(by_id[row.boundary_set_id], *(getattr(row, each) for each in _SET))
        for row in rows
    ]
    found.sort(key=lambda each: each.boundary_set.name)
    return sorted(found, key=lambda each: (each.as_at, each.extract_date), reverse=True)


def made_of_sets(
    session: Session, sets: Sequence[BoundarySet]
) -> dict[str, CatchmentSet]:
    """What sets were made from, by name: of those made from registrations."""
    likely = [each for each in sets if each.made_how == REGISTRATIONS]
    found = _of_sets(session, likely) if likely else []
    return {each.boundary_set.name: each for each in found}


def find_of_set(session: Session, row: BoundarySet) -> CatchmentSet | None:
    """What a set was made from, if it was made from registrations."""
    return made_of_sets(session, [row]).get(row.name)


def list_catchments(session: Session, made: CatchmentSet) -> dict[str, Catchment]:
    """The networks of a set, by code."""
    rows = session.scalars(
        select(CatchmentRow)
        .where(CatchmentRow.boundary_set_id == made.boundary_set.id)
        .order_by(CatchmentRow.code)
    )
    return {
        row.code: Catchment(*(getattr(row, each) for each in _CATCHMENT))
        for row in rows
    }


def find_catchments(
    session: Session, made: CatchmentSet, codes: Sequence[str]
) -> dict[str, Catchment]:
    """The networks of a set with some codes; those that it has not are left out."""
    rows = session.scalars(
        select(CatchmentRow).where(
            CatchmentRow.boundary_set_id == made.boundary_set.id,
            CatchmentRow.code.in_(list(codes)),
        )
    )
    return {
        row.code: Catchment(*(getattr(row, each) for each in _CATCHMENT))
        for row in rows
    }


def cells_of_blocks(
    session: Session, made: CatchmentSet, blocks: Iterable[str]
) -> list[Cell]:
    """The cells of some blocks, by block and network."""
    return _cells(session, made, CatchmentShareRow.block_code.in_(list(blocks)))


def cells_of_networks(
    session: Session, made: CatchmentSet, codes: Sequence[str]
) -> list[Cell]:
    """The cells of some networks, by block and network."""
    return _cells(session, made, CatchmentShareRow.pcn_code.in_(list(codes)))


def count_blocks(session: Session, made: CatchmentSet, codes: Sequence[str]) -> int:
    """How many blocks some networks have patients in."""
    found = session.scalar(
        select(func.count(CatchmentShareRow.block_code.distinct())).where(
            CatchmentShareRow.boundary_set_id == made.boundary_set.id,
            CatchmentShareRow.pcn_code.in_(list(codes)),
        )
    )
    return found or 0


def cells_told(
    session: Session, made: CatchmentSet, fewest: int, least_share: float
) -> list[Cell]:
    """Every cell of at least so many patients and such a share."""
    return _cells(
        session,
        made,
        and_(
            CatchmentShareRow.patients >= fewest,
            CatchmentShareRow.share >= least_share,
        ),
    )


def _cells(session: Session, made: CatchmentSet, wanted: Any) -> list[Cell]:
    rows = session.execute(
        select(
            CatchmentShareRow.block_code,
            CatchmentShareRow.pcn_code,
            CatchmentShareRow.patients,
            CatchmentShareRow.share,
        )
        .where(CatchmentShareRow.boundary_set_id == made.boundary_set.id, wanted)
        .order_by(CatchmentShareRow.block_code, CatchmentShareRow.pcn_code)
    )
    return [Cell(*row) for row in rows]
