"""Signing in and out from scripts of our own pages: the session of a browser."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from assetmap.accounts.acting import Actor, told_roles
from assetmap.accounts.holders.model import checked
from assetmap.accounts.sign_in import invitation_store, store
from assetmap.accounts.sign_in.model import parts_of
from assetmap.publish import browser
from assetmap.publish.authority import CurrentActor, WriteSession, requires
from assetmap.publish.callers import KeyNeeded, lasting, signed_in
from assetmap.publish.deps import (
    StrictRoute,
    base_url,
    body_bytes,
    describes,
    dumped,
    parsed,
)
from assetmap.publish.signing_in import by_password, sessions
from assetmap.settings import settings

router = APIRouter(tags=["signing in"], route_class=StrictRoute)

NOT_KEPT = {"Cache-Control": "no-store"}


class Strict(BaseModel):
    """A body that holds nothing else."""

    model_config = ConfigDict(extra="forbid")


class SignInIn(Strict):
    """Who signs in."""

    name: str = Field(max_length=200, description="Name of the account")
    password: str = Field(max_length=10_000, description="Its password")


class InvitationIn(Strict):
    """Who is invited."""

    account: str = Field(max_length=100, description="Name of the account, its slug")
    name: str = Field(max_length=100, description="What its holder is called")
    kind: str = Field(
        "person", max_length=20, description="person, community or institution"
    )
    days: int | None = Field(
        None, ge=1, le=90, description="Days for which it may be taken up"
    )


async def _invitation(request: Request) -> InvitationIn:
    return parsed(InvitationIn, await body_bytes(request))


InvitationBody = Annotated[InvitationIn, Depends(_invitation)]


def _answer(body: Any, status: int = 200) -> Response:
    return Response(dumped(body), status, NOT_KEPT, "application/json")


def _session_body(actor: Actor, token: str | None) -> dict[str, Any]:
    """Who is known, by what, and the word that writes bring."""
    known = {"slug": actor.account, "name": actor.name, "kind": actor.kind}
    is_session = actor.is_known and actor.key is None and token is not None
    return {
        "account": known if actor.is_known else None,
        "roles": told_roles(actor.within),
        "csrf_token": browser.csrf_token(token) if is_session and token else None,
    }


@router.get("/session", dependencies=[requires("service", "read")])
def read_session(request: Request, actor: CurrentActor) -> Response:
    """Who is signed in or whose key was sent, and the word that writes must bring."""
    return _answer(_session_body(actor, browser.cookie(request, browser.SESSION)))


@router.post(
    "/session",
    status_code=201,
    dependencies=[requires("session", "create")],
    openapi_extra=describes(SignInIn),
)
async def sign_in(request: Request) -> Response:
    """Sign in with a name and a password: a cookie, and the word that writes bring."""
    asked = parsed(SignInIn, await body_bytes(request))
    return await run_in_threadpool(_signed_in, request, asked)


def _signed_in(request: Request, asked: SignInIn) -> Response:
    if browser.is_from_elsewhere(request):
        raise browser.CrossSite
    who = sessions.asking(request)
    token = by_password.with_password(asked.name, asked.password, who)
    answer = _answer(_session_body(signed_in(token), token), 201)
    sessions.give_session(request, answer, token)
    return answer


def _own(request: Request, actor: Actor) -> str:
    """The session of the browser that asks.

    Raises:
        KeyNeeded: a key was sent instead.
    """
    token = browser.cookie(request, browser.SESSION)
    if token is None or actor.key is not None:
        raise KeyNeeded("This is for browsers in which somebody has signed in.")
    return token


@router.delete(
    "/session", status_code=204, dependencies=[requires("session", "delete")]
)
def sign_out(request: Request, actor: CurrentActor) -> Response:
    """Sign out, here."""
    sessions.end(_own(request, actor))
    answer = Response(status_code=204, headers=NOT_KEPT)
    browser.take_cookie(request, answer, browser.SESSION)
    return answer


@router.get("/sessions", dependencies=[requires("session", "read")])
def list_sessions(
    request: Request, session: WriteSession, actor: CurrentActor
) -> Response:
    """Where whoever asks is signed in."""
    parts = parts_of(browser.cookie(request, browser.SESSION) or "")
    here = parts[0] if parts and actor.key is None else None
    found = [
        {
            "id": each.id,
            "how": each.how,
            "agent": each.agent,
            "created_at": each.created_at,
            "seen_at": each.seen_at,
            "ends_at": each.ends_at,
            "is_this_one": each.id == here,
        }
        for each in store.list_sessions(session, lasting())
    ]
    return _answer({"sessions": found, "next": None})


@router.delete("/sessions", dependencies=[requires("session", "delete")])
def sign_out_everywhere(request: Request, session: WriteSession) -> Response:
    """Sign out here and everywhere else."""
    answer = _answer({"ended": store.end_sessions(session)})
    browser.take_cookie(request, answer, browser.SESSION)
    return answer


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    dependencies=[requires("session", "delete")],
)
def end_session(session_id: str, session: WriteSession) -> Response:
    """End one session of whoever asks, at once."""
    store.end_session(session, session_id)
    return Response(status_code=204, headers=NOT_KEPT)


@router.post(
    "/invitations",
    status_code=201,
    dependencies=[requires("invitation", "create")],
    openapi_extra=describes(InvitationIn),
)
def invite(request: Request, asked: InvitationBody, session: WriteSession) -> Response:
    """Invite somebody to an account: a link that opens it once, told this once."""
    days = asked.days or settings().invitation_days
    account = checked(asked.account, asked.name, asked.kind)
    token, until = invitation_store.invite(session, account, timedelta(days=days))
    link = f"{base_url(request)}/invitation?token={token}"
    return _answer({"account": account[0], "link": link, "expires_at": until}, 201)
