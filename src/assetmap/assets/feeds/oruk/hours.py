"""Schedules of Open Referral UK in OpenStreetMap's syntax for opening hours."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NEXT = set(pairwise(_DAYS))
_BYDAY = re.compile(r"(-?\d)?(MO|TU|WE|TH|FR|SA|SU)")
_TIME = re.compile(r"(\d{1,2}):(\d\d)(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")


def opening_hours(schedules: Sequence[Mapping[str, Any]]) -> str:
    """Hours such as ``We 10:00-15:00``; of what no hours can say, its own words."""
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for each in schedules:
        read = _one(each)
        if read is None:
            words.append(str(each.get("description") or each.get("notes") or ""))
        elif read[1] not in (ranges := found.setdefault(read[0], [])):
            ranges.append(read[1])
    told = [each.strip() for each in words if each.strip()]
    hours = "; ".join(f"{days} {','.join(each)}" for days, each in found.items())
    return hours or "; ".join(told)[:1000]


def _one(schedule: Mapping[str, Any]) -> tuple[str, str] | None:
    """The days and the range of a schedule: ranges of the same days belong together."""
    days = _days(schedule)
    times = [_time(schedule.get(each)) for each in ("opens_at", "closes_at")]
    every = schedule.get("interval") or 1
    if not days or None in times or every != 1 or times[0] == times[1]:
        return None
    return _spans(days), f"{times[0]}-{times[1]}"


def _spans(days: Sequence[str]) -> str:
    """Days as ``Mo-Fr,Su``: three or more that follow each other are a span."""
    runs: list[list[str]] = []
    for day in days:
        if runs and (runs[-1][-1].upper(), day.upper()) in _NEXT:
            runs[-1].append(day)
        else:
            runs.append([day])
    told = (f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(run) for run in runs)
    return ",".join(told)


def _days(schedule: Mapping[str, Any]) -> list[str]:
    """Days of the week; of a month, which of them, as ``We[2]``."""
    weekday = schedule.get("weekday")
    if isinstance(weekday, list):
        weekday = ",".join(map(str, weekday))
    text = str(schedule.get("byday") or weekday or "").upper()
    if text.isdigit() and 1 <= int(text) <= 7:
        return [_DAYS[int(text) - 1].capitalize()]
    found = []
    for part in filter(None, re.split(r"[,; ]+", text)):
        match = _BYDAY.fullmatch(part if len(part) < 5 else part[:2])
        if match is None:
            return []
        day = match[2].capitalize()
        found.append(f"{day}[{match[1]}]" if match[1] else day)
    return found


def _time(value: Any) -> str | None:
    match = _TIME.fullmatch(str(value or "").strip())
    return f"{match[1]:0>2}:{match[2]}" if match else None
