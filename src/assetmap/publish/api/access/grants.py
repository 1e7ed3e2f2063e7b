"""Grants: roles that accounts have, over what and for how long."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from assetmap.accounts.grants import store
from assetmap.accounts.grants.model import Grant, Over
from assetmap.publish.api.access.schemas import GrantIn, instant_of
from assetmap.publish.authority import WriteSession, requires
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

router = APIRouter(tags=["accounts"], route_class=StrictRoute)


@router.get("/grants", dependencies=[requires("grant", "read")])
def list_grants(
    request: Request,
    session: DbSession,
    account: Annotated[
        str | None, Query(max_length=200, description="Only of this account")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """The grants that whoever asks may see, those taken back too, oldest first."""
    most = limited(limit)
    found = store.list_grants(session, account, most + 1, offset)
    more = offset + most if len(found) > most else None
    body = {
        "grants": [grant_json(each) for each in found[:most]],
        "next": next_page(request, limit, more),
    }
    return json_answer(request, body)


async def _sent(request: Request) -> GrantIn:
    return parsed(GrantIn, await body_bytes(request))


@router.post(
    "/grants",
    status_code=201,
    openapi_extra=describes(GrantIn),
    dependencies=[requires("grant", "give")],
)
def give_grant(
    request: Request, sent: Annotated[GrantIn, Depends(_sent)], session: WriteSession
) -> Response:
    """Give an account a role, over a neighbourhood, an organisation or an area."""
    area = (sent.boundary.set, sent.boundary.code) if sent.boundary else (None, None)
    over = Over(sent.neighbourhood, sent.organisation, *area)
    until = instant_of(sent.until)
    made = store.give(session, sent.account, sent.role, over, until)
    where = {"Location": f"{base_url(request)}/grants/{made.id}"}
    return Response(dumped(grant_json(made)), 201, where, "application/json")


@router.get("/grants/{grant_id}", dependencies=[requires("grant", "read")])
def read_grant(request: Request, grant_id: int, session: DbSession) -> Response:
    """One grant."""
    return json_answer(request, grant_json(store.get_grant(session, grant_id)))


@router.delete("/grants/{grant_id}", dependencies=[requires("grant", "take_back")])
def take_grant_back(request: Request, grant_id: int, session: WriteSession) -> Response:
    """Take a grant back, at once and for good."""
    return json_answer(request, grant_json(store.take_back(session, grant_id)))


def grant_json(grant: Grant) -> dict[str, Any]:
    """A grant as it is told."""
    over = grant.over
    area = {"set": over.boundary_set, "code": over.boundary_code}
    return {
        "id": grant.id,
        "account": grant.account,
        "role": grant.role,
        "neighbourhood": over.neighbourhood,
        "organisation": over.organisation,
        "boundary": area if over.boundary_set else None,
        "given_by": grant.given_by,
        "given_at": grant.given_at,
        "holds_from": grant.holds_from,
        "holds_until": grant.holds_until,
        "revoked_at": grant.revoked_at,
    }
