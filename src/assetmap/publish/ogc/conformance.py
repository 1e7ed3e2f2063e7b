"""Which classes of the standards are held to: those alone whose tests pass."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from assetmap.publish.authority import requires
from assetmap.publish.deps import StrictRoute, base_url, json_answer
from assetmap.publish.ogc.described import link
from assetmap.publish.ogc.formats import DOCUMENTS, HTML, JSON, VARY, form_of
from assetmap.publish.ogc.pages import page

router = APIRouter(tags=["collections"], route_class=StrictRoute)

_FEATURES_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
_FEATURES_2 = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf"
_FEATURES_3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"
_FEATURES_4 = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf"
_FEATURES_5 = "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"
_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"

CLASSES = (
    *(f"{_FEATURES_1}/{each}" for each in ("core", "oas30", "geojson", "html")),
    f"{_FEATURES_2}/crs",
    *(
        f"{_FEATURES_3}/{each}"
        for each in (
            "queryables",
            "queryables-query-parameters",
            "filter",
            "features-filter",
        )
    ),
    *(
        f"{_FEATURES_4}/{each}"
        for each in (
            "create-replace-delete",
            "update",
            "optimistic-locking-etags",
            "features",
        )
    ),
    *(
        f"{_TILES}/{each}"
        for each in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")
    ),
    *(f"{_FEATURES_5}/{each}" for each in ("schemas", "core-roles-features")),
    *(
        f"{_CQL2}/{each}"
        for each in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
        )
    ),
)

Form = Annotated[str | None, Query(description="json or html", max_length=20)]


@router.get("/conformance", dependencies=[requires("service", "read")])
def read_conformance(request: Request, f: Form = None) -> Response:
    """The conformance classes of OGC API standards that the service holds to."""
    at = f"{base_url(request)}/conformance"
    links = [
        link("self", JSON, f"{at}?f=json", "This document"),
        link("alternate", HTML, f"{at}?f=html", "This document as a page"),
    ]
    if form_of(request, f, DOCUMENTS) == "html":
        listed = [{"href": each, "title": each, "said": ""} for each in CLASSES]
        return page("Standards held to", listed=listed, links=links)
    body = {"conformsTo": list(CLASSES), "links": links}
    return json_answer(request, body, headers=VARY)
