"""Which assets are asked for, in what order, and how they are told."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy.orm import Session

from assetmap.assets import store
from assetmap.assets.filters import AssetFilter
from assetmap.assets.model import ShownAsset, UnknownCategory
from assetmap.assets.open_at import instant
from assetmap.assets.searching import store as searching
from assetmap.assets.searching.model import Behind, Hours, Order, Words
from assetmap.assets.searching.run import order_of, search
from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.crs import NATIONAL_GRID
from assetmap.disclosure import disclosure
from assetmap.errors import BadParameter
from assetmap.footprints.consensus.decided import cut_level
from assetmap.footprints.consensus.released import grounds
from assetmap.footprints.releasing import published
from assetmap.neighbourhoods import store as neighbourhood_store


@dataclass(frozen=True)
class Asked:
    """What is asked for, in what order, and open at which instant."""

    wanted: AssetFilter
    order: Order
    open_at: datetime | None


@dataclass(frozen=True)
class Page:
    """What was found: its assets, or numbers alone, and what is told beside them."""

    numbers: list[int]
    distances: list[float | None]
    behind: Behind | None
    members: dict[str, Any]


def asked_of(
    session: Session,
    *,
    inside: str | None = None,
    status: str | None = None,
    open_at: datetime | None = None,
    open_now: bool = False,
    as_at: date | None = None,
    sort: Order | None = None,
    **more: Any,
) -> Asked:
    """What is asked for by texts as they are sent; ``more`` are of the filter.

    Raises:
        BadParameter: it cannot be asked for.
    """
    at = _instant(open_at, open_now)
    wanted = AssetFilter(
        within=None if inside is None else ground(session, inside),
        statuses=tuple(status.split(",")) if status else None,
        as_at=as_at or (at and at.date()),
        **more,
    )
    if wanted.category is not None:
        check_category(session, wanted.category)
    return Asked(wanted, order_of(wanted, sort), at)


def page_of(
    session: Session,
    asked: Asked,
    behind: Behind,
    limit: int,
    offset: int,
    has_counts: bool,
) -> Page:
    """A page of what is found, with what is told beside it."""
    looked, found, words, hours = search(
        session, asked.wanted, asked.order, behind, limit, offset, asked.open_at
    )
    members = {
        "sort": asked.order,
        "spelling": _spelling(words),
        "hours_not_known": _unknown(hours),
        "counts": _counts(session, looked) if has_counts else None,
    }
    return Page(found.numbers, found.distances, found.next_behind, members)


def _spelling(words: Words | None) -> dict[str, list[str]] | None:
    return words.similar if words and words.similar else None


def _unknown(hours: Hours | None) -> int | None:
    return None if hours is None else hours.unknown


def _counts(session: Session, looked: AssetFilter) -> dict[str, Any]:
    """How many assets meet a filter, on all pages, and how many of each category."""
    found = searching.count_by_category(session, looked)
    return {"total": sum(each["assets"] for each in found), "by_category": found}


def assets_told(session: Session, page: Page) -> tuple[list[dict[str, Any]], list[str]]:
    """The assets of a page as they may be shown, and what they are attributed to."""
    assets = searching.assets_of(session, page.numbers)
    told = list(map(_with_distance, assets, page.distances))
    return told, sorted({each.attribution for each in assets} - {""})


def _with_distance(asset: ShownAsset, distance: float | None) -> dict[str, Any]:
    return {
        **asdict(asset),
        "distance_m": None if distance is None else round(distance),
    }


def _instant(open_at: datetime | None, is_now: bool) -> datetime | None:
    if open_at is not None and is_now:
        reason = "is another instant than now: give one of open_at and open_now"
        raise BadParameter("open_at", open_at.isoformat(), reason)
    if is_now:
        return instant(datetime.now(UTC))
    return None if open_at is None else instant(open_at)


def check_category(session: Session, code: str) -> str:
    """The label of a category that a query names.

    Raises:
        BadParameter: there is none, with those that it may have been meant for.
    """
    try:
        return store.check_category(session, code)
    except UnknownCategory as unknown:
        bad = BadParameter("category", code, str(unknown))
        bad.facts["nearest"] = unknown.facts["nearest"]
        raise bad from unknown


def lon_lat(near: str | None) -> tuple[float, float] | None:
    """Longitude and latitude of a text, joined by a comma; None of none.

    Raises:
        BadParameter: it is not two numbers.
    """
    if near is None:
        return None
    try:
        lon, lat = (float(each) for each in near.split(","))
    except ValueError:
        raise BadParameter("near", near, "is not lon,lat") from None
    return lon, lat


def ground(session: Session, inside: str) -> bytes:
    """The ground that ``in`` names, as EWKB in EPSG:27700.

    For a neighbourhood: where most sketches agree, on the published grid; where its
    stewards do not show that, at the level they show that is nearest.
    """
    kind, _, name = inside.partition(":")
    if kind == "neighbourhood" and name:
        row = neighbourhood_store.get_neighbourhood(session, name)
        made = published(session, row, disclosure())
        levels = grounds(
            made.squares, made.sketches, [cut_level(made.levels)], made.grid_m
        )
        return _ewkb(levels[0])
    boundary_set, _, code = name.partition("/")
    if kind == "boundary" and boundary_set and code:
        found = boundary_store.get_set(session, boundary_set)
        boundary = boundary_items.get_boundary(session, found, code)
        return _ewkb(to_shape(boundary.geom))
    raise BadParameter("in", inside, "is not neighbourhood:SLUG or boundary:SET/CODE")


def _ewkb(shape: Any) -> bytes:
    named = shapely.set_srid(shape, NATIONAL_GRID)
    return bytes(shapely.to_wkb(named, include_srid=True))
