"""Who asks: the account behind a key or a sign-in, or nobody."""

from base64 import b64decode
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from assetmap.accounts import store
from assetmap.accounts.acting import NOBODY, Actor
from assetmap.accounts.sign_in import store as sign_in_store
from assetmap.accounts.sign_in.model import Lasting
from assetmap.db.engine import session_scope
from assetmap.errors import NotAuthenticated
from assetmap.publish import browser
from assetmap.publish.asked import asked_in
from assetmap.publish.connections import write_engine
from assetmap.settings import settings

_BEARER = HTTPBearer(
    auto_error=False, description="A key made by `assetmap keys create`"
)
Sent = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


class KeyNeeded(NotAuthenticated):
    """No key was sent, or one that is unknown, expired or revoked."""

    title = "Key needed"


async def actor_of(request: Request, sent: Sent) -> Actor:
    """Whose key was sent; asked of the database each time, so revoking acts at once.

    Programs that know no other way than a name and a password send it as the password.
    Without a key, whoever has signed in in the browser that asks; for a write only if
    it proves that a page of ours sent it. Otherwise nobody, which costs nothing.

    Raises:
        KeyNeeded: a key was sent that does not hold.
    """
    asked = asked_in(request.scope)
    if asked is not None:
        asked.is_looked_at = True
    key = _as_password(request) if sent is None else sent.credentials
    if key is not None:
        return _noted(request, await run_in_threadpool(_holder, key))
    token = browser.cookie(request, browser.SESSION)
    if token is None:
        return NOBODY
    is_read = request.method in browser.SAFE
    if not is_read and not await browser.is_proven(request, token):
        return NOBODY
    return _noted(request, await run_in_threadpool(signed_in, token))


def _as_password(request: Request) -> str | None:
    """The key that is sent as a password (RFC 7617), whatever name is sent with it.

    Browsers keep passwords and send them along with what other websites have them send:
    of a write from there none is heeded.
    """
    kind, _, told = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    if request.method not in browser.SAFE and browser.is_from_elsewhere(request):
        return ""
    try:
        return b64decode(told, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _noted(request: Request, found: Actor) -> Actor:
    """Whoever asks, whom the log is told of."""
    asked = asked_in(request.scope)
    if asked is not None and found.is_known:
        asked.account, asked.key = found.account, found.key
    return found


def _holder(key: str) -> Actor:
    with session_scope(write_engine()) as session:
        found = store.find_actor(session, key)
    if found is None:
        raise KeyNeeded("The key is unknown, expired or revoked.")
    return found


def signed_in(token: str) -> Actor:
    """Whose session a token is; nobody if it is over."""
    with session_scope(write_engine()) as session:
        return sign_in_store.find_actor(session, token, lasting()) or NOBODY


def lasting() -> Lasting:
    """How long sessions last here."""
    chosen = settings()
    return Lasting(
        timedelta(minutes=chosen.session_idle_minutes),
        timedelta(hours=chosen.session_hours),
    )


CurrentActor = Annotated[Actor, Depends(actor_of)]
"""Who asks; one lookup in a request, however many parts of it want to know."""
