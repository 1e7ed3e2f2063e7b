"""The OpenAPI 3.0 document of the collections, as GIS programs read it.

They look for each collection's own address, and for the parameter ``limit`` among the
components: its largest value is the size of the pages that they ask for.
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from assetmap import __version__
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    MOST_LIMIT,
    DbSession,
    StrictRoute,
    base_url,
    json_answer,
)
from assetmap.publish.features import catalogue
from assetmap.publish.features.collection import Collection, Kind
from assetmap.publish.features.systems import CRS84, SYSTEMS
from assetmap.publish.ogc.edited import CHANGING, EDITED, PARAMETERS, written

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
Json = dict[str, Any]

router = APIRouter(tags=["collections"], route_class=StrictRoute)

SCHEMAS: dict[Kind, Json] = {
    "text": {"type": "string"},
    "texts": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "truth": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
}
_SYSTEM = {"type": "string", "format": "uri", "enum": list(SYSTEMS)}


class OpenApiResponse(JSONResponse):
    """What the route says of its answer."""

    media_type = OPENAPI


@router.get(
    "/api", response_class=OpenApiResponse, dependencies=[requires("service", "read")]
)
def read_service_document(request: Request, session: DbSession) -> Response:
    """The collections as an OpenAPI 3.0 document, for GIS programs."""
    found = catalogue.list_collections(session)
    body = {
        "openapi": "3.0.3",
        "info": {
            "title": "assetmap: collections",
            "version": __version__,
            "description": "Boundaries and assets by OGC API Features. All routes: "
            "/openapi.json.",
        },
        "servers": [{"url": base_url(request) or "/"}],
        "paths": _paths(found),
        "components": {
            "parameters": _parameters(),
            "responses": _responses(),
            "schemas": {"json": {"type": "object"}},
        },
    }
    return json_answer(request, body, OPENAPI)


def _paths(found: list[Collection]) -> Json:
    paths = {
        "/": _read("landingPage", "The landing page"),
        "/conformance": _read("conformance", "Standards that are held to"),
        "/collections": _read("collections", "All collections"),
    }
    for each in found:
        at = f"/collections/{each.id}"
        name = each.id.replace("-", "_")
        paths[at] = _read(f"collection_{name}", each.title)
        paths[f"{at}/items"] = _read(
            f"items_{name}",
            f"Features of {each.title}",
            [*map(_named, (*_ITEMS, *_FILTERS)), *_properties(each)],
            "Features",
        )
        paths[f"{at}/items/{{featureId}}"] = _read(
            f"item_{name}",
            f"One of {each.title}",
            [_named("featureId"), _named("crs")],
            "Feature",
        )
        if each.id in EDITED:
            paths[f"{at}/items"] |= written(name, ("post",))
            paths[f"{at}/items/{{featureId}}"] |= written(name, CHANGING)
    return paths


_ITEMS = ("limit", "bbox", "bbox-crs", "datetime", "crs", "offset", "after")
_FILTERS = ("filter", "filter-lang", "filter-crs")


def _named(name: str) -> Json:
    return {"$ref": f"#/components/parameters/{name}"}


def _properties(collection: Collection) -> list[Json]:
    return [
        {
            "name": each.name,
            "in": "query",
            "required": False,
            "description": each.meaning or f"Features with this {each.name}",
            "schema": SCHEMAS[each.kind],
            "style": "form",
            "explode": False,
        }
        for each in collection.columns
    ]


def _read(
    operation: str, summary: str, takes: list[Json] | None = None, gives: str = "Json"
) -> Json:
    told: Json = {
        "operationId": operation,
        "summary": summary,
        "tags": ["Features"],
        "responses": {
            "200": {"$ref": f"#/components/responses/{gives}"},
            "400": {"$ref": "#/components/responses/Problem"},
            "404": {"$ref": "#/components/responses/Problem"},
        },
    }
    return {"get": told | ({"parameters": takes} if takes else {})}


def _parameters() -> Json:
    return {
        "limit": _query(
            "limit",
            {
                "type": "integer",
                "minimum": 1,
                "maximum": MOST_LIMIT,
                "default": DEFAULT_LIMIT,
            },
            "Most features on a page",
        ),
        "offset": _query(
            "offset", {"type": "integer", "minimum": 0, "default": 0}, "To skip"
        ),
        "after": _query("after", {"type": "string"}, "From a link to a next page"),
        "bbox": _query("bbox", _BBOX, "Features that meet this box, or have no place"),
        "bbox-crs": _query("bbox-crs", _SYSTEM | {"default": CRS84.uri}, "Of the box"),
        "crs": _query("crs", _SYSTEM | {"default": CRS84.uri}, "Of the answer"),
        "datetime": _query(
            "datetime",
            {"type": "string"},
            "Features that hold then, or are not in time",
        ),
        "filter": _query("filter", {"type": "string"}, "Features by CQL2"),
        "filter-lang": _query(
            "filter-lang",
            {
                "type": "string",
                "enum": ["cql2-text", "cql2-json"],
                "default": "cql2-text",
            },
            "How the filter is written",
        ),
        "filter-crs": _query("filter-crs", _SYSTEM | {"default": CRS84.uri}, "Its own"),
        "featureId": {
            "name": "featureId",
            "in": "path",
            "required": True,
            "description": "Identifier of a feature",
            "schema": {"type": "string"},
        },
        **PARAMETERS,
    }


_BBOX: Json = {
    "type": "array",
    "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    "items": {"type": "number"},
}


def _query(name: str, schema: Json, description: str) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _responses() -> Json:
    json_schema = {"schema": {"$ref": "#/components/schemas/json"}}
    page = {"schema": {"type": "string"}}
    geojson = {"application/geo+json": json_schema, "text/html": page}
    return {
        "Json": {
            "description": "What is asked for",
            "content": {"application/json": json_schema, "text/html": page},
        },
        "Features": {"description": "Features", "content": geojson},
        "Feature": {"description": "One feature", "content": geojson},
        "Problem": {
            "description": "A problem (RFC 9457)",
            "content": {"application/problem+json": json_schema},
        },
    }
