"""Opening hours by day, as lists of places have them, in OpenStreetMap's syntax."""

import re
from collections.abc import Mapping
from functools import lru_cache

import opening_hours as osm

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

_CLOSED = re.compile(r"(?i)\s*(closed|n/?a( closed)?|none|-|\u2013)?\s*")
_RANGE = re.compile(
    r"\s*(\d{1,2})[:.](\d\d)\s*(?:-|\u2013|to)\s*(\d{1,2})[:.](\d\d)\s*", re.I
)


def opening_hours(days: Mapping[str, str]) -> str | None:
    """Hours such as ``Mo-Fr 09:00-17:00; Sa 10:00-13:00``; empty where never open.

    ``days`` has a text for each day: ranges joined by commas, with colons or stops, or
    ``closed``. None where one of them is something else.
    """
    read = {day: _ranges(days.get(day, "")) for day in DAYS}
    if any(each is None for each in read.values()):
        return None
    stretches: list[tuple[str, str, str]] = []
    for day in DAYS:
        hours = read[day] or ""
        if stretches and stretches[-1][2] == hours:
            stretches[-1] = (stretches[-1][0], day, hours)
        else:
            stretches.append((day, day, hours))
    return "; ".join(
        f"{first if first == last else f'{first}-{last}'} {hours}"
        for first, last, hours in stretches
        if hours
    )


@lru_cache(maxsize=50_000)
def is_readable(text: str) -> bool:
    """Whether text is in OpenStreetMap's syntax for opening hours.

    Kept, since few hours stand in thousands of rows.
    """
    return bool(osm.validate(text))


def _ranges(text: str) -> str | None:
    """The ranges of one day; empty where closed, None where they cannot be read."""
    if _CLOSED.fullmatch(text):
        return ""
    found = []
    for part in re.split(r"[,;&]", text):
        match = _RANGE.fullmatch(part)
        if match is None:
            return None
        start, end = (_minutes(match[n], match[n + 1]) for n in (1, 3))
        if start is None or end is None or start == end:
            return None
        found.append(f"{match[1]:0>2}:{match[2]}-{match[3]:0>2}:{match[4]}")
    return ",".join(found)


def _minutes(hour: str, minute: str) -> int | None:
    at = int(hour) * 60 + int(minute)
    return at if at <= 24 * 60 and int(minute) < 60 else None
