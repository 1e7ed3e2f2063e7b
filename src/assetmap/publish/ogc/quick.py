"""Answers about boundary sets that take no thread and no session, where they can.

Maps and clients of collections ask thousands of times, most of them for pages and
tiles of loads that never change: handing a request to a thread and back, and having
the framework prepare its parameters, takes longer than the answer. What is asked in
any other way, by anybody who shows a key, or wrongly, goes the ordinary way.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from assetmap.accounts.acting import NOBODY
from assetmap.db.glances import Glances
from assetmap.publish import browser
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

Quick = Callable[[Request, Glances], Awaitable[Response | None]]


def quick_first(quick: Quick, kind: type[APIRoute] = APIRoute) -> type[APIRoute]:
    """A kind of route that is answered quickly where that gives an answer."""

    class QuickFirst(kind):  # type: ignore[valid-type,misc]
        """Its function is called where there is no quick answer."""

        def get_route_handler(
            self,
        ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()

            async def quickly(request: Request) -> Response:
                glances = getattr(request.app.state, "glances", None)
                found = None
                if glances is not None and is_public(request):
                    found = await quick(request, glances)
                return await answer(request) if found is None else found

            return quickly

    return QuickFirst


def is_public(request: Request) -> bool:
    """Whether nobody is known to ask, and nobody need be known."""
    headers = request.headers
    if "authorization" in headers or browser.cookie(request, browser.SESSION):
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
