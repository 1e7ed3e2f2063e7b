"""Drawing by an open link: what it asks, and a drawing without an account."""

from dataclasses import asdict
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from assetmap.accounts.answered.model import (
    Answered,
    Asked,
    new_secret,
    secret_hash,
)
from assetmap.neighbourhoods.links import store
from assetmap.neighbourhoods.links.model import (
    DeviceNotKnown,
    ShownLink,
)
from assetmap.publish.api.bodies import DrawnByLink
from assetmap.publish.api.link_bodies import asked_told
from assetmap.publish.api.sent import answered, issues_told, sent
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    RawBody,
    StrictRoute,
    base_url,
    describes,
    dumped,
    json_answer,
)
from assetmap.publish.drawings.links import LinkSession, Secret, open_link
from assetmap.publish.drawings.sent import sent_in
from assetmap.publish.drawings.storing import add_by_link
from assetmap.publish.once import Key, written

router = APIRouter(prefix="/links/{secret}", tags=["links"], route_class=StrictRoute)

DeviceToken = Annotated[
    str | None,
    Header(
        alias="Device-Token",
        max_length=200,
        description="Given by POST /links/{secret}/devices",
    ),
]


@router.get("", dependencies=[requires("link", "open")])
def read_asked(request: Request, secret: Secret, session: LinkSession) -> Response:
    """What a link is for, what it asks, and until when it takes drawings.

    A browser is sent on to a page with a form.
    """
    if request.headers.get("accept", "").startswith("text/html"):
        return RedirectResponse(f"{base_url(request)}/draw/{quote(secret)}", 303)
    return json_answer(
        request, asked_told(open_link(session)), headers={"Cache-Control": "no-store"}
    )


@router.post("/devices", status_code=201, dependencies=[requires("link", "open")])
def add_device(session: LinkSession) -> Response:
    """A token by which the device that draws is told from others.

    It says nothing about the device, and holds for this link alone.
    """
    open_link(session)
    token = new_secret()
    store.add_device(session, secret_hash(token))
    return _no_store(dumped({"device_token": token}))


@router.post(
    "/sketches",
    status_code=201,
    openapi_extra=describes(DrawnByLink),
    dependencies=[requires("sketch", "draw")],
)
def draw_by_link(
    request: Request,
    session: LinkSession,
    raw: RawBody,
    body: Annotated[DrawnByLink, sent(DrawnByLink)],
    token: DeviceToken = None,
    key: Key = None,
) -> Response:
    """Send a drawing. The answer has a token, shown this once, to change it with."""
    link = open_link(session)
    if token is None:
        raise DeviceNotKnown()
    asked = Asked(
        whose=f"device {secret_hash(token)}",
        what=f"{request.method} {request.url.path}",
        body=raw,
        key=key,
        proof=token,
    )
    at = base_url(request)
    return written(
        session, asked, lambda secret: drawn_by(session, link, token, secret, body, at)
    )


def drawn_by(
    session: Session,
    link: ShownLink,
    token: str,
    secret: str,
    body: DrawnByLink,
    at: str,
) -> Answered:
    """What was drawn by a link from a device, as it is answered.

    Raises:
        DeviceNotKnown: the link gave it no such token.
        DeviceLimitReached: it has sent as many as the link takes of one.
    """
    stored = add_by_link(session, link, token, secret, sent_in(body))
    found, issues = stored.sketch, issues_told(stored.issues)
    where = f"{at}/neighbourhoods/{link.slug}/sketches/{found.id}"
    told = {**asdict(found), "edit_token": None, "issues": issues}
    return answered(told, found.version, 201, where, "edit_token")


def _no_store(body: bytes) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(body, 201, headers, "application/json")
