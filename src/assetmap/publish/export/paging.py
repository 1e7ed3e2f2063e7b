"""Opaque places in a list, and boxes in degrees, as they stand in addresses."""

import base64
import binascii
import math
from collections.abc import Sequence
from typing import TypeVar

from assetmap.errors import BadParameter
from assetmap.publish.deps import limited

Item = TypeVar("Item")
Box = tuple[float, float, float, float]


def page_of(
    items: Sequence[Item], limit: int, offset: int
) -> tuple[Sequence[Item], int | None]:
    """The items of a page of a short list, and where the next begins, if there is one.

    Sets and neighbourhoods are listed whole: there are tens of them.
    """
    end = offset + limited(limit)
    return items[offset:end], end if end < len(items) else None


def mark(last: int) -> str:
    """The opaque place behind an item."""
    return base64.urlsafe_b64encode(f"v1:{last}".encode()).decode().rstrip("=")


def place_of(after: str | None) -> int:
    """The item that an opaque place stands behind; 0 is the start.

    Raises:
        BadParameter: it is not one of ours.
    """
    if after is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode("ascii")
        version, _, number = text.partition(":")
        place = int(number) if version == "v1" and number.isdecimal() else -1
    except (binascii.Error, UnicodeError, ValueError):
        place = -1
    if not 0 <= place < 2**62:
        raise BadParameter("after", after, "is not from a next link")
    return place


def box_of(bbox: str | None) -> Box | None:
    """West, south, east and north of a ``bbox`` parameter of four or six numbers.

    Raises:
        BadParameter: it is not so many finite numbers, or south is over north.
    """
    if bbox is None:
        return None
    try:
        numbers = [float(each) for each in bbox.split(",")]
    except ValueError:
        raise BadParameter("bbox", bbox, "is not numbers joined by commas") from None
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(math.isfinite(each) for each in numbers):
        raise BadParameter("bbox", bbox, "is not four (or six) finite numbers")
    west, south, east, north = numbers
    if south > north or west > east:
        raise BadParameter("bbox", bbox, "is not west,south,east,north")
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise BadParameter("bbox", bbox, "is not in degrees")
    return west, south, east, north
