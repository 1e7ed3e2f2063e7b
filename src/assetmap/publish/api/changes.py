"""The change feed: what became of assets, to be followed without missing anything."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.assets.changes import store
from assetmap.assets.changes.model import START, Place, place_at
from assetmap.assets.changes.told import told
from assetmap.assets.open_at import LONDON
from assetmap.errors import Gone
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    DbSession,
    Limit,
    StrictRoute,
    json_answer,
    limited,
    next_link,
)
from assetmap.settings import settings

router = APIRouter(tags=["assets"], route_class=StrictRoute)

NOW = "now"


class FeedBeganAgain(Gone):
    """A cursor is ahead of all changes: the database was put back to an earlier day."""

    title = "Feed began again"


@router.get("/changes", dependencies=[requires("asset", "read")])
def list_changes(
    request: Request,
    session: DbSession,
    since: Annotated[
        str | None,
        Query(
            max_length=200,
            description="A cursor of this feed, an instant, or now; absent: all",
        ),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """What became of assets since a place in the feed, in the order it was kept."""
    most = limited(limit)
    page = store.list_changes(session, place_said(session, since), most)
    body = {
        "changes": [told(each) for each in page.changes],
        "cursor": page.behind.cursor,
        "next": next_link(request, since=page.behind.cursor, limit=most)
        if page.more
        else None,
        "attribution": sorted(
            {each.asset.attribution for each in page.changes if each.asset} - {""}
        ),
    }
    return json_answer(request, body)


def place_said(session: Session, since: str | None) -> Place:
    """The place in the feed that was said.

    Raises:
        BadParameter: it is none.
        FeedBeganAgain: nothing has come so far.
    """
    if since is None:
        return START
    if since == NOW:
        return store.newest_place(session)
    at = _instant(since)
    if at is not None:
        return store.place_before(session, at)
    place = place_at(since)
    # A replica may not have heard yet of what its client has read elsewhere.
    is_whole = settings().read_database_url is None
    if is_whole and place.place > store.newest_place(session).place:
        raise FeedBeganAgain(
            "The cursor is ahead of all changes: the database was put back to an "
            "earlier day. Begin again, without since.",
            since=since,
        )
    return place


def _instant(since: str) -> datetime | None:
    """The instant that a text is; a day is its beginning, without a zone London's."""
    try:
        said = datetime.fromisoformat(since)
        local = said if said.tzinfo else said.replace(tzinfo=LONDON)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
