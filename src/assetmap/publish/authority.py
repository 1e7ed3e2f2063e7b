"""Who may write: the key that came with a request, and the session that writes."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assetmap.accounts import store
from assetmap.accounts.model import ApiKey
from assetmap.db.engine import database_url, make_engine, session_scope
from assetmap.db.stale import renew_dead
from assetmap.errors import NotAllowed, NotAuthenticated
from assetmap.settings import settings

_BEARER = HTTPBearer(
    auto_error=False, description="A key made by `assetmap keys create`"
)
Sent = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


class KeyNeeded(NotAuthenticated):
    """No key was sent, or one that is unknown, expired or revoked."""

    title = "Key needed"


class RoleNeeded(NotAllowed):
    """The key that was sent may not do this."""

    title = "Role needed"


@cache
def write_engine() -> Engine:
    """The engine that requests write through: never a replica."""
    chosen = settings()
    url = database_url(chosen)
    engine = make_engine(url, chosen.pool_size, chosen.statement_timeout_ms)
    renew_dead(engine)
    return engine


def write_session() -> Iterator[Session]:
    """A session in one transaction, kept when the route ends well."""
    with session_scope(write_engine()) as session:
        yield session


WriteSession = Annotated[Session, Depends(write_session, scope="function")]


def known(sent: Sent) -> ApiKey:
    """Whose key was sent; asked of the database each time, so revoking acts at once.

    Raises:
        KeyNeeded: there is none, or none that holds.
    """
    if sent is None:
        raise KeyNeeded("Send a key: Authorization: Bearer KEY.")
    with session_scope(write_engine()) as session:
        key = store.find_key(session, sent.credentials)
    if key is None:
        raise KeyNeeded("The key is unknown, expired or revoked.")
    return key


KeyHolder = Annotated[ApiKey, Depends(known)]
"""Anybody whose key holds."""


def administrator(key: KeyHolder) -> ApiKey:
    """An administrator's key.

    Raises:
        RoleNeeded: it is another's.
    """
    if not key.is_one_of(["administrator"]):
        raise RoleNeeded(
            f"Key {key.name!r} has the role {key.role!r}; this needs an administrator.",
            role=key.role,
        )
    return key


Administrator = Annotated[ApiKey, Depends(administrator)]
"""Somebody who may write."""
