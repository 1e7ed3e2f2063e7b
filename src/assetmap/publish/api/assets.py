"""Community assets, as they may be shown."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

import shapely
from fastapi import APIRouter, Query, Request, Response
from geoalchemy2.shape import to_shape
from sqlalchemy.orm import Session

from assetmap.assets import store
from assetmap.assets.filters import AssetFilter
from assetmap.assets.model import ShownAsset, UnknownCategory
from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.crs import NATIONAL_GRID
from assetmap.disclosure import disclosure
from assetmap.errors import BadParameter
from assetmap.footprints.consensus.decided import cut_level
from assetmap.footprints.consensus.released import grounds
from assetmap.footprints.releasing import published
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    AS_GEOJSON,
    DEFAULT_LIMIT,
    AsAt,
    DbSession,
    Limit,
    Offset,
    StrictRoute,
    json_answer,
    limited,
    next_link,
)
from assetmap.publish.export.items import items_answer
from assetmap.publish.export.paging import box_of, mark, place_of

router = APIRouter(tags=["assets"], route_class=StrictRoute)


@router.get("/assets", responses=AS_GEOJSON, dependencies=[requires("asset", "read")])
def list_assets(
    request: Request,
    session: DbSession,
    category: Annotated[str | None, Query(description="Of either level")] = None,
    q: Annotated[str | None, Query(max_length=200, description="Words")] = None,
    bbox: Annotated[str | None, Query(description="west,south,east,north")] = None,
    near: Annotated[str | None, Query(description="lon,lat")] = None,
    within_m: Annotated[float | None, Query(gt=0)] = None,
    inside: Annotated[
        str | None,
        Query(alias="in", description="neighbourhood:SLUG or boundary:SET/CODE"),
    ] = None,
    status: Annotated[str | None, Query(description="Joined by commas")] = None,
    as_at: AsAt = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    after: Annotated[str | None, Query(description="From a next link")] = None,
    f: Literal["json", "geojson"] = "json",
) -> Response:
    """Assets that meet every filter, in a fixed order, page by page."""
    wanted = AssetFilter(
        category=category,
        bbox=box_of(bbox),
        within=None if inside is None else _ground(session, inside),
        statuses=tuple(status.split(",")) if status else None,
        as_at=as_at,
        q=q,
        near=_pair(near),
        within_m=within_m,
    )
    if category is not None:
        check_category(session, category)
    most, start = limited(limit), place_of(after)
    if f == "geojson":
        page = store.geojson_page(session, wanted, most, start, offset)
        return items_answer(
            request, page.features, page.next_after, most, page.attributions
        )
    found = store.list_assets(session, wanted, most, start, offset)
    last = found.next_after
    body = {
        "assets": [told(each) for each in found.assets],
        "next": None
        if last is None
        else next_link(request, after=mark(last), limit=most, offset=0),
        "attribution": sorted({each.attribution for each in found.assets} - {""}),
    }
    return json_answer(request, body)


@router.get("/assets/{asset_id}", dependencies=[requires("asset", "read")])
def read_asset(request: Request, asset_id: int, session: DbSession) -> Response:
    """One asset, whatever its status."""
    found = store.get_asset(session, asset_id)
    return json_answer(request, one_told(found), version=found.version)


@router.get("/asset-categories", dependencies=[requires("asset", "read")])
def list_asset_categories(request: Request, session: DbSession) -> Response:
    """The two-level taxonomy, with how many assets may be seen in each category."""
    counts = store.count_by_category(session, AssetFilter())
    found = [
        {**asdict(each), "assets": counts.get(each.code, 0)}
        for each in store.list_categories(session)
    ]
    return json_answer(request, {"asset_categories": found, "next": None})


def one_told(asset: ShownAsset) -> dict[str, Any]:
    """An asset by itself, as it may be shown, with what is to be said of it."""
    return told(asset) | {"attribution": [asset.attribution]}


def told(asset: ShownAsset) -> dict[str, Any]:
    """An asset as it may be shown."""
    return asdict(asset)


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


def _ground(session: Session, inside: str) -> bytes:
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
