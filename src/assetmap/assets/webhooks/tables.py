"""The tables of webhooks, of how far each has come, and of what was sent to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import ACTING, ACTING_KEY, Table, id_column, now_column


def _whose() -> Mapped[int]:
    key = ForeignKey("account.id", use_alter=True)
    return mapped_column(BigInteger(), key, server_default=text(ACTING), index=True)


def _of_webhook(is_key: bool = False) -> Mapped[int]:
    key = ForeignKey("webhook.id", ondelete="CASCADE")
    return mapped_column(BigInteger(), key, primary_key=is_key)


def _public_id() -> Mapped[UUID]:
    return mapped_column(Uuid(), server_default=text("gen_random_uuid()"))


class WebhookRow(Table):
    """Where somebody wants to be told of what becomes of assets.

    Only what sends messages reads ``signs_with``, the secret. ``asked_key`` is the key
    by which it was made: what is told is what that key shows.
    """

    __tablename__ = "webhook"
    __table_args__ = (Index("uq_webhook_public_id", "public_id", unique=True),)

    id: Mapped[int] = id_column()
    public_id: Mapped[UUID] = _public_id()
    account_id: Mapped[int] = _whose()
    asked_key: Mapped[str | None] = mapped_column(server_default=text(ACTING_KEY))
    name: Mapped[str]
    url: Mapped[str]
    signs_with: Mapped[str] = mapped_column(deferred=True)
    from_cursor: Mapped[str]
    is_paused: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = now_column()
    updated_at: Mapped[datetime] = now_column()


class WebhookStateRow(Table):
    """How far a webhook has come, written by what sends to it.

    It is disabled while it is at ``disabled_version``: any change of it begins anew.
    """

    __tablename__ = "webhook_state"

    webhook_id: Mapped[int] = _of_webhook(is_key=True)
    cursor: Mapped[str]
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    next_try_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str | None]
    disabled_version: Mapped[int | None]


class WebhookDeliveryRow(Table):
    """A message: the changes between two places in the feed. What it said is not kept.

    Of each webhook one waits at a time, so that messages come in order.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'delivered', 'given_up')", name="state"),
        Index("ix_webhook_delivery_webhook_id", "webhook_id", "id"),
        Index(
            "uq_webhook_delivery_waiting",
            "webhook_id",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = id_column()
    public_id: Mapped[UUID] = _public_id()
    webhook_id: Mapped[int] = _of_webhook()
    behind: Mapped[str]
    until: Mapped[str]
    changes: Mapped[int]
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    status: Mapped[int | None]
    reason: Mapped[str | None]
    made_at: Mapped[datetime] = now_column()
    tried_at: Mapped[datetime | None]
