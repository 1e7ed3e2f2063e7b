"""Pages of GeoJSON features, with links to the next."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from assetmap.publish.deps import GEOJSON, base_url, json_answer
from assetmap.publish.export.geojson import collection_text


def items_answer(
    request: Request,
    features: list[str],
    after: str | None,
    limit: int,
    attribution: list[str],
    more: Mapping[str, Any] | None = None,
) -> Response:
    """A page of features, with a link to the next one if there is one.

    ``after`` is the opaque place behind the last; ``more`` are further members.
    """
    links = [{"rel": "self", "type": GEOJSON, "href": _self(request)}]
    if after is not None:
        following = _next(request, after, limit)
        links.append({"rel": "next", "type": GEOJSON, "href": following})
    members = {
        "numberReturned": len(features),
        "links": links,
        "attribution": attribution,
        **(more or {}),
    }
    return json_answer(request, collection_text(features, members), GEOJSON)


def _next(request: Request, after: str, limit: int) -> str:
    url = request.url.remove_query_params(["offset"])
    query = url.include_query_params(after=after, limit=limit).query
    return f"{base_url(request)}{request.url.path}?{query}"


def _self(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{base_url(request)}{request.url.path}{query}"
