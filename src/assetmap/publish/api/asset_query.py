"""Which assets a request asks for, in what order, and from which place on."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import shapely
from fastapi import Depends, Query
from geoalchemy2.shape import to_shape
from sqlalchemy.orm import Session

from assetmap.assets import store
from assetmap.assets.filters import AssetFilter
from assetmap.assets.model import UnknownCategory
from assetmap.assets.open_at import instant
from assetmap.assets.searching.model import Order
from assetmap.assets.searching.run import order_of
from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.crs import NATIONAL_GRID
from assetmap.disclosure import disclosure
from assetmap.errors import BadParameter
from assetmap.footprints.consensus.decided import cut_level
from assetmap.footprints.consensus.released import grounds
from assetmap.footprints.releasing import published
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.publish.deps import AsAt, DbSession
from assetmap.publish.export.paging import box_of


@dataclass(frozen=True)
class Asked:
    """What is asked for, in what order, and open at which instant."""

    wanted: AssetFilter
    order: Order
    open_at: datetime | None


def _asked(
    session: DbSession,
    category: Annotated[str | None, Query(description="Of either level")] = None,
    q: Annotated[
        str | None, Query(max_length=200, description="Words, all of them")
    ] = None,
    bbox: Annotated[str | None, Query(description="west,south,east,north")] = None,
    near: Annotated[str | None, Query(description="lon,lat")] = None,
    within_m: Annotated[float | None, Query(gt=0)] = None,
    inside: Annotated[
        str | None,
        Query(alias="in", description="neighbourhood:SLUG or boundary:SET/CODE"),
    ] = None,
    status: Annotated[str | None, Query(description="Joined by commas")] = None,
    open_at: Annotated[
        datetime | None, Query(description="An instant; without a zone London's")
    ] = None,
    open_now: Annotated[bool, Query(description="Open when this is asked")] = False,
    as_at: AsAt = None,
    sort: Annotated[
        Order | None,
        Query(
            description="Absent: relevance with q, distance with near, else number",
        ),
    ] = None,
) -> Asked:
    """The assets that a query asks for."""
    at = _instant(open_at, open_now)
    wanted = AssetFilter(
        category=category,
        bbox=box_of(bbox),
        within=None if inside is None else ground(session, inside),
        statuses=tuple(status.split(",")) if status else None,
        as_at=as_at or (at and at.date()),
        q=q,
        near=_pair(near),
        within_m=within_m,
    )
    if category is not None:
        check_category(session, category)
    return Asked(wanted, order_of(wanted, sort), at)


AssetQuery = Annotated[Asked, Depends(_asked)]


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


def _pair(near: str | None) -> tuple[float, float] | None:
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
