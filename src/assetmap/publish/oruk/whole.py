"""All that is asked for, some hundreds at a time, each read on from the last."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from assetmap.publish.oruk import store
from assetmap.publish.oruk.conditions import ServiceFilter
from assetmap.publish.oruk.store import Row

AT_ONCE = 500


def services(session: Session, wanted: ServiceFilter) -> Iterator[Row]:
    """Services in order of their numbers."""
    first = 0
    while numbers := store.service_numbers(session, wanted, first, 0, AT_ONCE):
        yield from store.service_rows(session, numbers)
        first = numbers[-1] + 1


def placed(session: Session, wanted: ServiceFilter) -> Iterator[tuple[Row, int]]:
    """Services with which of their sites, each site once."""
    first, skipped = 0, 0
    while pairs := store.place_numbers(session, wanted, first, skipped, AT_ONCE):
        yield from with_rows(session, pairs)
        last = pairs[-1][0]
        told = sum(number == last for number, _ in pairs)
        first, skipped = last, told + (skipped if last == first else 0)


def with_rows(session: Session, pairs: list[tuple[int, int]]) -> list[tuple[Row, int]]:
    """Services by their numbers, with which of their sites."""
    rows = store.service_rows(session, list(dict.fromkeys(each for each, _ in pairs)))
    by_number = {row["id"]: row for row in rows}
    return [(by_number[each], part) for each, part in pairs if each in by_number]


def organizations(session: Session, search: str | None) -> Iterator[list[Row]]:
    """Who runs services, some at a time."""
    start = 0
    while rows := store.organizations(session, search, AT_ONCE, start):
        yield rows
        start += len(rows)
