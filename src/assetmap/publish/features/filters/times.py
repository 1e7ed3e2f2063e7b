"""What filters ask of times: of days, moments, and the interval that a feature holds.

An instant is a property or a value; an interval has two ends, of which ``..`` is open.
Days are compared as days: the last day of ``valid_to`` is no longer held, as with
``datetime``; as an end of an interval in a filter it is the instant that it names.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, SQLColumnExpression, and_, cast, literal, not_

from assetmap.errors import BadParameter
from assetmap.publish.features.collection import Collection
from assetmap.publish.features.conditions import Condition
from assetmap.publish.features.filters.named import column_in, is_property

_MOMENT = DateTime(timezone=True)
_EVER = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """From one moment to another; an instant, where both are the same."""

    first: SQLColumnExpression[Any]
    last: SQLColumnExpression[Any]
    is_instant: bool


def temporal(collection: Collection, name: str, one: Any, other: Any) -> Condition:
    """What a temporal function asks of a row.

    Raises:
        BadParameter: there is no such function, or what it compares is no time.
    """
    a, b = _span(collection, one), _span(collection, other)
    if name == "t_after":
        return a.first > b.last
    if name == "t_before":
        return a.last < b.first
    if name in ("t_intersects", "t_disjoint"):
        meets = and_(a.first <= b.last, a.last >= b.first)
        return meets if name == "t_intersects" else not_(meets)
    if name == "t_equals":
        return and_(a.first == b.first, a.last == b.last)
    if a.is_instant and name not in ("t_during", "t_contains"):
        raise BadParameter("filter", name, "takes intervals")
    return _of_intervals(name, a, b)


def _of_intervals(name: str, a: Span, b: Span) -> Condition:
    found = {
        "t_contains": lambda: and_(a.first < b.first, a.last > b.last),
        "t_during": lambda: and_(a.first > b.first, a.last < b.last),
        "t_finishedby": lambda: and_(a.first < b.first, a.last == b.last),
        "t_finishes": lambda: and_(a.first > b.first, a.last == b.last),
        "t_meets": lambda: and_(a.last == b.first),
        "t_metby": lambda: and_(a.first == b.last),
        "t_overlappedby": lambda: and_(
            a.first > b.first, a.first < b.last, a.last > b.last
        ),
        "t_overlaps": lambda: and_(
            a.first < b.first, a.last > b.first, a.last < b.last
        ),
        "t_startedby": lambda: and_(a.first == b.first, a.last > b.last),
        "t_starts": lambda: and_(a.first == b.first, a.last < b.last),
    }
    if name not in found:
        raise BadParameter("filter", name[:50], f"is not one of {', '.join(found)}")
    return found[name]()


def _span(collection: Collection, each: Any) -> Span:
    if isinstance(each, dict) and isinstance(each.get("interval"), list):
        ends = each["interval"]
        if len(ends) != 2:
            raise BadParameter("filter", str(each)[:50], "has not two ends")
        first = _moment(collection, ends[0], is_last=False)
        return Span(first, _moment(collection, ends[1], is_last=True), False)
    first = _moment(collection, each, is_last=False)
    return Span(first, _moment(collection, each, is_last=True), True)


def _moment(
    collection: Collection, each: Any, is_last: bool
) -> SQLColumnExpression[Any]:
    """A moment; a day's first one, or its last."""
    if is_property(each):
        column, _ = column_in(collection, each)
        if column.kind not in ("day", "moment"):
            raise BadParameter("filter", column.name, "is no time")
        said = cast(column.said, _MOMENT)
        if column.kind == "day" and is_last:
            return said + literal(timedelta(days=1, microseconds=-1))
        return said
    return cast(literal(_value(each, is_last), _MOMENT), _MOMENT)


def _value(each: Any, is_last: bool) -> datetime:
    if isinstance(each, dict) and len(each) == 1:
        each = next(iter(each.values()))
    if each == "..":
        return _EVER[is_last]
    try:
        if len(each) == 10:
            day = date.fromisoformat(each)
            found = datetime(day.year, day.month, day.day, tzinfo=UTC)
            whole = timedelta(days=1, microseconds=-1)
            return found + whole if is_last else found
        found = datetime.fromisoformat(each)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, AttributeError):
        raise BadParameter(
            "filter", str(each)[:50], "is no day and no moment"
        ) from None
