"""Open links, as the stewards of a neighbourhood make, change and close them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from assetmap.accounts.answered.model import Answered, secret_hash
from assetmap.errors import NotAllowed
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.links import store
from assetmap.neighbourhoods.links.model import LinkClosed, NewLink
from assetmap.neighbourhoods.links.questions import checked_questions
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.api.link_bodies import (
    LinkChange,
    LinkIn,
    closing,
    link_told,
    questions_of,
)
from assetmap.publish.api.sent import answered, now_stored, sent
from assetmap.publish.authority import CurrentActor, WriteSession, requires
from assetmap.publish.deps import StrictRoute, base_url, describes, json_answer
from assetmap.publish.once import Once, written
from assetmap.publish.preconditions import Match

router = APIRouter(
    prefix="/neighbourhoods/{slug}/links", tags=["links"], route_class=StrictRoute
)


class LinksNotYours(NotAllowed):
    """The neighbourhood may be seen by whoever asks, and is another's to ask about."""

    title = "Links not yours"

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"The links of {slug!r} are its stewards', and you are not among them.",
            neighbourhood=slug,
        )


@router.post(
    "",
    status_code=201,
    openapi_extra=describes(LinkIn),
    dependencies=[requires("link", "create")],
)
def add_link(
    request: Request,
    slug: str,
    session: WriteSession,
    actor: CurrentActor,
    asked: Once,
    body: Annotated[LinkIn, sent(LinkIn)],
) -> Response:
    """Make a link by which residents draw without an account.

    The answer has its address, shown this once: whoever has that draws.
    """

    def write(secret: str) -> Answered:
        row = _place(session, actor, slug, "create")
        new = NewLink(
            secret_hash(secret),
            body.title,
            questions_of(body),
            body.most_per_device,
            closing(body.last_day),
        )
        found = store.add_link(session, row.id, new)
        at = base_url(request)
        where = f"{at}/neighbourhoods/{slug}/links/{found.id}"
        told = {**link_told(found), "address": f"{at}/links/"}
        return answered(told, found.version, 201, where, "address")

    return written(session, asked, write)


@router.get("", dependencies=[requires("link", "read")])
def list_links(
    request: Request, slug: str, session: WriteSession, actor: CurrentActor
) -> Response:
    """The links of a neighbourhood, the newest first, for its stewards."""
    row = _place(session, actor, slug, "read")
    found = [link_told(each) for each in store.list_links(session, row.id)]
    return json_answer(request, {"links": found, "next": None})


@router.get("/{link_id}", dependencies=[requires("link", "read")])
def read_link(
    request: Request,
    slug: str,
    link_id: UUID,
    session: WriteSession,
    actor: CurrentActor,
) -> Response:
    """One link, with how many drawings came by it."""
    row = _place(session, actor, slug, "read")
    found = store.get_link(session, row.id, link_id)
    return json_answer(request, link_told(found), version=found.version)


@router.patch(
    "/{link_id}",
    openapi_extra=describes(LinkChange),
    dependencies=[requires("link", "change")],
)
def change_link(
    slug: str,
    link_id: UUID,
    session: WriteSession,
    actor: CurrentActor,
    match: Match,
    body: Annotated[LinkChange, sent(LinkChange)],
) -> Response:
    """Change the last day, the limit, the title or what is asked.

    A link whose last day is over takes drawings again with a later one; one that was
    closed stays so. Answers that were given stay with their drawings.
    """
    row = _place(session, actor, slug, "change")
    before = store.get_link(session, row.id, link_id)
    if before.closed_at is not None:
        raise LinkClosed(before.closed_at)
    changes = _changes(body)
    found = store.change_link(session, row.id, link_id, changes, match.check)
    return now_stored(link_told(found), found.version)


def _changes(body: LinkChange) -> dict[str, Any]:
    changes = body.model_dump(exclude_unset=True, exclude={"last_day", "questions"})
    if "last_day" in body.model_fields_set:
        changes["closes_at"] = closing(body.last_day)
    if "questions" in body.model_fields_set:
        changes["questions"] = checked_questions(questions_of(body))
    return changes


@router.delete("/{link_id}", status_code=204, dependencies=[requires("link", "change")])
def close_link(
    slug: str, link_id: UUID, session: WriteSession, actor: CurrentActor, match: Match
) -> Response:
    """Close a link for good, at once. What was drawn by it stays."""
    row = _place(session, actor, slug, "change")
    before = store.get_link(session, row.id, link_id)
    if before.closed_at is None:
        closed = {"closed_at": store.now(session)}
        store.change_link(session, row.id, link_id, closed, match.check)
    return Response(status_code=204)


def _place(
    session: Session, actor: CurrentActor, slug: str, action: str
) -> NeighbourhoodRow:
    """The neighbourhood, whose steward asks.

    Raises:
        NeighbourhoodNotFound: there is none, for whoever asks.
        LinksNotYours: it is another's.
    """
    row = neighbourhoods.get_neighbourhood(session, slug)
    if slug not in {each.neighbourhood for each in actor.reaches("link", action)}:
        raise LinksNotYours(slug)
    return row
