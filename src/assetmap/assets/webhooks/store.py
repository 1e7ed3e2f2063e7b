"""Queries of webhooks as those see them whose they are."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from assetmap.assets.webhooks.model import (
    MOST_WEBHOOKS,
    Delivery,
    NewWebhook,
    TooManyWebhooks,
    Webhook,
    WebhookNotFound,
    message_id,
)
from assetmap.assets.webhooks.tables import (
    WebhookDeliveryRow,
    WebhookRow,
    WebhookStateRow,
)


def is_disabled() -> ColumnElement[bool]:
    """Whether a webhook is disabled as it is, beside its state."""
    return and_(
        WebhookStateRow.disabled_version.is_not(None),
        WebhookStateRow.disabled_version == WebhookRow.version,
    )


def add_webhook(session: Session, new: NewWebhook) -> Webhook:
    """Store a webhook of whoever acts.

    Raises:
        TooManyWebhooks: they have as many as one may have.
    """
    # Those who add at once wait for each other, so that none passes the limit.
    own = func.access.own("webhook", "create")
    session.execute(select(func.pg_advisory_xact_lock(4_201_536, func.hashint8(own))))
    count = session.scalar(select(func.count()).select_from(WebhookRow)) or 0
    if count >= MOST_WEBHOOKS:
        raise TooManyWebhooks
    made = session.scalar(
        insert(WebhookRow)
        .values(
            name=new.name, url=new.url, signs_with=new.secret, from_cursor=new.cursor
        )
        .returning(WebhookRow.public_id)
    )
    return get_webhook(session, made or UUID(int=0))


def list_webhooks(session: Session) -> list[Webhook]:
    """The webhooks of whoever acts, in the order in which they were made."""
    return [
        _told(row, state, is_off)
        for row, state, is_off in session.execute(_query().order_by(WebhookRow.id))
    ]


def get_webhook(session: Session, webhook: UUID, is_locked: bool = False) -> Webhook:
    """A webhook of whoever acts.

    Raises:
        WebhookNotFound: they have none of this id.
    """
    query = _query().where(WebhookRow.public_id == webhook)
    if is_locked:
        query = query.with_for_update(of=WebhookRow)
    row = session.execute(query).one_or_none()
    if row is None:
        raise WebhookNotFound(webhook)
    found, state, is_off = row
    return _told(found, state, is_off)


def change_webhook(session: Session, known: Webhook, said: Mapping[str, Any]) -> None:
    """Store what is new about a webhook. One that was disabled is so no more."""
    session.execute(
        update(WebhookRow)
        .where(WebhookRow.public_id == known.id)
        .values(**said, version=known.version + 1, updated_at=func.now())
    )


def delete_webhook(session: Session, known: Webhook) -> None:
    """Delete a webhook and all that is kept of what was sent to it."""
    session.execute(delete(WebhookRow).where(WebhookRow.public_id == known.id))


def list_deliveries(
    session: Session, webhook: UUID, limit: int, offset: int
) -> list[Delivery]:
    """What became of the messages to a webhook, the newest first."""
    row = WebhookDeliveryRow
    query = (
        select(row)
        .join(WebhookRow, WebhookRow.id == row.webhook_id)
        .where(WebhookRow.public_id == webhook)
        .order_by(row.id.desc())
    )
    found = session.scalars(query.limit(limit).offset(offset))
    return [
        Delivery(
            message_id(each.public_id),
            each.behind,
            each.until,
            each.changes,
            each.state,
            each.attempts,
            each.status,
            each.reason,
            each.made_at,
            each.tried_at,
        )
        for each in found
    ]


def _query() -> Select[WebhookRow, WebhookStateRow, bool]:
    return select(WebhookRow, WebhookStateRow, is_disabled()).outerjoin(
        WebhookStateRow, WebhookStateRow.webhook_id == WebhookRow.id
    )


def _told(row: WebhookRow, state: WebhookStateRow | None, is_off: bool) -> Webhook:
    return Webhook(
        row.public_id,
        row.url,
        row.name,
        row.is_paused,
        row.from_cursor if state is None else state.cursor,
        state.failures if state else 0,
        state.next_try_at if state and not is_off else None,
        state.disabled_at if state and is_off else None,
        state.disabled_why if state and is_off else None,
        row.version,
        row.created_at,
        row.updated_at,
    )
