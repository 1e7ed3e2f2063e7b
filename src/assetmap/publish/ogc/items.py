"""The features of collections, page by page."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from assetmap.publish.authority import CurrentActor, requires
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
from assetmap.publish.features.conditions import Condition, conditions
from assetmap.publish.features.filters.compiled import condition
from assetmap.publish.features.filters.reading import tree_of
from assetmap.publish.features.systems import system_of
from assetmap.publish.ogc import answers, downloads
from assetmap.publish.ogc.formats import FEATURES, FILES, HTML, WHOLE, form_of
from assetmap.publish.ogc.properties import wanted_of

router = APIRouter(
    prefix="/collections",
    tags=["collections"],
    dependencies=[requires("boundary_set", "read")],
)
"""Not strict about parameters: they may be named as properties, which are looked at."""

FORMS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            GEOJSON: {"schema": {"type": "object"}},
            **{each: {} for each in (HTML, *FILES.values())},
        }
    }
}

ONE: dict[int | str, dict[str, Any]] = {
    200: {"content": {GEOJSON: {"schema": {"type": "object"}}, HTML: {}}}
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
Form = Annotated[str | None, Query(description="Form of the answer", max_length=20)]


Filter = Annotated[
    str | None,
    Query(alias="filter", description="CQL2: which features", max_length=20_000),
]
FilterLang = Annotated[
    str | None,
    Query(alias="filter-lang", description="cql2-text or cql2-json; absent: as it is"),
]
FilterCrs = Annotated[
    str | None,
    Query(alias="filter-crs", description="System of the filter; absent: CRS84"),
]


class Wanted:
    """Which features of which collection are asked for, read from a request."""

    def __init__(
        self,
        request: Request,
        name: str,
        session: DbSession,
        offset: Offset = 0,
        after: After = None,
        bbox: Bbox = None,
        bbox_crs: BboxCrs = None,
        when: When = None,
        crs: Crs = None,
        as_at: OnDay = None,
        filter_: Filter = None,
        filter_lang: FilterLang = None,
        filter_crs: FilterCrs = None,
    ) -> None:
        days = days_of(when)
        self.collection = catalogue.get_collection(
            session, name, as_at, days is not None and as_at is None
        )
        where: tuple[Condition, ...] = ()
        system = system_of("filter-crs", filter_crs)
        if filter_ is not None:
            tree = tree_of(filter_, filter_lang)
            where = (condition(self.collection, tree, system),)
        self.asked = Asked(
            system_of("crs", crs),
            boxes_of(bbox, system_of("bbox-crs", bbox_crs)),
            days,
            wanted_of(request, self.collection),
            where,
            after=place_of(after),
            offset=offset,
        )
        conditions(self.collection, self.asked)


Which = Annotated[Wanted, Depends(Wanted)]


@router.get("/{name}/items", response_class=GeoJsonResponse, responses=FORMS)
def list_items(
    request: Request,
    wanted: Which,
    session: DbSession,
    actor: CurrentActor,
    limit: Limit = DEFAULT_LIMIT,
    f: Form = None,
) -> Response:
    """The features of a collection, page by page: follow the link ``next`` for more.

    As a file: all of them, or as many as ``limit`` says.
    """
    form = form_of(request, f, {**FEATURES, **FILES})
    known = answers.unchanged(request, wanted.collection, form)
    if known is not None:
        return known
    if form in FILES:
        most = limit if "limit" in request.query_params else None
        asked = replace(wanted.asked, limit=most)
        return downloads.answer(request, actor, wanted.collection, asked, form)
    asked = replace(wanted.asked, limit=limited(limit))
    page = store.page(session, wanted.collection, asked, limited(limit))
    if form == "html":
        return answers.items_page(request, wanted.collection, page, asked)
    return answers.items(request, wanted.collection, page, asked)


@router.get("/{name}/download", response_class=GeoJsonResponse, responses=FORMS)
def download(
    request: Request,
    wanted: Which,
    actor: CurrentActor,
    limit: Annotated[int | None, Query(ge=1, description="Most features")] = None,
    f: Form = None,
) -> Response:
    """All features of a collection, or those that are asked for, as one file."""
    form = form_of(request, f, WHOLE)
    known = answers.unchanged(request, wanted.collection, form)
    if known is not None:
        return known
    asked = replace(wanted.asked, limit=limit)
    return downloads.answer(request, actor, wanted.collection, asked, form)
