"""Pages: drawing a neighbourhood behind an open link, without an account."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.answered.model import new_secret, secret_hash
from assetmap.errors import AssetmapError
from assetmap.neighbourhoods.links import store as links
from assetmap.neighbourhoods.links.model import DeviceNotKnown, ShownLink
from assetmap.neighbourhoods.sketches import store as sketches
from assetmap.neighbourhoods.sketches.model import DrawnSketch
from assetmap.publish import browser
from assetmap.publish.authority import requires
from assetmap.publish.deps import RawBody
from assetmap.publish.drawings import storing
from assetmap.publish.drawings.links import LinkSession, open_link
from assetmap.publish.problems import status_of
from assetmap.publish.web.drawing_form import (
    Fields,
    Shown,
    fields_of,
    fields_to_change,
    form_page,
    sent_by,
    wrong_field,
)
from assetmap.publish.web.rendering import PageRoute, page, private

router = APIRouter(
    prefix="/draw/{secret}", include_in_schema=False, route_class=PageRoute
)

DEVICE = "assetmap_device"
KEPT_S = 400 * 86_400
NO_SUCH = "There is no drawing of this number and token."


async def _sent(request: Request, raw: RawBody) -> Fields:
    """The fields of a form that a page of ours sends.

    Raises:
        CrossSite: another page sends it.
        BadBody: it has more fields than any form of ours.
    """
    if not browser.is_from_us(request):
        raise browser.CrossSite
    return fields_of(raw)


Said = Annotated[Fields, Depends(_sent)]


@router.get("", dependencies=[requires("link", "open")])
def drawing_page(secret: str, session: LinkSession) -> Response:
    """What is asked, and a form to say or to draw what is ours."""
    return form_page(session, Shown(secret, open_link(session)))


@router.post("", dependencies=[requires("sketch", "draw")])
def draw(request: Request, secret: str, session: LinkSession, said: Said) -> Response:
    """Take what a resident says is theirs, and tell how to change it."""
    link, edit = open_link(session), new_secret()
    try:
        with session.begin_nested():
            device = _device(request, session)
            sent = sent_by(link.questions, said)
            stored = storing.add_by_link(session, link, device, edit, sent)
    except AssetmapError as error:
        return _again(session, Shown(secret, link, said), error)
    answer = _drawn(secret, link, stored.sketch, edit)
    browser.give_cookie(request, answer, DEVICE, device, KEPT_S)
    return answer


def _device(request: Request, session: Session) -> str:
    """The browser's token; a new one if it has none of this link."""
    token = browser.cookie(request, DEVICE)
    if token is not None:
        try:
            links.device(session, secret_hash(token))
        except DeviceNotKnown:
            token = None
    if token is None:
        token = new_secret()
        links.add_device(session, secret_hash(token))
    return token


@router.post("/drawing", dependencies=[requires("sketch", "read")])
def open_drawing(secret: str, session: LinkSession, said: Said) -> Response:
    """The form, filled with a drawing that was sent, to change it."""
    link = open_link(session)
    try:
        found = _theirs(session, link, said)
    except AssetmapError as error:
        return _again(session, Shown(secret, link, _named(said)), error, "token")
    told = {**_named(said), **fields_to_change(link.questions, found)}
    return form_page(session, Shown(secret, link, told, is_change=True))


@router.post("/redrawn", dependencies=[requires("sketch", "change")])
def redraw(secret: str, session: LinkSession, said: Said) -> Response:
    """Put what is sent in the place of what the same resident sent before."""
    link = open_link(session)
    try:
        with session.begin_nested():
            found = _theirs(session, link, said)
            sent = sent_by(link.questions, said)
            stored = storing.redraw(session, link.slug, found.id, sent, _any_version)
    except AssetmapError as error:
        return _again(session, Shown(secret, link, said, is_change=True), error)
    return _drawn(secret, link, stored.sketch, said["token"].strip())


@router.post("/withdrawn", dependencies=[requires("sketch", "delete")])
def withdraw(secret: str, session: LinkSession, said: Said) -> Response:
    """Erase a drawing, whether or not its link is still open."""
    link = links.shown_link(session)
    try:
        found = _theirs(session, link, said)
    except AssetmapError as error:
        return _again(session, Shown(secret, link, _named(said)), error, "token")
    storing.withdraw(session, link.slug, found.id, _any_version)
    return private(page("withdrawn.html", link=link))


def _any_version(version: int) -> None:
    """Whoever drew is alone with their drawing: the newest is what they mean."""


def _theirs(session: Session, link: ShownLink, said: Fields) -> DrawnSketch:
    """The drawing of the number and token in a form.

    Raises:
        SketchNotFound: there is none.
    """
    acting.present(session, secret_hash(said.get("token", "").strip()))
    try:
        number = UUID(said.get("drawing", "").strip())
    except ValueError:
        number = UUID(int=0)
    return sketches.get_sketch(session, link.slug, number)


def _named(said: Fields) -> Fields:
    return {name: said[name] for name in ("drawing", "token") if name in said}


def _again(
    session: Session, shown: Shown, error: AssetmapError, field: str | None = None
) -> Response:
    """The form as it was sent, with what is wrong about it."""
    told = str(error) if field is None else NO_SUCH
    found = {field or wrong_field(error): told}
    return form_page(session, shown, found, status_of(error))


def _drawn(secret: str, link: ShownLink, found: DrawnSketch, edit: str) -> Response:
    return private(page("drawn.html", link=link, found=found, edit=edit, secret=secret))
