"""Sessions in browsers: begun, given to the browser to keep, and ended."""

from dataclasses import dataclass

from fastapi import Request, Response

from assetmap.accounts import acting
from assetmap.accounts.acting import Actor
from assetmap.accounts.sign_in import store
from assetmap.accounts.sign_in.model import parts_of
from assetmap.db.engine import session_scope
from assetmap.publish import browser
from assetmap.publish.callers import lasting, signed_in
from assetmap.publish.connections import write_engine

PASSWORD = "password"  # noqa: S105 - how somebody signed in


@dataclass(frozen=True)
class Asking:
    """What is known of whoever signs in: an address, a browser, an older session."""

    address: str
    agent: str
    older: str | None


def asking(request: Request) -> Asking:
    """Who asks to be signed in."""
    host = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")
    return Asking(host, agent, browser.cookie(request, browser.SESSION))


def begin_session(account: int, how: str, who: Asking) -> str:
    """The token of a new session; the one that the browser had before ends."""
    if who.older is not None:
        end(who.older)
    with session_scope(write_engine()) as session:
        acting.tell(session, Actor(account))
        return store.add_session(session, account, how, who.agent, lasting())


def end(token: str) -> str | None:
    """End a session; how it was signed in to, or None if it was over."""
    actor, parts = signed_in(token), parts_of(token)
    if not actor.is_known or parts is None:
        return None
    with session_scope(write_engine()) as session:
        acting.tell(session, actor)
        return store.end_session(session, parts[0])


def give_session(request: Request, response: Response, token: str) -> None:
    """Have the browser keep a session."""
    lasts = int(lasting().whole.total_seconds())
    browser.give_cookie(request, response, browser.SESSION, token, lasts)
