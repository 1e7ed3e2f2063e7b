"""Who asks: the account behind the key that came with a request, or nobody."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from assetmap.accounts import store
from assetmap.accounts.acting import NOBODY, Actor
from assetmap.db.engine import session_scope
from assetmap.errors import NotAuthenticated
from assetmap.publish.asked import asked_in
from assetmap.publish.connections import write_engine

_BEARER = HTTPBearer(
    auto_error=False, description="A key made by `assetmap keys create`"
)
Sent = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


class KeyNeeded(NotAuthenticated):
    """No key was sent, or one that is unknown, expired or revoked."""

    title = "Key needed"


async def actor_of(request: Request, sent: Sent) -> Actor:
    """Whose key was sent; asked of the database each time, so revoking acts at once.

    Nobody is known where none was sent: that costs nothing.

    Raises:
        KeyNeeded: one was sent that does not hold.
    """
    if sent is None:
        return NOBODY
    found = await run_in_threadpool(_holder, sent.credentials)
    asked = asked_in(request.scope)
    if asked is not None:
        asked.account, asked.key = found.account, found.key
    return found


def _holder(key: str) -> Actor:
    with session_scope(write_engine()) as session:
        found = store.find_actor(session, key)
    if found is None:
        raise KeyNeeded("The key is unknown, expired or revoked.")
    return found


CurrentActor = Annotated[Actor, Depends(actor_of)]
"""Who asks; one lookup in a request, however many parts of it want to know."""
