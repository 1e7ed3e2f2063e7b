"""Open links as their secret is shown: a session of nobody, and whether it is open."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Path
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.answered.model import secret_hash
from assetmap.db.engine import session_scope
from assetmap.neighbourhoods.links import store
from assetmap.neighbourhoods.links.model import ShownLink
from assetmap.publish.asked import request_id
from assetmap.publish.connections import write_engine

Secret = Annotated[
    str, Path(min_length=1, max_length=200, description="The secret of the link")
]


def link_session(secret: Secret) -> Iterator[Session]:
    """A session of nobody who shows a link: whose account it is stays untold."""
    with session_scope(write_engine()) as session:
        acting.tell(session, acting.NOBODY, request_id() or "")
        store.present(session, secret_hash(secret))
        yield session


LinkSession = Annotated[Session, Depends(link_session, scope="function")]


def open_link(session: Session) -> ShownLink:
    """The link that is shown, while it takes drawings.

    Raises:
        LinkNotFound: there is none.
        LinkClosed: it takes no more.
    """
    found = store.shown_link(session)
    found.check_open(datetime.now(UTC))
    return found
