"""Answers about boundary sets that take no thread and no session, where they can.

Maps and clients of collections ask thousands of times, most of them for pages and
tiles of loads that never change: handing a request to a thread and back, and having
the framework find its route and prepare its parameters, takes longer than the answer.
What is asked in any other way, by anybody who shows a key, or wrongly, goes the
ordinary way, which gives the same answers.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace

from fastapi import Request, Response
from starlette.datastructures import State
from starlette.types import ASGIApp, Receive, Scope, Send

from assetmap.accounts.acting import NOBODY
from assetmap.db.glances import Glances
from assetmap.errors import AssetmapError
from assetmap.publish.deps import DEFAULT_LIMIT, limited
from assetmap.publish.export.paging import place_of
from assetmap.publish.features import at_a_glance, catalogue
from assetmap.publish.features.asked import Asked, boxes_of
from assetmap.publish.features.systems import CRS84, system_of
from assetmap.publish.ogc import answers
from assetmap.publish.ogc.formats import FEATURES, FILES, form_of

_LIMIT = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_OFFSET = re.compile(r"\d{1,7}", re.ASCII)
_ITEMS = frozenset({"limit", "offset", "after", "bbox", "bbox-crs", "crs", "f"})
_SHOWN = frozenset({b"authorization", b"cookie"})
"""Headers by which somebody may be known."""

Quick = Callable[[Request, Glances], Awaitable[Response | None]]


class Way:
    """What answers the addresses of one form, where it can."""

    def __init__(self, path: str, quick: Quick) -> None:
        self.route = SimpleNamespace(path=path)
        self.form = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))
        self.quick = quick


class AtOnce:
    """Stands before the routes, and answers what it can at once."""

    def __init__(self, app: ASGIApp, state: State, ways: Sequence[Way]) -> None:
        self._app, self._state, self._ways = app, state, ways

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or hand it on."""
        answer: ASGIApp = self._app
        if scope["type"] == "http" and scope["method"] == "GET" and is_public(scope):
            answer = await self._answer(scope) or answer
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response | None:
        glances: Glances | None = getattr(self._state, "glances", None)
        for way in self._ways if glances else ():
            found = way.form.fullmatch(scope["path"])
            if found is not None and glances is not None:
                request = Request({**scope, "path_params": found.groupdict()})
                answer = await _tried(way.quick, request, glances)
                if answer is not None:
                    scope["route"] = way.route
                return answer
        return None


async def _tried(quick: Quick, request: Request, glances: Glances) -> Response | None:
    try:
        return await quick(request, glances)
    except AssetmapError:
        return None  # the ordinary way says what is wrong


def is_public(scope: Scope) -> bool:
    """Whether nobody is known to ask, and nobody need be known."""
    if any(name in _SHOWN for name, _ in scope["headers"]):
        return False
    return bool(NOBODY.words("boundary_set", "read"))


async def items(request: Request, glances: Glances) -> Response | None:
    """A page of a boundary set as GeoJSON in longitude and latitude."""
    asked = _plainly(request)
    if asked is None:
        return None
    name = request.path_params["name"]
    collection = await catalogue.find_load_at_a_glance(glances, name)
    if collection is None:
        return None
    known = answers.unchanged(request, collection, "geojson")
    if known is not None:
        return known
    most = asked.limit or DEFAULT_LIMIT
    page = await at_a_glance.page(glances, collection, asked, most)
    return None if page is None else answers.items(request, collection, page, asked)


def _plainly(request: Request) -> Asked | None:
    """What is asked for, if by a page and a box alone and rightly."""
    given = request.query_params.multi_items()
    said = dict(given)
    if len(said) < len(given) or not said.keys() <= _ITEMS:
        return None
    limit, offset = said.get("limit", str(DEFAULT_LIMIT)), said.get("offset", "0")
    if not (_LIMIT.fullmatch(limit) and _OFFSET.fullmatch(offset)):
        return None
    form = form_of(request, said.get("f"), {**FEATURES, **FILES})
    if form not in ("geojson", "json") or said.get("crs", CRS84.uri) != CRS84.uri:
        return None
    return Asked(
        boxes=boxes_of(said.get("bbox"), system_of("bbox-crs", said.get("bbox-crs"))),
        limit=limited(int(limit)),
        after=place_of(said.get("after")),
        offset=int(offset),
    )
