"""What the properties of a collection are, as JSON Schema: to read, and to ask by."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from assetmap.publish.authority import requires
from assetmap.publish.deps import DbSession, StrictRoute, base_url, json_answer
from assetmap.publish.features import catalogue
from assetmap.publish.features.collection import GEOMETRY, Collection, Column, Kind
from assetmap.publish.ogc.described import SCHEMA

Json = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"

router = APIRouter(
    prefix="/collections",
    tags=["collections"],
    route_class=StrictRoute,
    dependencies=[requires("boundary_set", "read")],
)

KINDS: dict[Kind, Json] = {
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "truth": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
}


class SchemaResponse(JSONResponse):
    """What a route that gives a JSON Schema says of its answer."""

    media_type = SCHEMA


_INTERVAL = {
    "valid_from": "primary-interval-start",
    "valid_to": "primary-interval-end",
}


@router.get("/{name}/queryables", response_class=SchemaResponse)
def read_queryables(request: Request, name: str, session: DbSession) -> Response:
    """The properties that features of a collection can be filtered by."""
    collection = catalogue.get_collection(session, name)
    told = _schema(request, collection, "queryables")
    return json_answer(request, told | {"additionalProperties": False}, SCHEMA)


@router.get("/{name}/schema", response_class=SchemaResponse)
def read_schema(request: Request, name: str, session: DbSession) -> Response:
    """The properties that features of a collection have."""
    collection = catalogue.get_collection(session, name)
    return json_answer(request, _schema(request, collection, "schema"), SCHEMA)


def _schema(request: Request, collection: Collection, kind: str) -> Json:
    at = f"{base_url(request)}/collections/{collection.id}/{kind}"
    properties = {each.name: _property(collection, each) for each in collection.columns}
    if collection.degrees is not None:
        form = f"geometry-{collection.shape_kind}"
        place = {"format": form, "x-ogc-role": "primary-geometry", "title": "Place"}
        properties[GEOMETRY] = place
    return {
        "$schema": DRAFT,
        "$id": at,
        "type": "object",
        "title": collection.title,
        "description": collection.description,
        "properties": properties,
    }


def _property(collection: Collection, column: Column) -> Json:
    told = {"title": column.name, **KINDS[column.kind]}
    if column.meaning:
        told["description"] = column.meaning
    if column.name == collection.fid.name:
        told["x-ogc-role"] = "id"
    if column.name in _INTERVAL and collection.begins is not None:
        told["x-ogc-role"] = _INTERVAL[column.name]
    return told
