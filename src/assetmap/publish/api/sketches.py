"""Drawings of a neighbourhood: sent, redrawn and withdrawn by whoever drew them."""

from dataclasses import asdict, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.answered.model import Answered, secret_hash
from assetmap.accounts.audit import store as audit
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.sketches import store
from assetmap.neighbourhoods.sketches.model import (
    DrawnSketch,
    ResidentNotYours,
)
from assetmap.publish.api.bodies import Redrawn, SketchIn
from assetmap.publish.api.sent import answered, issues_told, now_stored, sent
from assetmap.publish.authority import CurrentActor, WriteSession, requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    Limit,
    StrictRoute,
    base_url,
    describes,
    json_answer,
    limited,
    next_link,
)
from assetmap.publish.drawings import storing
from assetmap.publish.drawings.sent import sent_in
from assetmap.publish.export.paging import mark, place_of
from assetmap.publish.once import Once, written
from assetmap.publish.preconditions import Match

router = APIRouter(
    prefix="/neighbourhoods/{slug}/sketches",
    tags=["sketches"],
    route_class=StrictRoute,
)


def _shown_token(
    session: WriteSession,
    token: Annotated[
        str | None,
        Header(
            alias="Sketch-Token",
            max_length=200,
            description="The edit token that was given when it was drawn",
        ),
    ] = None,
) -> Session:
    """The session, in which the database knows the token that was shown."""
    if token is not None:
        acting.present(session, secret_hash(token))
    return session


TokenSession = Annotated[Session, Depends(_shown_token, scope="function")]


@router.post(
    "",
    status_code=201,
    openapi_extra=describes(SketchIn),
    dependencies=[requires("sketch", "create")],
)
def add_sketch(
    request: Request,
    slug: str,
    session: WriteSession,
    actor: CurrentActor,
    asked: Once,
    body: Annotated[SketchIn, sent(SketchIn)],
) -> Response:
    """Send a drawing. The answer has a token, shown this once, to change it with."""

    def write(secret: str) -> Answered:
        row = neighbourhoods.get_neighbourhood(session, slug)
        who = _resident(actor, slug, body.resident)
        sent_by = replace(sent_in(body), resident=who)
        stored = storing.add(session, row.id, sent_by, secret, row.is_simulated)
        found = stored.sketch
        where = f"{base_url(request)}/neighbourhoods/{slug}/sketches/{found.id}"
        issues = issues_told(stored.issues)
        told = {**sketch_told(found), "edit_token": None, "issues": issues}
        return answered(told, found.version, 201, where, "edit_token")

    return written(session, asked, write)


def resident_of_account(account_id: int | None) -> str:
    """What tells the resident of an account from others, before it is hashed."""
    return f"account {account_id}"


def _resident(actor: CurrentActor, slug: str, named: str | None) -> str:
    """What tells the resident who drew from others: the account, or a steward's word.

    Raises:
        ResidentNotYours: somebody else than a steward says who drew.
    """
    if named is None:
        return resident_of_account(actor.account_id)
    kept = actor.reaches("sketch", "moderate")
    if slug not in {each.neighbourhood for each in kept}:
        raise ResidentNotYours()
    return f"{resident_of_account(actor.account_id)}: {named}"


@router.get("", dependencies=[requires("sketch", "moderate")])
def list_sketches(
    request: Request,
    slug: str,
    session: WriteSession,
    limit: Limit = DEFAULT_LIMIT,
    after: Annotated[str | None, Query(description="From a next link")] = None,
) -> Response:
    """Single drawings, for the stewards of the neighbourhood."""
    row = neighbourhoods.get_neighbourhood(session, slug)
    most = limited(limit)
    page = store.list_sketches(session, row.id, most, place_of(after))
    audit.note_reading(session, "sketch", None, row.id)
    last = page.next_after
    body = {
        "sketches": [sketch_told(each) for each in page.sketches],
        "next": None
        if last is None
        else next_link(request, after=mark(last), limit=most),
    }
    return json_answer(request, body)


@router.get("/{sketch_id}", dependencies=[requires("sketch", "read")])
def read_sketch(
    request: Request,
    slug: str,
    sketch_id: UUID,
    session: TokenSession,
    actor: CurrentActor,
) -> Response:
    """One drawing, for whoever drew it and for the neighbourhood's stewards.

    That a steward looked at it is told in the audit.
    """
    found = store.get_sketch(session, slug, sketch_id)
    if slug in {each.neighbourhood for each in actor.reaches("sketch", "moderate")}:
        place = neighbourhoods.get_neighbourhood(session, slug)
        audit.note_reading(session, "sketch", sketch_id, place.id)
    return json_answer(request, sketch_told(found), version=found.version)


@router.put(
    "/{sketch_id}",
    openapi_extra=describes(Redrawn),
    dependencies=[requires("sketch", "change")],
)
def redraw_sketch(
    slug: str,
    sketch_id: UUID,
    session: TokenSession,
    match: Match,
    body: Annotated[Redrawn, sent(Redrawn)],
) -> Response:
    """Draw again, in the place of the earlier drawing; whoever drew it may.

    One that came by a link is drawn again while the link is open.
    """
    stored = storing.redraw(session, slug, sketch_id, sent_in(body), match.check)
    told = {**sketch_told(stored.sketch), "issues": issues_told(stored.issues)}
    return now_stored(told, stored.sketch.version)


@router.delete(
    "/{sketch_id}", status_code=204, dependencies=[requires("sketch", "delete")]
)
def withdraw_sketch(
    slug: str, sketch_id: UUID, session: TokenSession, match: Match
) -> Response:
    """Withdraw a drawing: its geometry, and what was said with it, are erased."""
    storing.withdraw(session, slug, sketch_id, match.check)
    return Response(status_code=204)


def sketch_told(found: DrawnSketch) -> dict[str, Any]:
    """A drawing as it is told to whoever may see it."""
    return asdict(found)
