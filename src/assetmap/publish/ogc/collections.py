"""Collections of features: boundary sets, assets and what else is published so."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    DbSession,
    HoldingOn,
    Limit,
    Offset,
    StrictRoute,
    base_url,
    json_answer,
    next_page,
)
from assetmap.publish.export.paging import page_of
from assetmap.publish.features import catalogue
from assetmap.publish.ogc.described import Json, described, link
from assetmap.publish.ogc.formats import DOCUMENTS, HTML, JSON, VARY, form_of
from assetmap.publish.ogc.pages import page

router = APIRouter(
    prefix="/collections",
    tags=["collections"],
    route_class=StrictRoute,
    dependencies=[requires("boundary_set", "read")],
)

Form = Annotated[str | None, Query(description="json or html", max_length=20)]


@router.get("")
def list_collections(
    request: Request,
    session: DbSession,
    as_at: HoldingOn = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    f: Form = None,
) -> Response:
    """Every boundary set, or those that hold on a day, and what else there is."""
    form = form_of(request, f, DOCUMENTS)
    base = base_url(request)
    kept, more = page_of(catalogue.list_collections(session, as_at), limit, offset)
    found = [described(session, each, base) for each in kept]
    after = next_page(request, limit, more)
    links = _links(f"{base}/collections", after)
    if form == "html":
        return _list_page(found, links)
    body = {"collections": found, "links": links, "next": after}
    return json_answer(request, body, headers=VARY)


def _links(at: str, after: str | None) -> list[Json]:
    found = [
        link("self", JSON, f"{at}?f=json", "This document"),
        link("alternate", HTML, f"{at}?f=html", "This document as a page"),
    ]
    if after is not None:
        found.append(link("next", JSON, after, "More collections"))
    return found


def _list_page(found: list[Json], links: list[Json]) -> Response:
    listed = [
        {"href": each["links"][1]["href"], "title": each["title"], "said": each["id"]}
        for each in found
    ]
    return page("Collections", listed=listed, links=links)


@router.get("/{name}")
def read_collection(
    request: Request, name: str, session: DbSession, f: Form = None
) -> Response:
    """One collection."""
    form = form_of(request, f, DOCUMENTS)
    collection = catalogue.get_collection(session, name)
    told = described(session, collection, base_url(request))
    if form == "html":
        about = [told["description"], told.get("attribution", "")]
        head = ["Property", "Kind", "Meaning"]
        rows = [(each.name, each.kind, each.meaning) for each in collection.columns]
        return page(
            told["title"], about=about, head=head, rows=rows, links=told["links"]
        )
    return json_answer(request, told, headers=VARY)
