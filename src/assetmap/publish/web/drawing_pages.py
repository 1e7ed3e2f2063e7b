"""Pages: drawing a neighbourhood behind an open link, without scripts or an account."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

import orjson
import pyproj
from fastapi import APIRouter, Depends, Path, Request, Response
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.answered.model import new_secret, secret_hash
from assetmap.crs import NATIONAL_GRID
from assetmap.db.engine import session_scope
from assetmap.errors import AssetmapError, BadValue
from assetmap.footprints.from_postcodes import ground_of_postcodes
from assetmap.neighbourhoods.ingest import sketch_of
from assetmap.neighbourhoods.links import store as links
from assetmap.neighbourhoods.links.model import (
    YEARS_LIVED,
    DeviceLimitReached,
    DeviceNotKnown,
    ShownLink,
)
from assetmap.neighbourhoods.links.questions import checked_answers
from assetmap.neighbourhoods.model import Sketch
from assetmap.neighbourhoods.sketches import store as sketches
from assetmap.neighbourhoods.sketches.model import SOURCE, DrawnSketch
from assetmap.publish import browser
from assetmap.publish.asked import request_id
from assetmap.publish.authority import requires
from assetmap.publish.connections import write_engine
from assetmap.publish.deps import BadBody, RawBody
from assetmap.publish.problems import status_of
from assetmap.publish.web.rendering import PageRoute, page, private
from assetmap.settings import settings
from assetmap.sources.spatial.geojson import polygon_of
from assetmap.sources.spatial.reference_systems import DEGREES

router = APIRouter(
    prefix="/draw/{secret}", include_in_schema=False, route_class=PageRoute
)

DEVICE = "assetmap_device"
KEPT_S = 400 * 86_400
MOST_FIELDS = 100
_APART = re.compile(r"[,;\s]*[,;\r\n]+[,;\s]*")


def _session(
    secret: Annotated[str, Path(min_length=1, max_length=200)],
) -> Iterator[Session]:
    """A session of nobody who shows a link."""
    with session_scope(write_engine()) as session:
        acting.tell(session, acting.NOBODY, request_id() or "")
        links.present(session, secret_hash(secret))
        yield session


LinkSession = Annotated[Session, Depends(_session, scope="function")]


async def _sent(request: Request, raw: RawBody) -> dict[str, str]:
    """The fields of a form, which is no longer than the service reads.

    Raises:
        BadBody: it has more fields than any form of ours.
    """
    text = raw.decode("utf-8", "replace")
    if text.count("&") >= MOST_FIELDS:
        raise BadBody(f"The form has over {MOST_FIELDS} fields.")
    pairs = parse_qsl(text, keep_blank_values=True)
    return {name: value.replace("\0", "") for name, value in pairs}


Said = Annotated[dict[str, str], Depends(_sent)]


def _open(session: Session) -> ShownLink:
    found = links.shown_link(session)
    found.check_open(datetime.now(UTC))
    return found


@router.get("", dependencies=[requires("link", "open")])
def drawing_page(secret: str, session: LinkSession) -> Response:
    """What is asked, and a form to say which streets are ours."""
    return _form(secret, _open(session), {}, {}, 200)


@router.post("", dependencies=[requires("sketch", "draw")])
def draw(request: Request, secret: str, session: LinkSession, said: Said) -> Response:
    """Take what a resident says is theirs, and tell how to change it."""
    if not browser.is_from_us(request):
        raise browser.CrossSite
    link = _open(session)
    try:
        with session.begin_nested():
            token, number = _device(request, session)
            edit = new_secret()
            sketch = _sketch(session, link, said)
            found = _stored(session, link, number, edit, sketch)
    except AssetmapError as error:
        return _form(secret, link, {_field(error): str(error)}, said, status_of(error))
    answer = private(
        page("drawn.html", link=link, found=found, edit=edit, secret=secret)
    )
    browser.give_cookie(request, answer, DEVICE, token, KEPT_S)
    return answer


@router.post("/withdrawn", dependencies=[requires("sketch", "delete")])
def withdraw(
    request: Request,
    secret: str,
    session: LinkSession,
    said: Said,
) -> Response:
    """Erase a drawing, whether or not its link is still open."""
    if not browser.is_from_us(request):
        raise browser.CrossSite
    link = links.shown_link(session)
    drawing = said.get("drawing", "").strip()
    acting.present(session, secret_hash(said.get("token", "").strip()))
    try:
        found = sketches.get_sketch(session, link.slug, UUID(drawing))
    except (ValueError, AssetmapError):
        told = {"token": "There is no drawing of this number and token."}
        return _form(secret, link, told, {"drawing": drawing}, 404)
    sketches.withdraw(session, found.id, lambda _: None)
    return private(page("withdrawn.html", link=link))


def _device(request: Request, session: Session) -> tuple[str, int]:
    """The browser's token, a new one if it has none of this link; and its number."""
    token = browser.cookie(request, DEVICE)
    most = links.shown_link(session).most_per_device
    if token is not None:
        try:
            number, drawings = links.device(session, secret_hash(token))
        except DeviceNotKnown:
            token = None
        else:
            if drawings >= most:
                raise DeviceLimitReached(most)
            return token, number
    token = new_secret()
    return token, links.add_device(session, secret_hash(token))


def _sketch(
    session: Session,
    link: ShownLink,
    said: Mapping[str, str],
) -> Sketch:
    given = {
        each["id"]: said.get(f"answer-{each['id']}", "") for each in link.questions
    }
    answers = checked_answers(link.questions, given)
    shape, system, made_how = _ground(
        session, said.get("postcodes", ""), said.get("geojson", "")
    )
    columns = {
        "years_lived": answers.pop(YEARS_LIVED, None),
        "note": said.get("note", "").strip() or None,
        "resident": f"by link {uuid4()}",
    }
    kept = {name: each for name, each in columns.items() if each is not None}
    sketch, _ = sketch_of(shape, system, kept, SOURCE, "")
    return replace(sketch, source_ref=None, answers=answers or None, made_how=made_how)


def _ground(
    session: Session, postcodes: str, geojson: str
) -> tuple[Any, pyproj.CRS, str | None]:
    named = [each for each in _APART.split(postcodes) if each.strip()]
    if geojson.strip():
        if named:
            raise BadValue("geojson", "", "stands beside postcodes: send one of both")
        try:
            sent = orjson.loads(geojson)
        except orjson.JSONDecodeError as error:
            raise BadValue("geojson", "", f"is not GeoJSON: {error}") from error
        return polygon_of(sent, settings().max_vertices), DEGREES, None
    found = ground_of_postcodes(session, named)
    return found.shape, pyproj.CRS(NATIONAL_GRID), found.made_how


def _stored(
    session: Session, link: ShownLink, device: int, edit: str, sketch: Sketch
) -> DrawnSketch:
    digest = secret_hash(edit)
    acting.present(session, digest)
    whole = replace(sketch, edit_token_hash=digest, is_simulated=link.is_simulated)
    by = (link.number, device)
    return sketches.add_sketch(session, link.neighbourhood_id, whole, by)


def _field(error: AssetmapError) -> str:
    """The field of the form that an error is about."""
    column = str(error.facts.get("column", ""))
    if column.startswith("answers."):
        return "answer-" + column.removeprefix("answers.")
    return "geojson" if column in {"geometry", "geojson"} else "postcodes"


def _form(
    secret: str,
    link: ShownLink,
    errors: Mapping[str, str],
    said: Mapping[str, str],
    status: int,
) -> Response:
    return private(
        page(
            "draw.html",
            status,
            link=link,
            secret=secret,
            errors=errors,
            said=said,
        )
    )
