"""One feature of a collection."""

import orjson
from fastapi import APIRouter, Request, Response

from assetmap.publish.authority import requires
from assetmap.publish.deps import DbSession, GeoJsonResponse, StrictRoute
from assetmap.publish.features import catalogue, store
from assetmap.publish.features.systems import system_of
from assetmap.publish.ogc import answers
from assetmap.publish.ogc.formats import FEATURES, form_of
from assetmap.publish.ogc.items import ONE, Crs, Form

router = APIRouter(
    prefix="/collections",
    tags=["collections"],
    route_class=StrictRoute,
    dependencies=[requires("boundary_set", "read")],
)


@router.get("/{name}/items/{feature}", response_class=GeoJsonResponse, responses=ONE)
def read_item(
    request: Request,
    name: str,
    feature: str,
    session: DbSession,
    crs: Crs = None,
    f: Form = None,
) -> Response:
    """One feature of a collection."""
    form = form_of(request, f, FEATURES)
    system = system_of("crs", crs)
    collection = catalogue.get_collection(session, name)
    known = answers.unchanged(request, collection, form)
    if known is not None:
        return known
    text = store.one(session, collection, system, feature)
    if form == "html":
        return answers.item_page(request, collection, orjson.loads(text))
    return answers.item(request, collection, text, system)
