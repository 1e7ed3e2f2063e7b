"""Days: as publishers write them, and today's."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assetmap.errors import BadValue

_FORMS = (
    "%Y%m%d",
    "%Y-%m-%d",
    "%d%b%Y",
    "%d/%m/%Y",
    "%d-%b-%Y",
    "%d %B %Y",
    "%d %b %Y",
)
LONDON = ZoneInfo("Europe/London")
_TIME = re.compile(r"[T ]00:00(:00(\.0+)?)?$")


def find_day(text: str) -> date | None:
    """The day that a text says, or None where it says none.

    ``20250401``, ``2025-04-01``, ``01Apr2025``, ``01APR2025`` and ``01/04/2025``.
    """
    plain = _TIME.sub("", text.strip()).removesuffix(".0")
    for form in _FORMS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a civil date
        except ValueError:
            continue
    return None


def day_of(column: str, text: str) -> date | None:
    """The day in a column; None where it is empty.

    Raises:
        BadValue: something else than a day stands there.
    """
    if not text.strip():
        return None
    found = find_day(text)
    if found is None:
        raise BadValue(column, text, "is not a day as YYYYMMDD or 01Oct2025")
    return found


def today() -> date:
    """The civil date of where the service or the command runs."""
    return date.today()  # noqa: DTZ011 - a civil date, not an instant


def end_of(day: date) -> datetime:
    """The instant at which a day ends in London, the last one a moment before."""
    if day == date.max:
        return datetime.max.replace(tzinfo=LONDON)
    return datetime.combine(day + timedelta(1), time(), LONDON)
