"""Queries of crosswalks: those saved, and what they are made from."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from assetmap.boundaries.tables import BoundaryRow
from assetmap.db.copying import copy_packed, packed_rows
from assetmap.db.statements import binary_rows
from assetmap.reconciliation.crosswalks.rows import Rows
from assetmap.reconciliation.crosswalks.tables import CrosswalkRunRow
from assetmap.reconciliation.model import Floats

_COLUMNS = (
    ("source", ">i4"),
    ("target", ">i4"),
    ("overlap", ">f8"),
    ("weight", ">f8"),
    ("weight_fractional", ">f8"),
    ("by_area", "u1"),
    ("is_sliver", "u1"),
)
_NAMES = tuple(name for name, _ in _COLUMNS)


@dataclass(frozen=True)
class PeopleAtPoints:
    """What each population point lies in, of two sets, and its people.

    Where nothing is known of the people at a point, ``weights`` is 0 and the point is
    one of those that ``uncounted`` counts.
    """

    one: NDArray[np.int32]
    other: NDArray[np.int32]
    weights: Floats
    uncounted: int


@dataclass(frozen=True)
class Run:
    """How a crosswalk was made: from which inputs, how, and what it amounts to."""

    key: str
    source_set_id: int
    target_set_id: int
    source: str
    target: str
    measured_by: str
    measure: str
    counts: str | None
    is_fractional: bool
    computed_by: str
    assetmap_version: str
    inputs: list[dict[str, Any]]
    settings: dict[str, Any]
    summary: dict[str, Any]
    rows: int

    def __post_init__(self) -> None:
        """Put names in one order: the database keeps none, and bytes must not differ.

        A crosswalk answers as it was made the first time, and as it was saved later.
        """
        for name in ("inputs", "settings", "summary"):
            object.__setattr__(self, name, _in_order(getattr(self, name)))


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value)}
    return [_in_order(each) for each in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Side:
    """Codes and names of the boundaries of a set, by ordinal from 1 in place 0."""

    codes: Sequence[str]
    names: Sequence[str]


@dataclass(frozen=True)
class Sides:
    """The boundaries of both sets of a crosswalk."""

    source: Side
    target: Side


_RUN = tuple(each.name for each in fields(Run))


def _run(row: CrosswalkRunRow) -> Run:
    return Run(**{each: getattr(row, each) for each in _RUN})


def people_at_points(
    session: Session, source: int, target: int, count_set: int
) -> PeopleAtPoints:
    """Every population point, for two sets and one count set by id."""
    rows = binary_rows(
        session,
        "reconciliation",
        "people_pairs",
        source=source,
        target=target,
        count_set=count_set,
    )
    one, other, weights = (
        np.frombuffer(b"".join(row[place] for row in rows), dtype=kind)
        for place, kind in enumerate(("<i4", "<i4", "<f8"))
    )
    unknown = np.isnan(weights)
    known = np.where(unknown, 0.0, weights)
    return PeopleAtPoints(one, other, known, int(unknown.sum()))


def compute_alone(session: Session) -> None:
    """Wait until nobody else computes a crosswalk; held until the transaction ends.

    Before anything is read: a transaction that sees one state throughout would not see
    what the other has just saved.
    """
    session.execute(text("LOCK TABLE crosswalk_run IN SHARE ROW EXCLUSIVE MODE"))


def find_run(session: Session, key: str) -> tuple[Run, int] | None:
    """The run that answers a question, and its id, if it was saved."""
    row = session.scalar(select(CrosswalkRunRow).where(CrosswalkRunRow.key == key))
    return None if row is None else (_run(row), row.id)


def list_runs(session: Session) -> list[Run]:
    """Every saved run, by what it is from, to and by."""
    order = (
        CrosswalkRunRow.source,
        CrosswalkRunRow.target,
        CrosswalkRunRow.measured_by,
        CrosswalkRunRow.counts,
        CrosswalkRunRow.id,
    )
    return list(map(_run, session.scalars(select(CrosswalkRunRow).order_by(*order))))


def save_run(session: Session, run: Run, rows: Rows) -> None:
    """Save a run in place of older ones of the same two sets by the same measure."""
    session.execute(
        delete(CrosswalkRunRow).where(
            CrosswalkRunRow.source == run.source,
            CrosswalkRunRow.target == run.target,
            CrosswalkRunRow.measured_by == run.measured_by,
            CrosswalkRunRow.counts.is_not_distinct_from(run.counts),
        )
    )
    row = CrosswalkRunRow(**{each: getattr(run, each) for each in _RUN})
    session.add(row)
    session.flush()
    columns = (
        rows.source,
        rows.target,
        rows.overlap,
        rows.weight,
        rows.fractional,
        rows.by_area,
        rows.is_sliver,
    )
    kinds = [kind for _, kind in _COLUMNS]
    block = [(np.full(len(rows), row.id), ">i8"), *zip(columns, kinds, strict=True)]
    copy_packed(session, "crosswalk", ("crosswalk_run_id", *_NAMES), [block])


def rows_of_run(session: Session, run_id: int) -> Rows:
    """The rows of a run as they were saved."""
    query = sql.SQL(
        "SELECT {} FROM crosswalk WHERE crosswalk_run_id = {}"
        " ORDER BY source, target = 0, target"
    ).format(sql.SQL(", ").join(map(sql.Identifier, _NAMES)), sql.Literal(run_id))
    found = packed_rows(session, query, _COLUMNS)
    kinds: list[Any] = [np.int64] * 2 + [np.float64] * 3 + [np.bool_] * 2
    columns: list[Any] = [
        found[name].astype(kind) for name, kind in zip(_NAMES, kinds, strict=True)
    ]
    return Rows(*columns)


def sides_of(session: Session, run: Run) -> Sides:
    """Codes and names of both sets of a run."""
    return Sides(
        *(_side(session, each) for each in (run.source_set_id, run.target_set_id))
    )


def _side(session: Session, set_id: int) -> Side:
    found: Any = session.execute(
        select(BoundaryRow.code, BoundaryRow.name)
        .where(BoundaryRow.boundary_set_id == set_id)
        .order_by(BoundaryRow.ordinal)
    ).all()
    return Side([code for code, _ in found], [name for _, name in found])
