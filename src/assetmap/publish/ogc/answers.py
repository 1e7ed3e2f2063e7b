"""Answers with features: as GeoJSON texts passed on as they are, and as pages."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson
from fastapi import Request, Response

from assetmap import __version__
from assetmap.publish.deps import (
    GEOJSON,
    base_url,
    dumped,
    is_held,
    json_answer,
    next_link,
)
from assetmap.publish.export.geojson import joined_text
from assetmap.publish.export.paging import mark
from assetmap.publish.features.asked import Asked
from assetmap.publish.features.collection import Collection
from assetmap.publish.features.store import Page
from assetmap.publish.features.systems import System
from assetmap.publish.ogc.described import Json, link
from assetmap.publish.ogc.formats import HTML, JSON, VARY
from assetmap.publish.ogc.pages import page as page_of


def tag_of(request: Request, collection: Collection, form: str) -> str | None:
    """The ETag of an answer, known before it is made; None where no load tells it."""
    if collection.tag is None:
        return None
    told = (collection.tag, form, base_url(request), str(request.url.path))
    said = "\n".join((*told, request.url.query, __version__))
    return f'"{blake2b(said.encode(), digest_size=12).hexdigest()}"'


def unchanged(request: Request, collection: Collection, form: str) -> Response | None:
    """The answer 304 if a client has this one already: nothing is asked for then."""
    if "if-none-match" not in request.headers:
        return None
    tag = tag_of(request, collection, form)
    if tag is None or "*" in request.headers["if-none-match"]:
        return None
    return (
        Response(status_code=304, headers=_kept(tag)) if is_held(request, tag) else None
    )


def _kept(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "no-cache", **VARY}


def items(
    request: Request, collection: Collection, page: Page, asked: Asked
) -> Response:
    """A page of features, with a link to the next one if there is one."""
    links = _page_links(request, page, asked)
    members: Json = {"numberReturned": page.count}
    matched = _matched(collection, page, asked)
    if matched is not None:
        members["numberMatched"] = matched
    members |= {"links": links, "attribution": page.credits}
    text = joined_text(page.joined, members)
    headers = _headers(asked.system) | {"Link": ", ".join(map(_header, links))}
    return sent(request, collection, text, headers)


def sent(
    request: Request,
    collection: Collection,
    body: bytes,
    headers: Mapping[str, str],
    media_type: str = GEOJSON,
    form: str = "geojson",
) -> Response:
    """An answer with its ETag: that of its load, where this tells all of it."""
    tag = tag_of(request, collection, form)
    if tag is None or "*" in request.headers.get("if-none-match", ""):
        return json_answer(request, body, media_type, headers)
    return Response(body, media_type=media_type, headers={**headers, **_kept(tag)})


def headers_of(
    request: Request, collection: Collection, system: System, form: str
) -> dict[str, str]:
    """The headers of a file, with its ETag where that is known."""
    tag = tag_of(request, collection, form)
    return _headers(system) | ({} if tag is None else _kept(tag))


def _headers(system: System) -> dict[str, str]:
    return {"Content-Crs": f"<{system.uri}>", **VARY}


def _matched(collection: Collection, page: Page, asked: Asked) -> int | None:
    """How many match on all pages, where that is known without counting."""
    if asked.is_all and collection.count is not None:
        return collection.count
    is_first = not asked.after and (page.count or not asked.offset)
    if page.more_after is None and is_first:
        return asked.offset + page.count
    return None


def _page_links(request: Request, page: Page, asked: Asked) -> list[Json]:
    links = [
        link("self", GEOJSON, _self(request), "This page"),
        link("alternate", HTML, next_link(request, f="html"), "This page for people"),
        link("collection", JSON, _above(request), "The collection"),
    ]
    if page.more_after is not None:
        links.append(
            link("next", GEOJSON, _next(request, page, asked), "The next page")
        )
    return links


def _next(request: Request, page: Page, asked: Asked) -> str:
    url = request.url.remove_query_params(["offset"])
    after = mark(page.more_after or 0)
    query = url.include_query_params(after=after, limit=asked.limit).query
    return f"{base_url(request)}{request.url.path}?{query}"


def _header(told: Json) -> str:
    return f'<{told["href"]}>; rel="{told["rel"]}"; type="{told["type"]}"'


def _self(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{base_url(request)}{request.url.path}{query}"


def _above(request: Request) -> str:
    path = request.url.path.partition("/items")[0]
    return f"{base_url(request)}{path}"


def item(
    request: Request, collection: Collection, text: str, system: System
) -> Response:
    """One feature, with links to itself and to its collection."""
    links = [
        link("self", GEOJSON, _self(request), "This feature"),
        link(
            "alternate", HTML, next_link(request, f="html"), "This feature for people"
        ),
        link("collection", JSON, _above(request), "The collection"),
    ]
    members = dumped({"links": links, "attribution": list(collection.attribution)})
    body = text[:-1].encode() + b"," + members[1:]
    headers = _headers(system) | {"Link": ", ".join(map(_header, links))}
    if collection.column("version") is None:
        return sent(request, collection, body, headers)
    version = orjson.loads(text)["properties"]["version"]
    return json_answer(request, body, GEOJSON, headers, version)


def items_page(
    request: Request, collection: Collection, page: Page, asked: Asked
) -> Response:
    """A page of features as a table without their geometry."""
    found = orjson.loads(b"[%b]" % page.joined)
    names = [each.name for each in collection.columns]
    at = f"{base_url(request)}{request.url.path}"
    rows = [
        (
            {"href": f"{at}/{each['id']}?f=html", "title": each["id"]},
            *(_shown(each["properties"][name]) for name in names),
        )
        for each in found
    ]
    links = _page_links(request, page, asked)
    links[1] = link("alternate", GEOJSON, next_link(request, f="geojson"), "As GeoJSON")
    for each in links:
        each["type"] = HTML if each["rel"] in ("self", "next") else each["type"]
    about = ["; ".join(page.credits)]
    head = ["id", *names]
    return page_of(collection.title, about=about, head=head, rows=rows, links=links)


def item_page(request: Request, collection: Collection, told: Json) -> Response:
    """One feature as a table of its properties."""
    rows = [(name, _shown(value)) for name, value in told["properties"].items()]
    links = [
        link("self", HTML, _self(request), "This page"),
        link("alternate", GEOJSON, next_link(request, f="geojson"), "As GeoJSON"),
        link("collection", JSON, _above(request), "The collection"),
    ]
    title = f"{collection.title}: {told['id']}"
    head = ["Property", "Value"]
    about = ["; ".join(collection.attribution)]
    return page_of(title, about=about, head=head, rows=rows, links=links)


def _shown(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
