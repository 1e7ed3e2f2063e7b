"""What stewards decide: drawings that do not count, and two names for one place."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from assetmap.neighbourhoods import merging
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.sketches import store
from assetmap.publish.api.moderation_bodies import HiddenIn, MergeIn
from assetmap.publish.api.neighbourhoods import told
from assetmap.publish.api.sent import now_stored, sent
from assetmap.publish.api.sketches import sketch_told
from assetmap.publish.authority import WriteSession, requires
from assetmap.publish.deps import StrictRoute, describes
from assetmap.publish.preconditions import Expected, Match

router = APIRouter(
    prefix="/neighbourhoods/{slug}", tags=["moderation"], route_class=StrictRoute
)

MODERATES = [requires("sketch", "moderate")]
MERGES = [requires("neighbourhood", "merge")]


@router.put(
    "/sketches/{sketch_id}/hidden",
    openapi_extra=describes(HiddenIn),
    dependencies=MODERATES,
)
def hide_sketch(
    slug: str,
    sketch_id: UUID,
    session: WriteSession,
    match: Match,
    body: Annotated[HiddenIn, sent(HiddenIn)],
) -> Response:
    """Keep a drawing from counting, for a reason that whoever drew it can read."""
    return _moderated(session, slug, sketch_id, body, match)


@router.delete("/sketches/{sketch_id}/hidden", dependencies=MODERATES)
def show_sketch(
    slug: str, sketch_id: UUID, session: WriteSession, match: Match
) -> Response:
    """Let a drawing count again."""
    return _moderated(session, slug, sketch_id, None, match)


def _moderated(
    session: Session,
    slug: str,
    sketch_id: UUID,
    body: HiddenIn | None,
    match: Expected,
) -> Response:
    store.get_sketch(session, slug, sketch_id)
    why, note = (None, None) if body is None else (body.why, body.note)
    store.moderate(session, sketch_id, why, note, match.check)
    found = store.get_sketch(session, slug, sketch_id)
    return now_stored(sketch_told(found), found.version)


@router.post("/merges", openapi_extra=describes(MergeIn), dependencies=MERGES)
def merge_neighbourhoods(
    request: Request,
    slug: str,
    session: WriteSession,
    match: Match,
    body: Annotated[MergeIn, sent(MergeIn)],
) -> Response:
    """Say that another neighbourhood is another name for this one.

    What was drawn of the other counts here from now on, one vote for each resident;
    nothing is moved, and all of it can be undone. Stewards of both may.
    """
    whole = neighbourhoods.get_neighbourhood(session, slug)
    match.check(whole.version)
    other = neighbourhoods.get_neighbourhood(session, body.other)
    merging.merge(session, other, whole, body.reason)
    return _place(request, session, slug)


@router.delete("/merges/{other}", dependencies=MERGES)
def part_neighbourhoods(
    request: Request, slug: str, other: str, session: WriteSession, match: Match
) -> Response:
    """Undo a merge: each counts what was drawn of it again. Stewards of either may."""
    whole = neighbourhoods.get_neighbourhood(session, slug)
    match.check(whole.version)
    parted = neighbourhoods.get_neighbourhood(session, other)
    merging.part(session, parted, whole)
    return _place(request, session, slug)


def _place(request: Request, session: Session, slug: str) -> Response:
    row = neighbourhoods.get_neighbourhood(session, slug)
    body: dict[str, Any] = told(request, session, row)
    return now_stored(body, row.version)
