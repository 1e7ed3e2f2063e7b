"""Which collections are edited, as the OpenAPI 3.0 document tells it."""

from collections.abc import Iterable
from typing import Any

from assetmap.publish.deps import GEOJSON
from assetmap.publish.features.of_assets import ASSETS
from assetmap.publish.features.of_sketches import SKETCHES

Json = dict[str, Any]

EDITED = (ASSETS, SKETCHES)
CHANGING = ("put", "patch", "delete")
_SAID = {
    "post": "Add a feature",
    "put": "Replace a feature",
    "patch": "Change some of a feature",
    "delete": "Close or withdraw a feature",
}
_DONE = {"post": "201", "delete": "204"}
_FORMS = {"patch": "application/merge-patch+json"}


def _header(name: str, description: str) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
    }


PARAMETERS = {
    "contentCrs": _header("Content-Crs", "System of the geometry"),
    "ifMatch": _header("If-Match", "The ETag of what was read"),
}


def _named(*names: str) -> list[Json]:
    return [{"$ref": f"#/components/parameters/{each}"} for each in names]


def written(name: str, methods: Iterable[str]) -> Json:
    """The operations that write the features of a collection, by method."""
    return {each: _operation(name, each) for each in methods}


def _operation(name: str, method: str) -> Json:
    takes = [] if method == "post" else _named("featureId", "ifMatch")
    told: Json = {
        "operationId": f"{method}_{name}",
        "summary": _SAID[method],
        "tags": ["Features"],
        "responses": {
            _DONE.get(method, "200"): {"$ref": "#/components/responses/Feature"},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if method != "delete":
        takes += _named("contentCrs")
        schema = {"schema": {"$ref": "#/components/schemas/json"}}
        content = {_FORMS.get(method, GEOJSON): schema}
        told["requestBody"] = {"required": True, "content": content}
    return told | {"parameters": takes}
