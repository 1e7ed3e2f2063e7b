"""Sending to webhooks: what is due becomes a job each, and a job sends one message.

A message tells the changes between two places in the feed, as whoever made the webhook
may see them at that moment. It has the same id each time that it is sent: a receiver
that has seen it lets it pass.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import BaseModel
from sqlalchemy.orm import Session

from assetmap.assets.changes import store as changes
from assetmap.assets.changes.model import Change, place_at
from assetmap.assets.changes.told import told
from assetmap.assets.webhooks import due_store
from assetmap.assets.webhooks.addresses import check_address, guard_for
from assetmap.assets.webhooks.due_store import Due
from assetmap.assets.webhooks.model import (
    KIND,
    MOST_CHANGES,
    Outcome,
    Sending,
    signature,
)
from assetmap.errors import AssetmapError
from assetmap.jobs import askers
from assetmap.jobs.asking import ask
from assetmap.jobs.model import Order
from assetmap.jobs.progress import Progress
from assetmap.jobs.registry import Work, register
from assetmap.settings import networks, settings
from assetmap.sources.guarded import ask as ask_address

log = logging.getLogger(__name__)

WHO = "the service"
TYPE = "assets.changed"
GONE, FIRST_REFUSED = 410, 300
NOT_ALLOWED = "Whoever made it may not ask any more: the account or its key is closed."


class MessageWanted(BaseModel):
    """Which message is to be sent."""

    delivery: int


def ask_for_due(session: Session) -> int:
    """Have a job send what is due to each webhook; how many there are."""
    found = [
        each for each in due_store.list_due(session) if _has_message(session, each)
    ]
    return len(found)


def _has_message(session: Session, due: Due) -> bool:
    """Whether a job sends something to a webhook; if not, it has come so far."""
    if not askers.still(session, due.account_id, due.key_id):
        due_store.disable(session, due.webhook_id, due.cursor, NOT_ALLOWED)
        return False
    delivery = due.waiting or _new_message(session, due)
    if delivery is None:
        return False
    due_store.lease(session, due.webhook_id)
    ask(session, Order(MESSAGE.name, {"delivery": delivery}, WHO))
    return True


def _new_message(session: Session, due: Due) -> int | None:
    place = place_at(due.cursor)
    if changes.newest_place(session) <= place:
        return None
    with askers.in_rights(session, due.account_id, due.key_id):
        page = changes.list_changes(session, place, MOST_CHANGES)
    if not page.changes:
        due_store.move_on(session, due.webhook_id, page.behind.cursor)
        return None
    until = page.behind.cursor
    return due_store.add_delivery(session, due, until, len(page.changes))


def run(
    session: Session, wanted: MessageWanted, progress: Progress
) -> Mapping[str, Any]:
    """Send a message, if it still waits, and note what came of it."""
    sending = due_store.find_sending(session, wanted.delivery)
    if sending is None:
        return {"sent": False}
    if not askers.still(session, sending.account_id, sending.key_id):
        outcome = Outcome(False, reason=NOT_ALLOWED, is_final=True)
    else:
        outcome = _sent(sending, _body(_changes(session, sending)))
    due_store.note(session, sending, outcome)
    if not outcome.is_taken:
        log.warning("Message %s was not taken: %s", sending.id, outcome.reason)
    return {"sent": outcome.is_taken, "status": outcome.status}


MESSAGE = register(Work(KIND, MessageWanted, run))


def _changes(session: Session, sending: Sending) -> list[Change]:
    """The changes between the message's two places, as they may be told now."""
    behind, until = place_at(sending.behind), place_at(sending.until)
    with askers.in_rights(session, sending.account_id, sending.key_id):
        page = changes.list_changes(session, behind, MOST_CHANGES)
    return [each for each in page.changes if each.place <= until]


def _body(found: list[Change]) -> bytes:
    """The message by Standard Webhooks: its type, its instant, and what it tells."""
    said = sorted({each.asset.attribution for each in found if each.asset} - {""})
    data = {"changes": [told(each) for each in found], "attribution": said}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return orjson.dumps({"type": TYPE, "timestamp": now, "data": data})


def _sent(sending: Sending, body: bytes) -> Outcome:
    """What comes of sending it: any answer of success takes it; none is followed."""
    own = networks(settings().webhook_networks)
    sent_at = int(datetime.now(UTC).timestamp())
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "webhook-id": sending.id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": signature(sending.secret, sending.id, sent_at, body),
    }
    try:
        check_address(sending.url, own)
        guard = guard_for(sending.url, own)
        answer = ask_address(
            sending.url, guard, method="POST", headers=headers, body=body
        )
    except AssetmapError as error:
        return Outcome(False, reason=_without_address(error, sending.url))
    if answer.status < FIRST_REFUSED:
        return Outcome(True, answer.status)
    is_moved = answer.status < 400
    reason = "redirects, which is not followed" if is_moved else "refuses"
    return Outcome(False, answer.status, reason, is_final=answer.status == GONE)


def _without_address(error: AssetmapError, address: str) -> str:
    """Why, without an address, in which somebody may have put a secret."""
    return str(error).replace(repr(address), "It").replace(address, "It")[:500]
