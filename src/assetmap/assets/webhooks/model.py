"""A webhook and what was sent to it, how messages are signed, and when sent again."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from assetmap.errors import Conflict, NotFound

KIND = "webhook"
"""The kind of the jobs that send messages."""
MOST_WEBHOOKS = 20
"""Most that one account may have."""
MOST_CHANGES = 100
"""Most changes that one message tells."""
SECRET = "whsec_"  # noqa: S105 - what every secret begins with
SECRET_BYTES = 32

WAITS_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds until a message that was not taken is sent again, each time; then no more."""
SPREAD = 0.1
"""Share of a wait by which it is longer or shorter, so that not all come at once."""
KEPT_DAYS = 30
"""Days for which it is kept what became of messages."""


class WebhookNotFound(NotFound):
    """No webhook of whoever asks has this id."""

    title = "Webhook not found"

    def __init__(self, webhook: UUID) -> None:
        super().__init__(f"You have no webhook {webhook}.", id=str(webhook))


class TooManyWebhooks(Conflict):
    """An account has as many webhooks as one may have."""

    title = "Too many webhooks"

    def __init__(self) -> None:
        super().__init__(
            f"An account has at most {MOST_WEBHOOKS} webhooks; delete one.",
            most=MOST_WEBHOOKS,
        )


@dataclass(frozen=True)
class NewWebhook:
    """A webhook to be stored; it is told what is behind the cursor."""

    url: str
    name: str
    secret: str
    cursor: str


@dataclass(frozen=True)
class Webhook:
    """A webhook as whoever made it sees it: all but its secret.

    ``cursor`` is where in the change feed it has come. One that was disabled, and why,
    is told in ``disabled_at`` and ``disabled_why``.
    """

    id: UUID
    url: str
    name: str
    is_paused: bool
    cursor: str
    failures: int
    next_try_at: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Delivery:
    """What became of one message: nothing of what it said is kept.

    ``status`` is what was answered last, ``reason`` why that was not enough.
    """

    id: str
    behind: str
    until: str
    changes: int
    state: str
    attempts: int
    status: int | None
    reason: str | None
    made_at: datetime
    tried_at: datetime | None


@dataclass(frozen=True)
class Sending:
    """A message as it is to be sent now, and by whose rights it is read."""

    number: int
    id: str
    url: str
    secret: str
    account_id: int
    key_id: str | None
    behind: str
    until: str
    attempts: int


@dataclass(frozen=True)
class Outcome:
    """What came of sending a message: taken, or why not. ``is_final``: never again."""

    is_taken: bool
    status: int | None = None
    reason: str | None = None
    is_final: bool = False


def new_secret() -> str:
    """A secret to sign with, in the form of Standard Webhooks."""
    return SECRET + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def message_id(public_id: UUID) -> str:
    """A message's id, the same each time that it is sent."""
    return f"msg_{public_id.hex}"


def signature(secret: str, message: str, sent_at: int, body: bytes) -> str:
    """The signature of a message: HMAC-SHA256 over its id, its instant and its body.

    ``sent_at`` is in seconds since 1970. By Standard Webhooks, version 1.
    """
    key = base64.b64decode(secret.removeprefix(SECRET))
    told = f"{message}.{sent_at}.".encode() + body
    mark = base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()
    return f"v1,{mark}"


def wait_after(attempts: int) -> timedelta | None:
    """How long until a message is sent again that was not taken so often; None: never.

    Raises:
        IndexError: it was not sent yet.
    """
    if attempts > len(WAITS_S):
        return None
    spread = 1 + SPREAD * (2 * secrets.randbelow(1_000_001) / 1_000_000 - 1)
    return timedelta(seconds=WAITS_S[attempts - 1] * spread)
