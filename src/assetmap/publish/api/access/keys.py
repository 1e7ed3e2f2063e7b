"""Keys: made, listed and revoked by whoever they are of, or who runs the service."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from assetmap.accounts import store
from assetmap.accounts.acting import Actor
from assetmap.accounts.holders import store as holders
from assetmap.accounts.model import ApiKey
from assetmap.publish.api.access.schemas import KeyIn, instant_of
from assetmap.publish.authority import WriteSession, requires
from assetmap.publish.deps import (
    DbSession,
    StrictRoute,
    base_url,
    body_bytes,
    describes,
    dumped,
    json_answer,
    parsed,
)

router = APIRouter(tags=["accounts"], route_class=StrictRoute)


@router.get("/keys", dependencies=[requires("key", "read")])
def list_keys(
    request: Request,
    session: DbSession,
    account: Annotated[
        str | None, Query(max_length=200, description="Only of this account")
    ] = None,
) -> Response:
    """The keys that whoever asks may see, the revoked ones too; never their secrets."""
    found = [key_json(each) for each in store.list_keys(session, account)]
    return json_answer(request, {"keys": found, "next": None})


async def _sent(request: Request) -> KeyIn:
    return parsed(KeyIn, await body_bytes(request))


@router.post("/keys", status_code=201, openapi_extra=describes(KeyIn))
def create_key(
    request: Request,
    actor: Annotated[Actor, requires("key", "create")],
    sent: Annotated[KeyIn, Depends(_sent)],
    session: WriteSession,
) -> Response:
    """A new key; ``secret`` is what its holder sends, and is told this once."""
    whose = (actor.account_id or 0, actor.account)
    if sent.account is not None and sent.account != actor.account:
        whose = holders.account_id(session, sent.account), sent.account
    until = instant_of(sent.until)
    made, text = store.add_key(session, whose, sent.name, sent.scopes, until)
    headers = {
        "Location": f"{base_url(request)}/keys/{made.id}",
        "Cache-Control": "no-store",
    }
    body = dumped({**key_json(made), "secret": text})
    return Response(body, 201, headers, "application/json")


@router.delete("/keys/{key_id}", dependencies=[requires("key", "delete")])
def revoke_key(
    request: Request,
    key_id: str,
    session: WriteSession,
    account: Annotated[
        str | None, Query(max_length=200, description="Whose it is")
    ] = None,
) -> Response:
    """Revoke a key, at once and for good, by its id, or its name if one has it."""
    found = store.revoke_key(session, key_id, account)
    return json_answer(request, key_json(found))


def key_json(key: ApiKey) -> dict[str, Any]:
    """A key as it is told: all but its secret."""
    return {
        "id": key.id,
        "name": key.name,
        "account": key.account,
        "scopes": key.scopes,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
    }
