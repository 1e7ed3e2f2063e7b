"""Collections of boundaries and assets as GeoJSON, page by page."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.assets import store as asset_store
from assetmap.assets.filters import AssetFilter
from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    GEOJSON,
    Day,
    DbSession,
    GeoJsonResponse,
    HoldingOn,
    Limit,
    Offset,
    StrictRoute,
    base_url,
    json_answer,
    limited,
    next_page,
)
from assetmap.publish.export.items import items_answer
from assetmap.publish.export.paging import box_of, page_of, place_of

router = APIRouter(
    prefix="/collections",
    tags=["collections"],
    route_class=StrictRoute,
    dependencies=[requires("boundary_set", "read")],
)

ASSETS = "assets"
CRS84_NAME = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

Bbox = Annotated[str | None, Query(description="west,south,east,north in degrees")]
After = Annotated[str | None, Query(description="From a next link")]
OnDay = Annotated[
    Day | None,
    Query(description="Day that it must hold on, YYYY-MM-DD; absent: of assets today"),
]


@router.get("")
def list_collections(
    request: Request,
    session: DbSession,
    as_at: HoldingOn = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """Every boundary set, or those that hold on a day, and the assets."""
    found = [
        _collection(request, row.name, row.title, row.attribution)
        for row in boundary_store.list_sets(session, as_at)
    ]
    found.append(_assets(request, session))
    page, more = page_of(found, limit, offset)
    links = [{"rel": "self", "type": "application/json", "href": _at(request)}]
    after = next_page(request, limit, more)
    if after is not None:
        links.append({"rel": "next", "type": "application/json", "href": after})
    return json_answer(request, {"collections": page, "links": links, "next": after})


@router.get("/{name}")
def read_collection(request: Request, name: str, session: DbSession) -> Response:
    """One collection."""
    if name == ASSETS:
        return json_answer(request, _assets(request, session))
    row = boundary_store.get_set(session, name)
    told = _collection(request, row.name, row.title, row.attribution)
    return json_answer(request, told)


@router.get("/{name}/items", response_class=GeoJsonResponse)
def list_items(
    request: Request,
    name: str,
    session: DbSession,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    after: After = None,
    bbox: Bbox = None,
    as_at: OnDay = None,
) -> Response:
    """The items of a collection as GeoJSON; follow the link ``next`` for more."""
    most, start, box = limited(limit), place_of(after), box_of(bbox)
    if name == ASSETS:
        wanted = AssetFilter(bbox=box, as_at=as_at)
        page = asset_store.geojson_page(session, wanted, most, start, offset)
        return items_answer(
            request, page.features, page.next_after, most, page.attributions
        )
    row = boundary_store.get_set(session, name, as_at)
    found = boundary_items.geojson_items(session, row, most + 1, start, offset, box)
    last = found[most - 1][0] if len(found) > most else None
    features = [feature for _, feature in found[:most]]
    return items_answer(request, features, last, most, [row.attribution])


def _assets(request: Request, session: Session) -> dict[str, Any]:
    said = asset_store.attributions(session)
    return _collection(request, ASSETS, "Community assets", "; ".join(said))


def _at(request: Request) -> str:
    return f"{base_url(request)}{request.url.path}"


def _collection(
    request: Request, name: str, title: str, attribution: str
) -> dict[str, Any]:
    at = f"{base_url(request)}/collections/{name}"
    return {
        "id": name,
        "title": title,
        "itemType": "feature",
        "crs": [CRS84_NAME],
        "attribution": attribution,
        "links": [
            {"rel": "self", "type": "application/json", "href": at},
            {"rel": "items", "type": GEOJSON, "href": f"{at}/items"},
        ],
    }
