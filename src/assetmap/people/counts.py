"""Queries of counts: of people by building block, and of postcodes."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from assetmap.db.copying import copy_rows
from assetmap.db.statements import binary_rows
from assetmap.people.model import PEOPLE, POSTCODES, CountSet, Release
from assetmap.people.tables import BlockCountRow, CountSetRow
from assetmap.people.vintages import order_on

_COUNTS = tuple(each.name for each in fields(CountSet))


def find_count_set(session: Session, name: str) -> CountSet | None:
    """The count set of a name."""
    return next((each for each in list_count_sets(session) if each.name == name), None)


def by_preference(session: Session, as_at: date | None = None) -> list[CountSet]:
    """All count sets: of people, those that held on a day first, then of postcodes."""
    return sorted(
        list_count_sets(session),
        key=lambda each: (
            each.measure != PEOPLE,
            order_on(each.vintage, as_at),
            each.name,
        ),
    )


def latest_count_set(session: Session) -> CountSet | None:
    """The newest counts of people; the count of postcodes while there are none."""
    return next(iter(by_preference(session)), None)


def list_count_sets(session: Session) -> list[CountSet]:
    """All count sets, by name."""
    rows = binary_rows(session, "people", "count_sets")
    return [CountSet(*row) for row in rows]


def set_total(session: Session, count_set: CountSet, total: float) -> None:
    """Store what the weights of a count set add up to."""
    session.execute(
        update(CountSetRow).where(CountSetRow.id == count_set.id).values(total=total)
    )


def add_count_set(
    session: Session,
    name: str,
    release: Release,
    block_set_id: int | None,
    people: Mapping[int, float],
    total: float,
    spread_over: str | None = None,
) -> CountSet:
    """Store counts, by the ordinal of the block, in place of those of the name."""
    old = find_count_set(session, name)
    version = 1 if old is None else old.version + 1
    if old is not None:
        session.execute(delete(CountSetRow).where(CountSetRow.id == old.id))
    row = CountSetRow(
        name=name,
        measure=POSTCODES if block_set_id is None else PEOPLE,
        boundary_set_id=block_set_id,
        title=release.title,
        vintage=release.vintage,
        publisher=release.publisher,
        licence=release.licence,
        attribution=release.attribution,
        source=release.source,
        sha256=release.sha256,
        spread_over=spread_over,
        total=total,
        version=version,
    )
    session.add(row)
    session.flush()
    rows = ((row.id, ordinal, value) for ordinal, value in people.items())
    copy_rows(
        session,
        "block_count",
        ("count_set_id", "ordinal", "people"),
        ("int8", "int4", "float8"),
        rows,
    )
    return CountSet(*(getattr(row, each) for each in _COUNTS))


def block_counts(session: Session, count_set_id: int) -> dict[int, float]:
    """People by the ordinal of the block."""
    rows = session.execute(
        select(BlockCountRow.ordinal, BlockCountRow.people).where(
            BlockCountRow.count_set_id == count_set_id
        )
    )
    return dict(rows.all())


def attributions(session: Session) -> list[str]:
    """What the sources of postcodes and counts ask to be said of them."""
    rows = session.scalars(select(CountSetRow.attribution).order_by(CountSetRow.name))
    return list(rows)
