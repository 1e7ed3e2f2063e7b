"""Community assets, as they may be shown."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from assetmap.assets import store
from assetmap.assets.filters import AssetFilter
from assetmap.assets.model import AssetMerged, ShownAsset, check_held
from assetmap.assets.searching import store as searching
from assetmap.publish.api.asset_query import AssetQuery
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    AS_GEOJSON,
    DEFAULT_LIMIT,
    AsAt,
    DbSession,
    Limit,
    Offset,
    StrictRoute,
    base_url,
    dumped,
    json_answer,
    limited,
    next_link,
)
from assetmap.publish.export.finding import assets_told, page_of
from assetmap.publish.export.items import items_answer
from assetmap.publish.export.places_behind import behind_of, marked

router = APIRouter(tags=["assets"], route_class=StrictRoute)


@router.get("/assets", responses=AS_GEOJSON, dependencies=[requires("asset", "read")])
def list_assets(
    request: Request,
    session: DbSession,
    asked: AssetQuery,
    counts: Annotated[bool, Query(description="Tell how many of each kind")] = False,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    after: Annotated[str | None, Query(description="From a next link")] = None,
    f: Literal["json", "geojson"] = "json",
) -> Response:
    """Assets that meet every filter, in an order, page by page."""
    order, most = asked.order, limited(limit)
    behind = behind_of(after, order)
    page = page_of(session, asked, behind, most, offset, counts)
    following = None if page.behind is None else marked(page.behind, order)
    if f == "geojson":
        features, said = searching.features_of(session, page.numbers)
        return items_answer(request, features, following, most, said, page.members)
    told, said = assets_told(session, page)
    body = {
        "assets": told,
        "next": following and next_link(request, after=following, limit=most, offset=0),
        "attribution": said,
        **page.members,
    }
    return json_answer(request, body)


@router.get("/assets/{asset_id}", dependencies=[requires("asset", "read")])
def read_asset(
    request: Request, asset_id: int, session: DbSession, as_at: AsAt = None
) -> Response:
    """One asset, whatever its status; if it held on a day, where one is asked about."""
    try:
        found = store.get_asset(session, asset_id)
    except AssetMerged as merged:
        return _moved(request, merged)
    if as_at is not None:
        check_held(found, as_at)
    return json_answer(request, one_told(found), version=found.version)


@router.get("/asset-categories", dependencies=[requires("asset", "read")])
def list_asset_categories(
    request: Request, session: DbSession, as_at: AsAt = None
) -> Response:
    """The two-level taxonomy, with how many assets may be seen in each category."""
    counts = store.count_by_category(session, AssetFilter(as_at=as_at))
    found = [
        {**asdict(each), "assets": counts.get(each.code, 0)}
        for each in store.list_categories(session)
    ]
    return json_answer(request, {"asset_categories": found, "next": None})


def _moved(request: Request, merged: AssetMerged) -> Response:
    """Where a merged asset is now; that may be undone, so nobody keeps it for good."""
    where = f"{base_url(request)}/assets/{merged.facts['merged_into']}"
    return Response(
        dumped(merged.facts),
        301,
        {"Location": where, "Cache-Control": "no-cache"},
        "application/json",
    )


def one_told(asset: ShownAsset) -> dict[str, Any]:
    """An asset by itself, as it may be shown, with what is to be said of it."""
    return told(asset) | {"attribution": [asset.attribution]}


def told(asset: ShownAsset) -> dict[str, Any]:
    """An asset as it may be shown."""
    return asdict(asset)
