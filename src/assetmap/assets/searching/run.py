"""A search: words, then words like them where those find nothing, in one order."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from assetmap.assets.filters import AssetFilter
from assetmap.assets.open_at import OPEN, UNKNOWN, state_at
from assetmap.assets.searching import reading, store
from assetmap.assets.searching.model import (
    SPELT,
    Behind,
    Found,
    Hours,
    Order,
    Words,
)
from assetmap.errors import BadParameter

MIDDLE = (-1.46, 52.56)
"""Longitude and latitude of the middle of England, where no place is named."""


def order_of(wanted: AssetFilter, sent: Order | None) -> Order:
    """The order of a search: the one asked for, or that of its words or its place.

    Raises:
        BadParameter: there is nothing to order so by.
    """
    has_words = bool(wanted.q and wanted.q.strip())
    if sent == "relevance" and not has_words:
        raise BadParameter("sort", sent, "needs words in q")
    if sent == "distance" and wanted.near is None:
        raise BadParameter("sort", sent, "needs a place in near")
    if sent is not None:
        return sent
    if has_words:
        return "relevance"
    return "number" if wanted.near is None else "distance"


def search(
    session: Session,
    wanted: AssetFilter,
    order: Order,
    behind: Behind,
    limit: int,
    offset: int,
    open_at: datetime | None = None,
) -> tuple[AssetFilter, Found, Words | None, Hours | None]:
    """What a search finds from a place on, as whoever acts may see it.

    Words that are spelt like those asked for are looked for only where nothing is
    found by those: first in place of words that nothing has, then of any. The filter
    that is given back has what was looked for.
    """
    if not (wanted.q and wanted.q.strip()):
        looked, hours = _open(session, wanted, open_at)
        found = store.page(session, looked, order, behind, limit, offset)
        return looked, found, None, hours
    ways = SPELT if behind == Behind() else (behind.spelt,)
    for way in ways:
        words = reading.read(session, wanted.q, way)
        if way == "unknown" and not words.similar:
            continue
        met = replace(wanted, words=words.sought)
        looked, hours = _open(session, met, open_at)
        start = replace(behind, spelt=way)
        found = store.page(session, looked, order, start, limit, offset)
        if found.numbers or (offset and store.is_any(session, looked)):
            break
    return looked, found, words, hours


def _open(
    session: Session, wanted: AssetFilter, at: datetime | None
) -> tuple[AssetFilter, Hours | None]:
    """A filter for what is open at an instant, by its hours, of what is asked for."""
    if at is None:
        return wanted, None
    lon, lat = _where(wanted)
    counted = store.count_by_hours(session, wanted)
    states = {each: state_at(each, at, lon, lat) for each in counted}
    is_open = sorted(str(each) for each, state in states.items() if state == OPEN)
    unknown = sum(counted[each] for each, state in states.items() if state == UNKNOWN)
    return replace(wanted, hours=tuple(is_open)), Hours(at, is_open, unknown)


def _where(wanted: AssetFilter) -> tuple[float, float]:
    """Where the sun rises and sets, for hours that go by it."""
    if wanted.near is not None:
        return wanted.near
    if wanted.bbox is not None:
        west, south, east, north = wanted.bbox
        return (west + east) / 2, (south + north) / 2
    return MIDDLE
