"""Opening hours in OpenStreetMap's syntax as schedules of Open Referral UK."""

import re
from typing import Any

from assetmap.publish.oruk.ids import MOST_PARTS, Kind, made

Json = dict[str, Any]

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_SPAN = rf"{_DAY}(?:-{_DAY}|\[-?[1-5]\])?"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d"
_TIMES = f"{_TIME}-{_TIME}"
_RULE = re.compile(rf"({_SPAN}(?:, ?{_SPAN})*) ({_TIMES}(?:, ?{_TIMES})*)")
_NTH = re.compile(r"(Mo|Tu|We|Th|Fr|Sa|Su)\[(-?[1-5])\]")


def schedules(hours: str, number: int, kind: Kind = "schedule") -> list[Json]:
    """Schedules by days and times; in the words of the hours where they are none.

    A day in two rules is none: the later rule holds, which no schedule can say.
    """
    rules = [_RULE.fullmatch(each.strip()) for each in hours.rstrip("; ").split(";")]
    said: list[Json] = []
    seen: set[str] = set()
    for rule in rules:
        days = None if rule is None else _days(rule[1])
        named = set() if days is None else set(days["byday"].split(","))
        if rule is None or days is None or seen & named:
            said = [{"description": hours}]
            break
        seen |= named
        said += [_at(days, each.strip()) for each in rule[2].split(",")]
    return [
        {"id": made(kind, number, part), **each}
        for part, each in enumerate(said[:MOST_PARTS])
    ]


def _at(days: Json, times: str) -> Json:
    opens, _, closes = times.partition("-")
    return {**days, "opens_at": opens, "closes_at": closes}


def _days(text: str) -> Json | None:
    """How often, and on which days; None where both weeks and months are counted."""
    parts = [each.strip() for each in text.split(",")]
    counted = [_NTH.fullmatch(each) for each in parts]
    if all(counted):
        told = ",".join(f"{each[2]}{each[1].upper()}" for each in counted if each)
        return {"freq": "MONTHLY", "byday": told}
    if any(counted):
        return None
    days: list[str] = []
    for each in parts:
        first, _, last = each.partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        days += (DAYS * 2)[start : end + 1 + (7 if end < start else 0)]
    told = ",".join(each.upper() for each in dict.fromkeys(days))
    return {"freq": "WEEKLY", "byday": told}
