"""Organisations: who runs assets."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from assetmap.accounts.answered.model import Answered
from assetmap.accounts.organisations import store
from assetmap.accounts.tables import OrganisationRow
from assetmap.publish.api.bodies import OrganisationChange, OrganisationIn
from assetmap.publish.api.sent import answered, now_stored, sent
from assetmap.publish.authority import WriteSession, requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    DbSession,
    Limit,
    Offset,
    StrictRoute,
    base_url,
    describes,
    json_answer,
    limited,
    next_page,
)
from assetmap.publish.once import Once, written
from assetmap.publish.preconditions import Match

router = APIRouter(
    prefix="/organisations", tags=["organisations"], route_class=StrictRoute
)


@router.get("", dependencies=[requires("organisation", "read")])
def list_organisations(
    request: Request,
    session: DbSession,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """Organisations that run assets, by slug, page by page."""
    most = limited(limit)
    found = store.list_organisations(session, most + 1, offset)
    more = offset + most if len(found) > most else None
    body = {
        "organisations": [asdict(each) for each in found[:most]],
        "next": next_page(request, limit, more),
    }
    return json_answer(request, body)


@router.get("/{slug}", dependencies=[requires("organisation", "read")])
def read_organisation(request: Request, slug: str, session: DbSession) -> Response:
    """One organisation."""
    row = store.get_organisation(session, slug)
    return json_answer(request, _told(row), version=row.version)


@router.post(
    "",
    status_code=201,
    openapi_extra=describes(OrganisationIn),
    dependencies=[requires("organisation", "create")],
)
def add_organisation(
    request: Request,
    session: WriteSession,
    asked: Once,
    body: Annotated[OrganisationIn, sent(OrganisationIn)],
) -> Response:
    """Add an organisation."""
    return written(session, asked, lambda _: _added(request, session, body))


def _added(request: Request, session: WriteSession, body: OrganisationIn) -> Answered:
    row = store.add_organisation(session, body.model_dump(exclude_unset=True))
    session.refresh(row)
    where = f"{base_url(request)}/organisations/{row.slug}"
    return answered(_told(row), row.version, 201, where)


@router.patch(
    "/{slug}",
    openapi_extra=describes(OrganisationChange),
    dependencies=[requires("organisation", "change")],
)
def change_organisation(
    slug: str,
    session: WriteSession,
    match: Match,
    body: Annotated[OrganisationChange, sent(OrganisationChange)],
) -> Response:
    """Change what is said of an organisation; its editors may."""
    row = store.lock_organisation(session, slug)
    match.check(row.version)
    store.change_organisation(session, row, body.model_dump(exclude_unset=True))
    return now_stored(_told(row), row.version)


def _told(row: OrganisationRow) -> dict[str, Any]:
    return asdict(store.told(row))
