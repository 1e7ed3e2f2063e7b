"""Somewhere to refer a person to, and in one sentence whether there is anywhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from assetmap.assets import nearest
from assetmap.assets.model import APPROXIMATE, ShownAsset
from assetmap.assets.open_at import CLOSED, OPEN, UNKNOWN, state_at
from assetmap.assets.searching.model import SPELT
from assetmap.assets.searching.reading import read
from assetmap.sources.days import today

MOST_LOOKED_AT = 2_000
"""Places whose hours are read at most before a search for an open one is given up."""


@dataclass(frozen=True)
class Asked:
    """Where (metres of the grid, and degrees), what, when, how far, how many.

    ``label`` is what the category is called; ``open_at`` is in London's time; ``as_at``
    is the day that is asked about where no instant is (none: today). ``q`` are words.
    """

    east: float
    north: float
    lon: float
    lat: float
    category: str | None
    label: str | None
    open_at: datetime | None
    within_m: float
    limit: int
    as_at: date | None = None
    q: str | None = None

    @property
    def day(self) -> date:
        """The day that is asked about."""
        return self.open_at.date() if self.open_at else self.as_at or today()


@dataclass(frozen=True)
class Place:
    """Somewhere to go to, or who serves a place without having one.

    ``distance_m`` is in metres, None without a place. ``is_open`` is ``open`` or
    ``unknown`` at the instant that was asked about, None where none was. ``marks``
    say what to ask before somebody is sent.
    """

    asset: ShownAsset
    distance_m: float | None
    is_open: str | None
    serves_here: bool | None
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Referral:
    """Places within reach; the nearest beyond it where there are none; who serves.

    ``closed_then`` is how many within reach were passed over as closed, ``unplaced``
    how many are shown at no place and do not say whom they serve. ``is_cut`` is
    whether the search was given up at ``MOST_LOOKED_AT`` places. ``spelling`` are the
    words that were looked for beside one that is spelt otherwise, by that one.
    """

    nearby: list[Place]
    beyond: Place | None
    serving: list[Place]
    closed_then: int
    unplaced: int
    is_cut: bool
    spelling: dict[str, list[str]] = field(default_factory=dict)


Row = tuple[int, str, float]


def refer(session: Session, asked: Asked) -> Referral:
    """The places nearest to where a person is that are open, or may be.

    Words that are spelt like those asked for are looked for where nothing has those.
    """
    kind = nearest.kind_of(session, asked.category, asked.day)
    if asked.q is None:
        return _refer(session, asked, kind)
    for way in SPELT:
        words = read(session, asked.q, way)
        if way == "unknown" and not words.similar:
            continue
        met = replace(kind, sought=words.sought)
        found = replace(_refer(session, asked, met), spelling=words.similar)
        if found.nearby or found.beyond or found.serving or found.unplaced:
            break
    return found


def _refer(session: Session, asked: Asked, kind: nearest.Kind) -> Referral:
    states: dict[str | None, str] = {}
    at = (session, kind, asked.east, asked.north)
    inside = nearest.by_distance(*at, asked.within_m)
    found, closed, is_cut = _taken(inside, asked, states, asked.limit)
    beyond: list[Row] = []
    if not found:
        every = nearest.by_distance(*at, None)
        beyond, _, is_cut = _taken(every, asked, states, 1)
    codes = nearest.codes_at(session, asked.east, asked.north, asked.day)
    ids = [each[0] for each in (*found, *beyond)]
    assets = nearest.assets_of(session, ids, asked.east, asked.north, codes)
    places = [_place(row, assets, asked) for row in (*found, *beyond)]
    serving = nearest.serving(*at, codes, asked.limit)
    return Referral(
        places[: len(found)],
        places[-1] if beyond else None,
        list(_serving(serving, asked, states)),
        closed,
        nearest.count_unplaced(session, kind),
        is_cut,
    )


def _taken(
    rows: Iterator[tuple[int, str | None, float]],
    asked: Asked,
    states: dict[str | None, str],
    most: int,
) -> tuple[list[Row], int, bool]:
    """The nearest that are not closed, how many were, and whether it was given up."""
    found: list[Row] = []
    closed = 0
    for asset_id, hours, away in rows:
        state = _state(hours, asked, states)
        if state == CLOSED:
            closed += 1
        else:
            found.append((asset_id, state, away))
        if len(found) == most:
            break
        if closed + len(found) == MOST_LOOKED_AT:
            return found, closed, True
    return found, closed, False


def _state(hours: str | None, asked: Asked, states: dict[str | None, str]) -> str:
    """The state of hours at the instant asked about; many places share their hours."""
    if asked.open_at is None:
        return OPEN
    if hours not in states:
        states[hours] = state_at(hours, asked.open_at, asked.lon, asked.lat)
    return states[hours]


def _place(
    row: Row, assets: Mapping[int, tuple[ShownAsset, bool | None]], asked: Asked
) -> Place:
    asset, serves = assets[row[0]]
    state = row[1] if asked.open_at else None
    marks = _marks(asset, state, serves)
    return Place(asset, round(row[2]), state, serves, marks)


def _serving(
    assets: list[ShownAsset], asked: Asked, states: dict[str | None, str]
) -> Iterator[Place]:
    for asset in assets:
        state = _state(asset.opening_hours, asked, states) if asked.open_at else None
        if state != CLOSED:
            yield Place(asset, None, state, True, _marks(asset, state, True))


def _marks(
    asset: ShownAsset, state: str | None, serves_here: bool | None
) -> tuple[str, ...]:
    """What to ask before somebody is sent."""
    is_unread = asset.opening_hours is not None and asset.has_readable_hours is False
    marks = {
        "unverified": asset.status == "unverified",
        "never-verified": asset.verified_at is None,
        "hours-not-told": not asset.opening_hours,
        "hours-unreadable": is_unread,
        "open-unknown": state == UNKNOWN,
        "place-approximate": asset.location_visibility == APPROXIMATE,
        "serves-elsewhere": serves_here is False,
    }
    return tuple(name for name, holds in marks.items() if holds)
