"""Pages: my account. What I may do, my keys, where I am signed in, my password."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from assetmap.accounts import store as key_store
from assetmap.accounts.acting import Actor
from assetmap.accounts.holders import store as holders
from assetmap.accounts.holders.model import BadAccount, checked
from assetmap.accounts.model import BadKeyName, KeyNameTaken
from assetmap.accounts.sign_in import invitation_store, store
from assetmap.accounts.sign_in.model import (
    MayNotInvite,
    NoPassword,
    TooManyAttempts,
    WrongPassword,
)
from assetmap.accounts.sign_in.passwords import BadPassword
from assetmap.errors import Invalid
from assetmap.publish.authority import CurrentActor, WriteSession, requires
from assetmap.publish.callers import KeyNeeded
from assetmap.publish.deps import base_url
from assetmap.publish.problems import status_of
from assetmap.publish.signing_in import by_password, by_provider, sessions
from assetmap.publish.web import signing_pages
from assetmap.publish.web.own_page import AccountRoute, Token, account_page
from assetmap.settings import settings

MOST_DAYS = 3_650

router = APIRouter(include_in_schema=False, route_class=AccountRoute)


@router.get("/account", dependencies=[requires("account", "read")])
def my_account(session: WriteSession, actor: CurrentActor, token: Token) -> Response:
    """What I may do, my keys, where I am signed in, my password."""
    return account_page(session, actor, token)


@router.post("/account/keys", dependencies=[requires("key", "create")])
def make_key(
    session: WriteSession,
    actor: CurrentActor,
    token: Token,
    name: Annotated[str, Form(alias="key-name", max_length=500)] = "",
    days: Annotated[str, Form(alias="key-days", max_length=20)] = "",
) -> Response:
    """Make a key of mine; it is shown this once."""
    sent = {"key_name": name, "key_days": days}
    try:
        until = _until(days)
        whose = (_number(actor), actor.account)
        _, text = key_store.add_key(session, whose, name, None, until)
    except BadDays as error:
        errors = {"key-days": str(error)}
        return account_page(session, actor, token, 422, errors=errors, **sent)
    except (BadKeyName, KeyNameTaken) as error:
        errors = {"key-name": str(error)}
        status = status_of(error)
        return account_page(session, actor, token, status, errors=errors, **sent)
    return account_page(session, actor, token, new_key=text)


class BadDays(Invalid):
    """A number of days is none, or too many."""

    title = "Bad days"


def _until(days: str) -> datetime | None:
    """The instant so many days from now; None without a number.

    Raises:
        BadDays: it is no number of days.
    """
    told = days.strip()
    if not told:
        return None
    if not (told.isascii() and told.isdigit() and 0 < int(told) <= MOST_DAYS):
        raise BadDays(f"Give a whole number of days, from 1 to {MOST_DAYS:,}.")
    return datetime.now(UTC) + timedelta(days=int(told))


def _number(actor: Actor) -> int:
    """The number of the account of somebody who is known."""
    if actor.account_id is None:
        raise KeyNeeded("Sign in first.")
    return actor.account_id


@router.post("/account/keys/{key}/revoke", dependencies=[requires("key", "delete")])
def revoke_key(
    session: WriteSession, actor: CurrentActor, token: Token, key: str
) -> Response:
    """Revoke a key of mine, at once and for good."""
    found = key_store.revoke_key(session, key, actor.account)
    done = f"The key {found.name} is revoked."
    return account_page(session, actor, token, done=done)


@router.post(
    "/account/sessions/{name}/end", dependencies=[requires("session", "delete")]
)
def end_session(
    session: WriteSession, actor: CurrentActor, token: Token, name: str
) -> Response:
    """End a session of mine, somewhere else."""
    store.end_session(session, name)
    return account_page(session, actor, token, done="That session is over.")


@router.post("/sign-out", dependencies=[requires("session", "delete")])
def sign_out(request: Request, token: Token) -> Response:
    """Sign out, here."""
    how = sessions.end(token)
    back = base_url(request) + "/"
    elsewhere = by_provider.sign_out_elsewhere(how or "", back)
    return signing_pages.signed_out(request, elsewhere)


@router.post("/sign-out/everywhere", dependencies=[requires("session", "delete")])
def sign_out_everywhere(request: Request, session: WriteSession) -> Response:
    """Sign out here and everywhere else."""
    store.end_sessions(session)
    return signing_pages.signed_out(request, None)


@router.post("/account/name", dependencies=[requires("account", "change")])
def rename(
    session: WriteSession,
    actor: CurrentActor,
    token: Token,
    name: Annotated[str, Form(alias="own-name", max_length=500)] = "",
) -> Response:
    """Call my account otherwise."""
    try:
        found = holders.rename_account(session, actor.account, name, lambda _: None)
    except BadAccount as error:
        wrong = {"own-name": str(error)}
        return account_page(session, actor, token, 422, errors=wrong)
    renamed = replace(actor, name=found.name)
    done = f"You are called {found.name} now."
    return account_page(session, renamed, token, done=done)


@router.post("/account/password", dependencies=[requires("account", "change")])
def change_password(
    request: Request,
    session: WriteSession,
    actor: CurrentActor,
    token: Token,
    present: Annotated[str, Form(alias="present-password", max_length=10_000)] = "",
    new: Annotated[str, Form(alias="new-password", max_length=10_000)] = "",
    username: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Change my password; I stay signed in here alone."""
    who = sessions.asking(request)
    try:
        by_password.change_password(session, actor, token, (present, new), who)
    except (WrongPassword, TooManyAttempts, NoPassword) as error:
        wrong = {"present-password": str(error)}
        return account_page(session, actor, token, status_of(error), errors=wrong)
    except BadPassword as error:
        wrong = {"new-password": str(error)}
        return account_page(session, actor, token, 422, errors=wrong)
    return account_page(session, actor, token, done="Your password is changed.")


@router.post("/account/invitations", dependencies=[requires("invitation", "create")])
def invite(
    request: Request,
    session: WriteSession,
    actor: CurrentActor,
    token: Token,
    slug: Annotated[str, Form(alias="account-slug", max_length=500)] = "",
    name: Annotated[str, Form(alias="account-name", max_length=500)] = "",
    kind: Annotated[str, Form(alias="account-kind", max_length=100)] = "person",
) -> Response:
    """Invite somebody; the link is shown this once."""
    sent = {"invite_slug": slug, "invite_name": name, "invite_kind": kind}
    try:
        account = checked(slug.strip().lower(), name, kind)
        lasts = timedelta(days=settings().invitation_days)
        text, until = invitation_store.invite(session, account, lasts)
    except (BadAccount, MayNotInvite) as error:
        wrong, status = {"account-slug": str(error)}, status_of(error)
        return account_page(session, actor, token, status, errors=wrong, **sent)
    link = f"{base_url(request)}/invitation?token={text}"
    made = {"account": account[0], "link": link, "until": until}
    return account_page(session, actor, token, invitation=made)
