"""How many services are asked for, and where in their order each page begins.

A page far on is found by its number, as the standard asks, without counting all before
it; and what was counted for anybody is kept until any asset changes.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from assetmap.publish.oruk import store
from assetmap.publish.oruk.conditions import ServiceFilter
from assetmap.publish.oruk.store import Row
from assetmap.publish.oruk.whole import with_rows

EVERY = 500
MOST_KEPT = 200

Kept = TypeVar("Kept")

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Counted:
    """How many there are, and before which services how many stand, in their order."""

    total: int
    befores: tuple[int, ...]
    numbers: tuple[int, ...]

    def beginning(self, offset: int) -> tuple[int, int] | None:
        """From which service on, how many are to be skipped; None behind the last."""
        if offset >= self.total:
            return None
        # Several begin at one place where those before them are told at no place.
        place = bisect_right(self.befores, offset) - 1
        return self.numbers[place], offset - self.befores[place]


def counted(
    session: Session, wanted: ServiceFilter, is_of_places: bool, is_anybody: bool
) -> Counted:
    """How many are asked for. What accounts may see is counted anew each time."""
    if not is_anybody:
        return _counted(session, wanted, is_of_places)
    key = (_where(session), store.turn(session), wanted, is_of_places)
    return _remembered(key, lambda: _counted(session, wanted, is_of_places))


def count_organizations(session: Session, search: str | None, is_anybody: bool) -> int:
    """How many bodies are asked for; kept until any, or any asset, changes."""
    if not is_anybody:
        return store.count_organizations(session, search)
    key = (_where(session), store.turn(session), store.bodies_turn(session), search)
    return _remembered(key, lambda: store.count_organizations(session, search))


def _remembered(key: Hashable, count: Callable[[], Kept]) -> Kept:
    """What was counted under a key; the least asked for is forgotten first."""
    with _lock:
        found = _kept.get(key)
    if found is None:
        found = count()
    with _lock:
        _kept[key] = found
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return cast(Kept, found)


def forget() -> None:
    """Count everything anew."""
    with _lock:
        _kept.clear()


def services(
    session: Session, wanted: ServiceFilter, found: Counted, offset: int, limit: int
) -> list[Row]:
    """Services in order of their numbers."""
    begins = found.beginning(offset)
    if begins is None:
        return []
    numbers = store.service_numbers(session, wanted, *begins, limit)
    return store.service_rows(session, numbers)


def placed(
    session: Session, wanted: ServiceFilter, found: Counted, offset: int, limit: int
) -> list[tuple[Row, int]]:
    """Services with which of their sites, each site once."""
    begins = found.beginning(offset)
    if begins is None:
        return []
    return with_rows(session, store.place_numbers(session, wanted, *begins, limit))


def _counted(session: Session, wanted: ServiceFilter, is_of_places: bool) -> Counted:
    total, marks = store.marks(session, wanted, is_of_places, EVERY)
    befores, numbers = zip(*marks, strict=True) if marks else ((), ())
    return Counted(total, befores, numbers)


def _where(session: Session) -> str:
    """Which database it is: two may have come as far."""
    return str(session.connection().engine.url)
