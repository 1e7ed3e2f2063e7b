"""What is asked of a collection, from the parameters of a request."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import SQLColumnExpression

from assetmap import crs
from assetmap.errors import BadParameter
from assetmap.publish.features.collection import Box
from assetmap.publish.features.systems import CRS84, MERCATOR, System

_RADIUS_M = 6_378_137.0
_FARTHEST = {crs.CRS84: (180.0, 90.0)}
_UNREACHED_M = 1e9
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})"
)


@dataclass(frozen=True)
class Boxes:
    """Boxes of one system that are asked for: two where one crosses the antimeridian.

    ``srid`` is 4326 (longitude, latitude) or 27700.
    """

    srid: int
    each: tuple[Box, ...]


@dataclass(frozen=True)
class Days:
    """From a day to another, both included; None is without end."""

    first: date | None
    last: date | None


@dataclass(frozen=True)
class Asked:
    """What is asked of a collection, whichever way it is to be answered."""

    system: System = CRS84
    boxes: Boxes | None = None
    days: Days | None = None
    equal: Mapping[str, str] = field(default_factory=dict)
    where: tuple[SQLColumnExpression[bool], ...] = ()
    limit: int | None = None
    after: int = 0
    offset: int = 0

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out but by paging."""
        return not (self.boxes or self.days or self.equal or self.where)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out, not by paging either."""
        return self.is_all and not (self.after or self.offset or self.limit)


def boxes_of(bbox: str | None, system: System) -> Boxes | None:
    """The boxes that a ``bbox`` in a system stands for.

    Raises:
        BadParameter: it is not four or six finite numbers in their order.
    """
    if bbox is None:
        return None
    first, second, third, fourth = _corners(bbox)
    if system.is_turned:
        first, second, third, fourth = second, first, fourth, third
    if second > fourth:
        raise BadParameter("bbox", bbox, "has its upper corner below its lower one")
    _check_reach(bbox, (first, second, third, fourth), system)
    if first <= third:
        return _stored(system, ((first, second, third, fourth),))
    if system.srid != crs.CRS84:
        raise BadParameter("bbox", bbox, "has its right edge left of its left one")
    west = (first, second, 180.0, fourth)
    east = (-180.0, second, third, fourth)
    return _stored(system, (west, east))


def _corners(bbox: str) -> tuple[float, float, float, float]:
    try:
        numbers = [float(each) for each in bbox.split(",")]
    except ValueError:
        raise BadParameter("bbox", bbox, "is not numbers joined by commas") from None
    if not all(math.isfinite(each) for each in numbers):
        raise BadParameter("bbox", bbox, "has a number that is not finite")
    if len(numbers) == 6:
        if numbers[2] > numbers[5]:
            raise BadParameter("bbox", bbox, "has its upper height below its lower one")
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4:
        raise BadParameter("bbox", bbox, "is not four (or six) numbers")
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _check_reach(bbox: str, box: Box, system: System) -> None:
    across, up = _FARTHEST.get(system.srid, (_UNREACHED_M, _UNREACHED_M))
    if max(abs(box[0]), abs(box[2])) > across or max(abs(box[1]), abs(box[3])) > up:
        unit = "degrees" if system.srid == crs.CRS84 else "metres of this world"
        raise BadParameter("bbox", bbox, f"is not in {unit}")


def _stored(system: System, boxes: tuple[Box, ...]) -> Boxes:
    """The boxes in a system that places are stored in: edges stay edges."""
    if system.srid != MERCATOR:
        return Boxes(system.srid, boxes)
    return Boxes(crs.CRS84, tuple(_unrolled(each) for each in boxes))


def _unrolled(box: Box) -> Box:
    """A box of Web Mercator in degrees."""
    lon = [math.degrees(each / _RADIUS_M) for each in (box[0], box[2])]
    lat = [
        math.degrees(2 * math.atan(math.exp(max(min(each / _RADIUS_M, 10), -10))))
        - 90.0
        for each in (box[1], box[3])
    ]
    return max(lon[0], -180.0), lat[0], min(lon[1], 180.0), lat[1]


def days_of(asked: str | None) -> Days | None:
    """The days that a ``datetime`` stands for: a day, a moment, or two of them.

    Raises:
        BadParameter: it is none of these, or ends before it begins.
    """
    if asked is None:
        return None
    ends = asked.split("/")
    if len(ends) > 2:
        raise BadParameter("datetime", asked, "has more than two ends")
    if len(ends) == 1:
        day = _day("datetime", ends[0], asked)
        return Days(day, day)
    first, last = (
        None if each in ("", "..") else _day("datetime", each, asked) for each in ends
    )
    if first is not None and last is not None and first > last:
        raise BadParameter("datetime", asked, "ends before it begins")
    return Days(first, last)


def _day(parameter: str, text: str, whole: str) -> date:
    found = _MOMENT.fullmatch(text)
    if found is None and not _DAY.fullmatch(text):
        reason = "is not a day or a moment (RFC 3339), or two joined by a slash"
        raise BadParameter(parameter, whole, reason)
    try:
        if found is not None:
            datetime.fromisoformat(text.upper())
        return date.fromisoformat(found[1] if found else text)
    except ValueError:
        raise BadParameter(parameter, whole, "is not in the calendar") from None
