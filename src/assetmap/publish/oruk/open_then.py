"""Whether opening hours have an hour on a day, or between two times of day."""

import re
from dataclasses import dataclass

from assetmap.errors import BadParameter
from assetmap.publish.oruk.hours import schedules

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]00:?00)?")
_MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class Then:
    """A day of the week as calendars write it, and minutes of the day; None: any."""

    day: str | None
    start: int | None
    end: int | None


def then(day: str | None, start: str | None, end: str | None) -> Then | None:
    """What a query asks about; None where it asks nothing.

    Raises:
        BadParameter: it is no day or time, or ends before it starts.
    """
    if day is None and start is None and end is None:
        return None
    found = Then(_day(day), _minute("start_time", start), _minute("end_time", end))
    if found.start is not None and found.end is not None and found.end < found.start:
        raise BadParameter("end_time", end or "", f"is before start_time, {start}")
    return found


def _day(sent: str | None) -> str | None:
    if sent is None:
        return None
    said = sent.strip().casefold()
    for each in _DAYS:
        if said in (each[:2], each[:3], each):
            return each[:2].upper()
    raise BadParameter("day", sent, "is no day of the week, as MO or Monday")


def _minute(name: str, sent: str | None) -> int | None:
    if sent is None:
        return None
    found = _TIME.fullmatch(sent.strip())
    if found is None:
        raise BadParameter(name, sent, "is no time of day, as 09:30")
    return int(found[1]) * 60 + int(found[2])


def is_open(hours: str, asked: Then) -> bool:
    """Whether some hours of a week are on the day and meet the times, if any.

    Hours that are told in words alone, as the feed tells them, meet nothing.
    """
    return any(_meets(each, asked) for each in schedules(hours, 0))


def _meets(schedule: dict[str, str], asked: Then) -> bool:
    if "opens_at" not in schedule:
        return False
    days = re.findall("[A-Z]{2}", schedule["byday"])
    if asked.day is not None and asked.day not in days:
        return False
    opens, closes = (_minutes(schedule[each]) for each in ("opens_at", "closes_at"))
    if closes <= opens:
        closes = _MIDNIGHT
    is_late_enough = asked.start is None or closes > asked.start
    return is_late_enough and (asked.end is None or opens <= asked.end)


def _minutes(time: str) -> int:
    hour, _, minute = time.partition(":")
    return int(hour) * 60 + int(minute)
