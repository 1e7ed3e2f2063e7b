"""Whether somewhere is open at an instant, by its hours, in England."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import opening_hours as osm

from assetmap.assets.hours import is_readable
from assetmap.errors import BadParameter

LONDON = ZoneInfo("Europe/London")
OPEN, CLOSED, UNKNOWN = "open", "closed", "unknown"
YEARS = (2000, 2099)

_STATES = {osm.State.OPEN: OPEN, osm.State.CLOSED: CLOSED}


def instant(sent: datetime) -> datetime:
    """The instant that is meant, in the time of London; without a zone it is London's.

    Raises:
        BadParameter: it is in no year that calendars tell of.
    """
    if not YEARS[0] <= sent.year <= YEARS[1]:
        reason = f"is not in a year from {YEARS[0]} to {YEARS[1]}"
        raise BadParameter("open_at", sent.isoformat(), reason)
    local = sent if sent.tzinfo else sent.replace(tzinfo=LONDON)
    # By way of UTC: an hour that clocks skip in spring becomes the next.
    return local.astimezone(UTC).astimezone(LONDON)


def state_at(hours: str | None, at: datetime, lon: float, lat: float) -> str:
    """``open``, ``closed`` or ``unknown``, at an instant in London's time.

    Unknown where hours are not told, cannot be read, or are open on a condition put in
    words, such as by appointment. The sun rises and sets at the place (degrees).
    """
    if not hours or not is_readable(hours):
        return UNKNOWN
    read = osm.OpeningHours(
        hours,
        timezone=LONDON,
        country=_calendar(at),
        coords=(lat, lon),
        auto_country=False,
        auto_timezone=False,
    )
    state, comment = read.state(at)
    if state == osm.State.OPEN and comment:
        return UNKNOWN
    return _STATES.get(state, UNKNOWN)


def _calendar(at: datetime) -> str:
    """The calendar that has England's bank holidays on a day, no more and no fewer.

    That of the library for the United Kingdom lacks those that Scotland does not
    share: New Year, Easter Monday, the last Monday of August. The Isle of Man has them
    all, and two of its own, in June and July, when England has none that is not the
    United Kingdom's.
    """
    return "GB" if at.month in (6, 7) else "IM"
