"""The page of an account, asked for by those who have signed in."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from assetmap.accounts import store as key_store
from assetmap.accounts.acting import Actor
from assetmap.accounts.sign_in import store
from assetmap.accounts.sign_in.model import (
    parts_of,
)
from assetmap.publish import browser
from assetmap.publish.callers import KeyNeeded, lasting
from assetmap.publish.deps import base_url
from assetmap.publish.web import account_parts
from assetmap.publish.web.rendering import PageRoute, error_page, page, private
from assetmap.settings import settings

SENT_TO = "/sign-in?next="


class AccountRoute(PageRoute):
    """A page for those who have signed in; others are asked to."""

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, which sends to the page for signing in."""
        answer = super().get_route_handler()

        async def known(request: Request) -> Response:
            found = await answer(request)
            if found.status_code != 401:
                return found
            if request.method not in browser.SAFE and browser.cookie(
                request, browser.SESSION
            ):
                return private(error_page(browser.CrossSite()))
            path = request.url.path if request.method in browser.SAFE else "/account"
            where = base_url(request) + SENT_TO + quote(path, safe="")
            return private(RedirectResponse(where, 303))

        return known


def _token(request: Request) -> str:
    """The session of the browser that asks.

    Raises:
        KeyNeeded: it has none, so that whoever asks came with a key.
    """
    found = browser.cookie(request, browser.SESSION)
    if found is None:
        raise KeyNeeded("Sign in in a browser: a key opens no pages.")
    return found


Token = Annotated[str, Depends(_token)]
FORM: dict[str, Any] = {
    "errors": {},
    "done": "",
    "new_key": "",
    "invitation": None,
    "key_name": "",
    "key_days": "365",
    "invite_slug": "",
    "invite_name": "",
    "invite_kind": "person",
}
"""What the page shows beside the account, where nothing was just sent."""


def account_page(
    session: Session, actor: Actor, token: str, status: int = 200, **told: Any
) -> Response:
    """My account, with what was just done or is wrong."""
    here = parts_of(token)
    now = datetime.now(UTC)
    keys = key_store.list_keys(session, actor.account)
    shown = {
        "actor": actor,
        "kind": account_parts.KINDS.get(actor.kind, actor.kind),
        "kinds": {k: v for k, v in account_parts.KINDS.items() if k != "operator"},
        "roles": [account_parts.role_in_words(each) for each in actor.held],
        "allowed": account_parts.allowed_to(actor),
        "keys": [each for each in keys if each.holds(now)],
        "sessions": store.list_sessions(session, lasting()),
        "here": "" if here is None else here[0],
        "has_password": store.has_password(session),
        "may_invite": bool(actor.words("invitation", "create")),
        "csrf_token": browser.csrf_token(token),
        "least": settings().min_password_length,
    }
    return private(page("account.html", status, **{**FORM, **shown, **told}))
