"""Webhooks: where somebody wants to be told of what becomes of assets."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from assetmap.assets.webhooks import store
from assetmap.assets.webhooks.addresses import check_address
from assetmap.assets.webhooks.model import NewWebhook, Webhook, new_secret
from assetmap.publish.api.bodies import Line, Web
from assetmap.publish.api.changes import place_said
from assetmap.publish.api.sent import now_stored, sent
from assetmap.publish.authority import WriteSession, requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    DbSession,
    Limit,
    Offset,
    StrictRoute,
    base_url,
    describes,
    dumped,
    etag,
    json_answer,
    limited,
    next_page,
)
from assetmap.publish.preconditions import Match
from assetmap.publish.questions.schemas import Body
from assetmap.settings import networks, settings

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=StrictRoute)


class WebhookIn(Body):
    """A webhook: where messages are sent to."""

    url: Web = Field(description="Where messages are sent to; https")
    name: Line = Field("", description="What you call it")
    since: Annotated[str, Field(max_length=200)] = Field(
        "now", description="Where in the change feed it begins, as there"
    )


class WebhookChange(Body):
    """What is to be different about a webhook; what is left out stays."""

    url: Web = Field("", description="Where messages are sent to; https")
    name: Line = Field("", description="What you call it")
    is_paused: bool = Field(False, description="Whether nothing is sent for now")


@router.post(
    "",
    status_code=201,
    openapi_extra=describes(WebhookIn),
    dependencies=[requires("webhook", "create")],
)
def add_webhook(
    request: Request,
    session: WriteSession,
    body: Annotated[WebhookIn, sent(WebhookIn)],
) -> Response:
    """Have what becomes of assets sent somewhere. ``secret`` is told this once."""
    check_address(body.url, networks(settings().webhook_networks))
    secret = new_secret()
    place = place_said(session, body.since)
    new = NewWebhook(body.url, body.name, secret, place.cursor)
    made = store.add_webhook(session, new)
    headers = {
        "Location": f"{base_url(request)}/webhooks/{made.id}",
        "ETag": etag(dumped(_told(made)), made.version),
        "Cache-Control": "no-store",
    }
    told = dumped({**_told(made), "secret": secret})
    return Response(told, 201, headers, "application/json")


@router.get("", dependencies=[requires("webhook", "read")])
def list_webhooks(request: Request, session: DbSession) -> Response:
    """Your webhooks, never their secrets."""
    found = [_told(each) for each in store.list_webhooks(session)]
    return json_answer(request, {"webhooks": found, "next": None})


@router.get("/{webhook_id}", dependencies=[requires("webhook", "read")])
def read_webhook(request: Request, webhook_id: UUID, session: DbSession) -> Response:
    """One of your webhooks: how far it has come, and whether it was disabled."""
    found = store.get_webhook(session, webhook_id)
    return json_answer(request, _told(found), version=found.version)


@router.patch(
    "/{webhook_id}",
    openapi_extra=describes(WebhookChange),
    dependencies=[requires("webhook", "change")],
)
def change_webhook(
    webhook_id: UUID,
    session: WriteSession,
    match: Match,
    body: Annotated[WebhookChange, sent(WebhookChange)],
) -> Response:
    """Change, pause or resume a webhook; one that was disabled goes on where it was."""
    known = store.get_webhook(session, webhook_id, is_locked=True)
    match.check(known.version)
    said = body.model_dump(exclude_unset=True)
    if "url" in said:
        check_address(said["url"], networks(settings().webhook_networks))
    store.change_webhook(session, known, said)
    now = store.get_webhook(session, webhook_id)
    return now_stored(_told(now), now.version)


@router.delete(
    "/{webhook_id}", status_code=204, dependencies=[requires("webhook", "delete")]
)
def delete_webhook(webhook_id: UUID, session: WriteSession, match: Match) -> Response:
    """Delete a webhook: nothing more is sent, and nothing of it is kept."""
    known = store.get_webhook(session, webhook_id, is_locked=True)
    match.check(known.version)
    store.delete_webhook(session, known)
    return Response(status_code=204)


@router.get("/{webhook_id}/deliveries", dependencies=[requires("webhook", "read")])
def list_deliveries(
    request: Request,
    webhook_id: UUID,
    session: DbSession,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """What became of the messages to a webhook of late, the newest first."""
    store.get_webhook(session, webhook_id)
    most = limited(limit)
    found = store.list_deliveries(session, webhook_id, most + 1, offset)
    more = offset + most if len(found) > most else None
    body = {
        "deliveries": [asdict(each) for each in found[:most]],
        "next": next_page(request, limit, more),
    }
    return json_answer(request, body)


def _told(webhook: Webhook) -> dict[str, Any]:
    return asdict(webhook)
