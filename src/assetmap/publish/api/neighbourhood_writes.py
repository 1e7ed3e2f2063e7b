"""Neighbourhoods as they are written: added, renamed, published."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from assetmap.accounts.answered.model import Answered
from assetmap.neighbourhoods import store
from assetmap.neighbourhoods.model import (
    Neighbourhood,
    NeighbourhoodNotYours,
    OtherName,
)
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.api.bodies import NeighbourhoodChange, NeighbourhoodIn
from assetmap.publish.api.neighbourhoods import told
from assetmap.publish.api.sent import answered, now_stored, sent
from assetmap.publish.authority import WriteSession, requires
from assetmap.publish.deps import StrictRoute, base_url, describes
from assetmap.publish.once import Once, written
from assetmap.publish.preconditions import Match

router = APIRouter(
    prefix="/neighbourhoods", tags=["neighbourhoods"], route_class=StrictRoute
)


@router.post(
    "",
    status_code=201,
    openapi_extra=describes(NeighbourhoodIn),
    dependencies=[requires("neighbourhood", "create")],
)
def add_neighbourhood(
    request: Request,
    session: WriteSession,
    asked: Once,
    body: Annotated[NeighbourhoodIn, sent(NeighbourhoodIn)],
) -> Response:
    """Add a neighbourhood; it is not published until that is said."""
    return written(session, asked, lambda _: _added(request, session, body))


def _added(request: Request, session: Session, body: NeighbourhoodIn) -> Answered:
    apart = {"is_published", "other_names", "shown_levels", "shows_definitions"}
    said = body.model_dump(exclude=apart)
    new = Neighbourhood(**said, other_names=_names(body))
    row = store.add_neighbourhood(session, new, body.is_published)
    row.shown_levels = body.shown_levels
    row.shows_definitions = body.shows_definitions
    session.flush()
    where = f"{base_url(request)}/neighbourhoods/{row.slug}"
    return answered(told(request, session, row), row.version, 201, where)


@router.patch(
    "/{slug}",
    openapi_extra=describes(NeighbourhoodChange),
    dependencies=[requires("neighbourhood", "change")],
)
def change_neighbourhood(
    request: Request,
    slug: str,
    session: WriteSession,
    match: Match,
    body: Annotated[NeighbourhoodChange, sent(NeighbourhoodChange)],
) -> Response:
    """Change names and description, publish or take back; its stewards may."""
    row = _held(session, slug)
    match.check(row.version)
    facts = body.model_dump(exclude_unset=True, exclude={"other_names"})
    names = store.other_names(row)
    if "other_names" in body.model_fields_set:
        names = _names(body)
    store.update_neighbourhood(session, row, facts, names)
    return now_stored(told(request, session, row), row.version)


def _held(session: Session, slug: str) -> NeighbourhoodRow:
    """The neighbourhood, held for whoever may change it until the transaction ends.

    Raises:
        NeighbourhoodNotFound: there is none, for whoever asks.
        NeighbourhoodNotYours: whoever asks may see it, and not change it.
    """
    row = store.lock_neighbourhood(session, slug)
    if row is None:
        store.get_neighbourhood(session, slug)
        raise NeighbourhoodNotYours(slug)
    return row


def _names(body: NeighbourhoodChange) -> tuple[OtherName, ...]:
    return tuple(OtherName(each.name, each.language) for each in body.other_names)
