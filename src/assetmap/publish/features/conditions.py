"""What is asked of a collection, as conditions on what it shows and on nothing else."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, any_, func, or_, true

from assetmap import crs
from assetmap.errors import BadParameter
from assetmap.publish.features.asked import Asked, Boxes, Days
from assetmap.publish.features.collection import Box, Collection, Column, Kind

Condition = SQLColumnExpression[bool]

_WORDS = {"true": True, "false": False}


def conditions(collection: Collection, asked: Asked) -> list[Condition]:
    """All that must hold of a row.

    Raises:
        BadParameter: a value cannot be compared with its column.
    """
    found = list(collection.holds)
    if asked.boxes is not None and collection.degrees is not None:
        found.append(meets(collection, asked.boxes))
    if asked.days is not None:
        found += in_days(collection, asked.days)
    for name, value in asked.equal.items():
        column = collection.by_name[name]
        found.append(equals(column, value))
    return [*found, *asked.where]


def meets(collection: Collection, boxes: Boxes) -> Condition:
    """Whether a feature is shown in a box; one shown nowhere is in every box.

    The standard says so of features without a place.
    """
    place = collection.grid if boxes.srid == crs.NATIONAL_GRID else collection.degrees
    if place is None:
        return true()
    inside = [func.st_intersects(place, _box(boxes.srid, each)) for each in boxes.each]
    return or_(place.is_(None), *inside) if collection.may_lack_place else or_(*inside)


def _box(srid: int, box: Box) -> ColumnElement[Any]:
    return func.st_makeenvelope(*box, srid)


def in_days(collection: Collection, days: Days) -> list[Condition]:
    """What holds of a feature that holds on one of the days.

    One without a beginning and an end is not in time, and matches; without one of the
    two it goes on without limit there.
    """
    found: list[Condition] = []
    if collection.begins is not None and days.last is not None:
        begins = collection.begins
        found.append(or_(begins.is_(None), begins <= days.last))
    if collection.ends is not None and days.first is not None:
        found.append(or_(collection.ends.is_(None), collection.ends > days.first))
    return found


def equals(column: Column, text: str) -> Condition:
    """Whether a column is a value; one that holds several has it among them.

    Raises:
        BadParameter: the value is not of the column's kind.
    """
    try:
        value = READ[column.kind](text)
    except (ValueError, OverflowError, KeyError):
        said = f"is not {SAID[column.kind]}"
        raise BadParameter(column.name, text, said) from None
    if column.kind == "texts":
        return and_(value == any_(column.said))
    return and_(column.said == value)


def _whole(text: str) -> int:
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise OverflowError(text)
    return number


def _number(text: str) -> float:
    number = float(text)
    if not abs(number) < float("inf"):
        raise ValueError(text)
    return number


def _text(text: str) -> str:
    text.encode()
    return text


READ: Mapping[Kind, Callable[[str], Any]] = {
    "text": _text,
    "texts": _text,
    "whole": _whole,
    "number": _number,
    "truth": lambda text: _WORDS[text],
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
}
SAID: Mapping[Kind, str] = {
    "text": "text",
    "texts": "text",
    "whole": "a whole number",
    "number": "a number",
    "truth": "true or false",
    "day": "a day as YYYY-MM-DD",
    "moment": "a moment as RFC 3339 writes it",
}
