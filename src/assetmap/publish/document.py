"""What the OpenAPI document says beside what the framework makes of the routes."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from assetmap.publish.authority import Check

PROBLEM = {
    "description": "A problem (RFC 9457)",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail", "instance"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "instance": {"type": "string"},
                    "request": {"type": "string"},
                },
            }
        }
    },
}


OPEN: list[dict[str, list[str]]] = [{}, {"HTTPBearer": []}]
"""A key may be sent, and shows more to some; without one there is an answer too."""


def tell_in_openapi(app: FastAPI) -> None:
    """Say in the OpenAPI document how errors are really answered, and what needs a key.

    The framework would promise 422 in a form of its own for a wrong parameter, and a
    key wherever one is looked at.
    """
    write = app.openapi

    def written() -> dict[str, Any]:
        document = write()
        is_open = _open_operations(app)
        for address, path in document["paths"].items():
            for method, operation in path.items():
                answers = operation["responses"]
                answers.pop("422", None)
                answers["default"] = PROBLEM
                if (method.upper(), address) in is_open:
                    operation["security"] = OPEN
        parts = document.get("components", {}).get("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            parts.pop(name, None)
        return document

    app.openapi = written  # type: ignore[method-assign]


def _open_operations(app: FastAPI) -> set[tuple[str, str]]:
    """Methods and addresses of what the public may do, by the table of rules."""
    return {
        (method, route.path_format or "")
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute)
        for check in _checks(route.dependant)
        if check.is_open
        for method in route.methods or ()
    }


def _checks(dependant: Dependant) -> Iterator[Check]:
    for each in dependant.dependencies:
        if isinstance(each.call, Check):
            yield each.call
        yield from _checks(each)
