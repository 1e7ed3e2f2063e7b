"""Queries of what sends to webhooks: which are due, and what came of it.

They are the owner's: nobody else may write how far a webhook has come, or read the
secret that it signs with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from assetmap.assets.webhooks.model import (
    KEPT_DAYS,
    KIND,
    Outcome,
    Sending,
    message_id,
    wait_after,
)
from assetmap.assets.webhooks.store import is_disabled
from assetmap.assets.webhooks.tables import (
    WebhookDeliveryRow,
    WebhookRow,
    WebhookStateRow,
)
from assetmap.jobs.tables import JobRow

_NOW = func.clock_timestamp()
LEASE_S = 60
KEPT_JOBS_HOURS = 24


@dataclass(frozen=True)
class Due:
    """A webhook that something may be sent to: how far it is, and what waits for it."""

    webhook_id: int
    account_id: int
    key_id: str | None
    cursor: str
    waiting: int | None


def list_due(session: Session) -> Sequence[Due]:
    """The webhooks that are neither paused nor disabled nor to be left in peace yet."""
    state, sent = WebhookStateRow, WebhookDeliveryRow
    query = (
        select(
            WebhookRow.id,
            WebhookRow.account_id,
            WebhookRow.asked_key,
            func.coalesce(state.cursor, WebhookRow.from_cursor),
            sent.id,
        )
        .outerjoin(state, state.webhook_id == WebhookRow.id)
        .outerjoin(sent, (sent.webhook_id == WebhookRow.id) & (sent.state == "waiting"))
        .where(
            ~WebhookRow.is_paused,
            or_(state.webhook_id.is_(None), ~is_disabled()),
            or_(state.next_try_at.is_(None), state.next_try_at <= _NOW),
        )
        .order_by(WebhookRow.id)
    )
    return [Due(*row) for row in session.execute(query)]


def move_on(session: Session, webhook_id: int, cursor: str) -> None:
    """Note how far a webhook has come."""
    _put(session, webhook_id, cursor=cursor, failures=0, next_try_at=None)


def lease(session: Session, webhook_id: int) -> None:
    """Leave a webhook in peace while a job is to send to it; not for good."""
    wait = timedelta(seconds=LEASE_S)
    _put(session, webhook_id, next_try_at=func.clock_timestamp() + wait)


def add_delivery(session: Session, due: Due, until: str, changes: int) -> int:
    """A message that waits, of the changes up to a place; its number."""
    query = insert(WebhookDeliveryRow).values(
        webhook_id=due.webhook_id, behind=due.cursor, until=until, changes=changes
    )
    return session.scalars(query.returning(WebhookDeliveryRow.id)).one()


def find_sending(session: Session, delivery: int) -> Sending | None:
    """A message that waits, of a webhook that may be sent to; None: none does."""
    row = WebhookDeliveryRow
    found = session.execute(
        select(WebhookRow, row, WebhookRow.signs_with)
        .join(row, row.webhook_id == WebhookRow.id)
        .outerjoin(WebhookStateRow, WebhookStateRow.webhook_id == WebhookRow.id)
        .where(row.id == delivery, row.state == "waiting", ~WebhookRow.is_paused)
        .where(or_(WebhookStateRow.webhook_id.is_(None), ~is_disabled()))
    ).one_or_none()
    if found is None:
        return None
    webhook, sent, secret = found
    return Sending(
        sent.id,
        message_id(sent.public_id),
        webhook.url,
        secret,
        webhook.account_id,
        webhook.asked_key,
        sent.behind,
        sent.until,
        sent.attempts,
    )


def note(session: Session, sending: Sending, outcome: Outcome) -> None:
    """Keep what came of sending a message, and when it is sent again, if it is."""
    attempts = sending.attempts + 1
    wait = None if outcome.is_final else wait_after(attempts)
    is_over = outcome.is_taken or wait is None
    state = "delivered" if outcome.is_taken else "given_up" if is_over else "waiting"
    row = WebhookDeliveryRow
    webhook_id = session.scalar(
        update(row)
        .where(row.id == sending.number)
        .values(state=state, attempts=attempts, tried_at=_NOW)
        .values(status=outcome.status, reason=outcome.reason)
        .returning(row.webhook_id)
    )
    if webhook_id is None:
        return
    if outcome.is_taken:
        move_on(session, webhook_id, sending.until)
    elif wait is None:
        disable(session, webhook_id, sending.behind, outcome.reason or "")
    else:
        _put(
            session,
            webhook_id,
            cursor=sending.behind,
            failures=attempts,
            next_try_at=func.clock_timestamp() + wait,
        )


def disable(session: Session, webhook_id: int, cursor: str, why: str) -> None:
    """Send nothing more to a webhook until whoever made it changes it.

    It then goes on where it was: what was given up is told again.
    """
    version = select(WebhookRow.version).where(WebhookRow.id == webhook_id)
    _put(
        session,
        webhook_id,
        cursor=cursor,
        next_try_at=None,
        disabled_at=_NOW,
        disabled_why=why,
        disabled_version=version.scalar_subquery(),
    )


def forget_old(session: Session) -> None:
    """Forget what became of messages long ago, and the jobs that sent them."""
    row = WebhookDeliveryRow
    old = func.now() - timedelta(days=KEPT_DAYS)
    session.execute(delete(row).where(row.state != "waiting", row.made_at < old))
    ended = JobRow.finished_at < func.now() - timedelta(hours=KEPT_JOBS_HOURS)
    session.execute(delete(JobRow).where(JobRow.kind == KIND, ended))


def _put(session: Session, webhook_id: int, **values: object) -> None:
    """Store some columns of a webhook's state, a new one if it has none yet."""
    new = text(
        "INSERT INTO webhook_state (webhook_id, cursor)"
        " SELECT id, from_cursor FROM webhook WHERE id = :webhook"
        " ON CONFLICT DO NOTHING"
    )
    session.execute(new, {"webhook": webhook_id})
    session.execute(
        update(WebhookStateRow)
        .where(WebhookStateRow.webhook_id == webhook_id)
        .values(**values)
    )
