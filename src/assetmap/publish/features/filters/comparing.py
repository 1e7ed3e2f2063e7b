"""Comparisons of a property with values: of its kind, and of no other."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    SQLColumnExpression,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    func,
    not_,
    or_,
    true,
)

from assetmap.errors import BadParameter
from assetmap.publish.features.collection import GEOMETRY, Collection, Column
from assetmap.publish.features.conditions import READ, SAID, Condition
from assetmap.publish.features.filters.named import column_in, is_property

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_SWAPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
MOST_VALUES = 1_000


def is_null(collection: Collection, one: Any) -> Condition:
    """Whether a property has no value; of the geometry: whether a place is shown.

    Raises:
        BadParameter: it is no property.
    """
    if is_property(one) and one["property"] == GEOMETRY:
        place = collection.degrees
        return true() if place is None else place.is_(None)
    column, _ = column_in(collection, one)
    return column.said.is_(None)


def comparison(collection: Collection, name: str, args: list[Any]) -> Condition:
    """What a comparison asks of a row.

    Raises:
        BadParameter: there is no such property, or the values are not of its kind.
    """
    if name == "between":
        return _between(collection, args)
    if name == "in":
        return _is_one(collection, args)
    one, other = _two(name, args)
    if name == "like":
        return _like(collection, one, other)
    if not is_property(one) and not _is_cased(one):
        one, other, name = other, one, _SWAPPED.get(name, name)
    column, is_folded = column_in(collection, one)
    if is_property(other) or (_is_cased(other) and is_property(_inside(other))):
        return _of_two(collection, name, one, other)
    value = value_of(column, other, is_folded)
    if column.kind == "texts":
        return _among(name, column, value)
    return _compared(name, _folded(column.said, is_folded), value)


def _two(name: str, args: list[Any]) -> tuple[Any, Any]:
    if len(args) != 2:
        raise BadParameter("filter", name, "takes two arguments")
    return args[0], args[1]


def _is_cased(each: Any) -> bool:
    return isinstance(each, dict) and str(each.get("op", "")).lower() == "casei"


def _inside(each: Any) -> Any:
    args = each.get("args")
    if not isinstance(args, list) or len(args) != 1:
        raise BadParameter("filter", "casei", "takes one argument")
    return args[0]


def _folded(
    said: SQLColumnExpression[Any], is_folded: bool
) -> SQLColumnExpression[Any]:
    return func.lower(said) if is_folded else said


def _compared(name: str, left: Any, right: Any) -> Condition:
    return and_(_OPERATORS[name](left, right))


def _among(name: str, column: Column, value: Any) -> Condition:
    is_there = and_(value == any_(column.said))
    if name == "=":
        return is_there
    if name == "<>":
        return not_(is_there)
    raise BadParameter("filter", column.name, f"holds several texts: {name} has no use")


def _of_two(collection: Collection, name: str, one: Any, other: Any) -> Condition:
    left, is_folded = column_in(collection, one)
    right, is_also = column_in(collection, other)
    if left.kind != right.kind or left.kind == "texts":
        said = f"{left.name} and {right.name}"
        raise BadParameter("filter", said, "are not of one kind")
    return _compared(name, _folded(left.said, is_folded), _folded(right.said, is_also))


def _between(collection: Collection, args: list[Any]) -> Condition:
    if len(args) != 3:
        raise BadParameter("filter", "between", "takes three arguments")
    column, is_folded = column_in(collection, args[0])
    if column.kind in ("text", "texts", "truth"):
        raise BadParameter("filter", column.name, "is no number and no time")
    low, high = (value_of(column, each, is_folded) for each in args[1:])
    return column.said.between(low, high)


def _is_one(collection: Collection, args: list[Any]) -> Condition:
    one, others = _two("in", args)
    column, is_folded = column_in(collection, one)
    if not isinstance(others, list) or not 0 < len(others) <= MOST_VALUES:
        reason = f"is not followed by a list of up to {MOST_VALUES:,} values"
        raise BadParameter("filter", "in", reason)
    values = [value_of(column, each, is_folded) for each in others]
    if column.kind == "texts":
        return or_(*(each == any_(column.said) for each in values))
    return _folded(column.said, is_folded).in_(values)


def _like(collection: Collection, one: Any, other: Any) -> Condition:
    column, is_folded = column_in(collection, one)
    if column.kind != "text":
        raise BadParameter("filter", column.name, "is no text")
    pattern = value_of(column, other, is_folded)
    if str(pattern).count("%") > 10:
        raise BadParameter("filter", str(pattern)[:50], "has over ten %")
    # A backslash at the end would stand before nothing, which is an error.
    tail = len(pattern) - len(pattern.rstrip("\\"))
    bound = bindparam(None, pattern + "\\" * (tail % 2), Text(), unique=True)
    return _folded(column.said, is_folded).like(cast(bound, Text))


def value_of(column: Column, sent: Any, is_folded: bool = False) -> Any:
    """A value as the column's kind has it.

    Raises:
        BadParameter: it is of another kind.
    """
    if _is_cased(sent):
        sent, is_folded = _inside(sent), True
    if isinstance(sent, dict) and len(sent) == 1:
        sent = next(
            (sent[each] for each in ("date", "timestamp") if each in sent), sent
        )
    text = _text(column, sent)
    if text is None:
        said = f"is not {SAID[column.kind]}, as {column.name} is"
        raise BadParameter("filter", str(sent)[:50], said)
    return text.lower() if is_folded and isinstance(text, str) else text


def _text(column: Column, sent: Any) -> Any:
    """The value, or None if it is not of the kind."""
    if column.kind in ("text", "texts"):
        return sent if isinstance(sent, str) and _is_storable(sent) else None
    if column.kind == "truth":
        return sent if isinstance(sent, bool) else None
    if column.kind in ("whole", "number"):
        is_number = isinstance(sent, (int, float)) and not isinstance(sent, bool)
        return float(sent) if is_number and abs(sent) < 1e300 else None
    if not isinstance(sent, str):
        return None
    text = sent[:10] if column.kind == "day" and "T" in sent.upper() else sent
    try:
        return READ[column.kind](text)
    except (ValueError, OverflowError):
        return None


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)
