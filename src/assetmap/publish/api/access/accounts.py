"""Accounts: who asks, what they may do, and who else can."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from assetmap.accounts.acting import Actor, Held
from assetmap.accounts.holders import store
from assetmap.accounts.holders.model import Account, AccountNotYours
from assetmap.accounts.rules import rules
from assetmap.neighbourhoods.sketched import resident_of
from assetmap.neighbourhoods.sketches.model import SOURCE
from assetmap.publish.api.access.schemas import AccountChange, AccountIn
from assetmap.publish.api.sent import now_stored
from assetmap.publish.api.sketches import resident_of_account
from assetmap.publish.authority import CurrentActor, WriteSession, requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    DbSession,
    Limit,
    Offset,
    StrictRoute,
    base_url,
    body_bytes,
    describes,
    dumped,
    json_answer,
    limited,
    next_page,
    parsed,
)
from assetmap.publish.preconditions import Match

router = APIRouter(tags=["accounts"], route_class=StrictRoute)


@router.get("/account/rights")
def read_rights(
    request: Request, actor: Annotated[Actor, requires("service", "read")]
) -> Response:
    """Who asks, what they are granted, and what they may do.

    By a narrowed key, what that reaches.
    """
    body = {
        "account": actor.account or None,
        "name": actor.name or None,
        "kind": actor.kind or None,
        "key": actor.key and {"id": actor.key, "name": actor.key_name},
        "scopes": actor.scopes,
        "grants": [_held(each) for each in actor.within],
        "may": _may(actor),
    }
    return json_answer(request, body)


def _held(each: Held) -> dict[str, Any]:
    area = {"set": each.boundary_set, "code": each.boundary_code}
    return {
        "role": each.role,
        "neighbourhood": each.neighbourhood,
        "organisation": each.organisation,
        "boundary": area if each.boundary_set else None,
    }


def _may(actor: Actor) -> dict[str, list[str]]:
    """What may be done, by the names of the rules; only what may be done to any."""
    found = {
        rule.name: sorted(actor.words(thing, action))
        for (thing, action), rule in rules().items()
    }
    return {name: words for name, words in found.items() if words}


@router.get("/accounts", dependencies=[requires("account", "read")])
def list_accounts(
    request: Request,
    session: DbSession,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """The accounts that whoever asks may see: their own, or all."""
    most = limited(limit)
    found = store.list_accounts(session, most + 1, offset)
    more = offset + most if len(found) > most else None
    body = {
        "accounts": [account_json(each) for each in found[:most]],
        "next": next_page(request, limit, more),
    }
    return json_answer(request, body)


async def _sent(request: Request) -> AccountIn:
    return parsed(AccountIn, await body_bytes(request))


@router.post(
    "/accounts",
    status_code=201,
    openapi_extra=describes(AccountIn),
    dependencies=[requires("account", "create")],
)
def create_account(
    request: Request, sent: Annotated[AccountIn, Depends(_sent)], session: WriteSession
) -> Response:
    """A new account; it may do what the public may, until it is granted a role."""
    made = store.add_account(session, sent.slug, sent.name, sent.kind)
    where = {"Location": f"{base_url(request)}/accounts/{made.slug}"}
    return Response(dumped(account_json(made)), 201, where, "application/json")


@router.get("/accounts/{slug}", dependencies=[requires("account", "read")])
def read_account(request: Request, slug: str, session: DbSession) -> Response:
    """One account."""
    found = store.get_account(session, slug)
    return json_answer(request, account_json(found), version=found.version)


async def _change(request: Request) -> AccountChange:
    return parsed(AccountChange, await body_bytes(request))


@router.patch(
    "/accounts/{slug}",
    openapi_extra=describes(AccountChange),
    dependencies=[requires("account", "change")],
)
def change_account(
    slug: str,
    session: WriteSession,
    match: Match,
    sent: Annotated[AccountChange, Depends(_change)],
) -> Response:
    """Call an account otherwise: one's own, or as an administrator any."""
    found = store.rename_account(session, slug, sent.name, match.check)
    return now_stored(account_json(found), found.version)


@router.delete("/accounts/{slug}", dependencies=[requires("account", "delete")])
def close_account(
    request: Request,
    slug: str,
    session: WriteSession,
    actor: CurrentActor,
    drawings: Annotated[
        Literal["keep", "withdraw"] | None,
        Query(description="Erase it, one's own; and what becomes of one's drawings"),
    ] = None,
) -> Response:
    """Close an account for good: its keys and its grants hold no more.

    With ``drawings`` whoever it is of leaves, and what tells who they were is erased.
    """
    if drawings is None:
        return json_answer(request, account_json(store.close_account(session, slug)))
    if slug != actor.account:
        store.get_account(session, slug)
        raise AccountNotYours()
    resident = resident_of(resident_of_account(actor.account_id), SOURCE)
    store.leave(session, resident, drawings == "withdraw")
    return Response(status_code=204)


def account_json(account: Account) -> dict[str, Any]:
    """An account as it is told."""
    return {
        "slug": account.slug,
        "name": account.name,
        "kind": account.kind,
        "created_at": account.created_at,
        "closed_at": account.closed_at,
        "version": account.version,
    }
