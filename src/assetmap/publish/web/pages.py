"""Pages: the neighbourhoods, one place, a look-up, and the interface described."""

from importlib.resources import files
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.boundaries.model import KIND_NAMES
from assetmap.errors import AssetmapError, NotFound
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.publish.authority import requires
from assetmap.publish.deps import DbSession, base_url, json_answer
from assetmap.publish.export.lookups import single as lookups
from assetmap.publish.problems import status_of
from assetmap.publish.web.landing import TITLE, landing, prefers_json
from assetmap.publish.web.operations import operations_of
from assetmap.publish.web.place import place_page
from assetmap.publish.web.rendering import PageRoute, page
from assetmap.publish.web.sources import sources_of
from assetmap.publish.web.views import place_of
from assetmap.settings import settings
from assetmap.sources.days import today

router = APIRouter(include_in_schema=False, route_class=PageRoute)

SHOWN_IN_FULL = 12
"""Neighbourhoods whose tables stand on the front page; the others are linked."""

SCRIPT = "text/javascript; charset=utf-8"
STATIC = {
    "assetmap.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "draw.js": SCRIPT,
    "draw-changing.js": SCRIPT,
    "draw-moving.js": SCRIPT,
    "draw-pointing.js": SCRIPT,
    "draw-telling.js": SCRIPT,
    "draw-tool.js": SCRIPT,
    "draw-background.js": SCRIPT,
    "draw-outline.js": SCRIPT,
    "draw-picture.js": SCRIPT,
    "draw-view.js": SCRIPT,
}


class FileNotThere(NotFound):
    """There is no such file among the pages' own."""

    title = "File not found"


@router.get("/", dependencies=[requires("neighbourhood", "read")])
def front_page(
    request: Request,
    session: DbSession,
    f: Annotated[Literal["html", "json"] | None, Query()] = None,
) -> Response:
    """Every neighbourhood and how it fits; for programs the landing document."""
    is_json = f == "json" or (
        f is None and prefers_json(request.headers.get("accept", ""))
    )
    if is_json:
        body = landing(base_url(request))
        return json_answer(request, body, headers={"Vary": "Accept"})
    rows = neighbourhood_store.list_neighbourhoods(session)
    places = [place_of(session, row) for row in rows[:SHOWN_IN_FULL]]
    answer = page(
        "front.html",
        title=TITLE,
        places=places,
        others=rows[SHOWN_IN_FULL:],
        postcode="",
        error=None,
        sources=sources_of(session, [each.result for each in places if each.result]),
    )
    answer.headers["Vary"] = "Accept"
    return answer


@router.get("/places/{slug}", dependencies=[requires("neighbourhood", "read")])
def neighbourhood_page(request: Request, slug: str, session: DbSession) -> Response:
    """One neighbourhood: its tables, a map of where residents agree, its assets."""
    row = neighbourhood_store.get_neighbourhood(session, slug)
    return place_page(session, row, base_url(request))


@router.get("/place", dependencies=[requires("boundary_set", "read")])
def look_up_page(session: DbSession, postcode: str | None = None) -> Response:
    """What holds a postcode; without one, only the form that asks for it."""
    if postcode is None:
        return _lookup_page(session, "", None, None, 200)
    try:
        answer = _looked_up(session, postcode)
    except AssetmapError as error:
        text = str(error).encode("utf-8", "replace").decode()
        shown = postcode[:20].encode("utf-8", "replace").decode()
        return _lookup_page(session, shown, None, text, status_of(error))
    return _lookup_page(session, answer["query"]["postcode"], answer, None, 200)


def _looked_up(session: Session, postcode: str) -> dict[str, Any]:
    day = today()
    text = lookups.answer_postcode(session, postcode, None, day, settings())
    found: dict[str, Any] = orjson.loads(text)
    return found


def _lookup_page(
    session: Session,
    postcode: str,
    answer: dict[str, Any] | None,
    error: str | None,
    status: int,
) -> Response:
    return page(
        "lookup.html",
        status,
        postcode=postcode,
        answer=answer,
        kinds=KIND_NAMES,
        error=error,
        sources=sources_of(session),
    )


@router.get("/docs", dependencies=[requires("service", "read")])
def interface_page(request: Request) -> Response:
    """Every route, its parameters and answers; needs nothing from elsewhere."""
    document = request.app.openapi()
    return page("interface.html", operations=operations_of(document), told=document)


@router.get("/static/{name}", dependencies=[requires("service", "read")])
def static_file(name: str) -> Response:
    """A file that pages use."""
    if name not in STATIC:
        raise FileNotThere(f"There is no file called {name!r}.", name=name)
    found = files("assetmap.publish.web").joinpath("static", name).read_bytes()
    # Scripts that go together are of one version: each is asked for anew.
    kept = "no-cache" if STATIC[name] == SCRIPT else "max-age=3600"
    headers = {"Cache-Control": kept, "X-Content-Type-Options": "nosniff"}
    return Response(found, headers=headers, media_type=STATIC[name])
