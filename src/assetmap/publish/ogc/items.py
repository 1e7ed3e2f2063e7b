"""The features of collections, page by page."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    GEOJSON,
    Day,
    DbSession,
    GeoJsonResponse,
    Limit,
    Offset,
    limited,
)
from assetmap.publish.export.paging import place_of
from assetmap.publish.features import catalogue, store
from assetmap.publish.features.asked import Asked, boxes_of, days_of
from assetmap.publish.features.systems import system_of
from assetmap.publish.ogc import answers
from assetmap.publish.ogc.formats import FEATURES, form_of
from assetmap.publish.ogc.properties import wanted_of

router = APIRouter(
    prefix="/collections",
    tags=["collections"],
    dependencies=[requires("boundary_set", "read")],
)
"""Not strict about parameters: they may be named as properties, which are looked at."""

FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {GEOJSON: {"schema": {"type": "object"}}, "text/html": {}}}
}

Bbox = Annotated[
    str | None,
    Query(description="Lower and upper corner, four numbers (or six) by commas"),
]
BboxCrs = Annotated[
    str | None, Query(alias="bbox-crs", description="System of bbox; absent: CRS84")
]
Crs = Annotated[
    str | None, Query(description="Address of the system of the answer; absent: CRS84")
]
When = Annotated[
    str | None,
    Query(
        alias="datetime",
        description="A day, a moment (RFC 3339), or two by a slash; .. is open",
    ),
]
After = Annotated[str | None, Query(description="From a next link")]
OnDay = Annotated[
    Day | None,
    Query(description="Day that it must hold on, YYYY-MM-DD; absent: of assets today"),
]
Form = Annotated[str | None, Query(description="geojson or html", max_length=20)]


@router.get("/{name}/items", response_class=GeoJsonResponse, responses=FORMS)
def list_items(
    request: Request,
    name: str,
    session: DbSession,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    after: After = None,
    bbox: Bbox = None,
    bbox_crs: BboxCrs = None,
    when: When = None,
    crs: Crs = None,
    as_at: OnDay = None,
    f: Form = None,
) -> Response:
    """The features of a collection, page by page: follow the link ``next`` for more."""
    form = form_of(request, f, FEATURES)
    days = days_of(when)
    place = place_of(after)
    over_time = days is not None and as_at is None
    boxes = boxes_of(bbox, system_of("bbox-crs", bbox_crs))
    system = system_of("crs", crs)
    collection = catalogue.get_collection(session, name, as_at, over_time)
    equal = wanted_of(request, collection)
    asked = Asked(system, boxes, days, equal, limited(limit), place, offset)
    known = answers.unchanged(request, collection, form)
    if known is not None:
        return known
    page = store.page(session, collection, asked, limited(limit))
    if form == "html":
        return answers.items_page(request, collection, page, asked)
    return answers.items(request, collection, page, asked)
