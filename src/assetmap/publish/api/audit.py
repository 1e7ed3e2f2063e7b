"""The audit: who did what, to whom it concerns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.acting import Actor
from assetmap.accounts.audit import exported, store
from assetmap.accounts.audit.model import after_told
from assetmap.accounts.audit.store import EntryFilter
from assetmap.db.engine import session_scope
from assetmap.errors import BadParameter
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.publish.asked import request_id
from assetmap.publish.authority import CurrentActor, WriteSession, requires
from assetmap.publish.connections import write_engine
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    Day,
    Limit,
    Offset,
    StrictRoute,
    json_answer,
    limited,
    next_link,
)

router = APIRouter(tags=["audit"], route_class=StrictRoute)

LARGEST = 2**63 - 1
AS_JSONL: dict[int | str, dict[str, Any]] = {
    200: {"content": {exported.MEDIA_TYPE: {"schema": {"type": "string"}}}}
}


@dataclass(frozen=True)
class AuditQuery:
    """Which entries are asked for."""

    thing: Annotated[
        str | None,
        Query(max_length=200, description="Of this kind: key, asset, sketch, …"),
    ] = None
    thing_id: Annotated[
        str | None, Query(max_length=200, description="Of the one with this id")
    ] = None
    action: Annotated[
        str | None,
        Query(max_length=200, description="Only this: create, change, revoke, …"),
    ] = None
    account: Annotated[
        str | None,
        Query(max_length=200, description="Done by the account of this number"),
    ] = None
    key: Annotated[
        str | None, Query(max_length=200, description="Done with the key of this id")
    ] = None
    request: Annotated[
        str | None, Query(max_length=200, description="Done by this request or job")
    ] = None
    neighbourhood: Annotated[
        str | None,
        Query(max_length=200, description="Of what belongs to this neighbourhood"),
    ] = None
    since: Annotated[Day | None, Query(description="First day, YYYY-MM-DD")] = None
    until: Annotated[
        Day | None, Query(description="First day no longer, YYYY-MM-DD")
    ] = None


Asked = Annotated[AuditQuery, Depends()]


def _wanted(session: Session, asked: AuditQuery) -> EntryFilter:
    """The filter that is asked for.

    Raises:
        NeighbourhoodNotFound: whoever asks knows none of that slug.
    """
    place = None
    if asked.neighbourhood is not None:
        place = neighbourhoods.get_neighbourhood(session, asked.neighbourhood).id
    return EntryFilter(
        asked.thing,
        asked.thing_id,
        asked.action,
        asked.account,
        asked.key,
        asked.request,
        place,
        since=_midnight(asked.since),
        before=_midnight(asked.until),
    )


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


@router.get("/audit", dependencies=[requires("audit", "read")])
def list_entries(
    request: Request,
    session: WriteSession,
    asked: Asked,
    before: Annotated[
        int | None, Query(ge=1, le=LARGEST, description="Entries with lower numbers")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """What was done, the newest first: one's own deeds, and those within one's reach.

    Needs a key.
    """
    most = limited(limit)
    wanted = _wanted(session, asked)
    found = store.list_entries(session, wanted, most + 1, before, offset)
    shown, following = found[:most], None
    if len(found) > most:
        following = next_link(request, before=shown[-1]["id"], limit=most, offset=0)
    return json_answer(request, {"entries": shown, "next": following})


After = Annotated[
    str | None,
    Query(
        max_length=4_000,
        description="Of the whole only what follows: the last place of each chain that"
        " you have, chain:place, joined by commas",
    ),
]


@router.get(
    "/audit/export", dependencies=[requires("audit", "export")], responses=AS_JSONL
)
def export(
    session: WriteSession, actor: CurrentActor, asked: Asked, after: After = None
) -> Response:
    """The audit as a file, one entry in a line, that is verified without a database.

    Without a filter it is the whole: of entries that are out of reach it tells how they
    hang together with the others, and nothing else. With one it is a part. Needs a key.
    """
    if asked == AuditQuery():
        lines = _whole(actor, _seen(after), request_id() or "")
    elif after is not None:
        raise BadParameter("after", after, "goes on with the whole, without a filter")
    else:
        lines = _lines(actor, _wanted(session, asked), request_id() or "")
    file = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(lines, media_type=exported.MEDIA_TYPE, headers=file)


def _seen(after: str | None) -> dict[int, int]:
    try:
        return after_told(after)
    except ValueError as error:
        reason = "is not chain:place, joined by commas"
        raise BadParameter("after", after, reason) from error


def _whole(actor: Actor, after: dict[int, int], request: str) -> Iterator[str]:
    """All lines, through a session of their own: the route's ends before they do."""
    with session_scope(write_engine()) as session:
        acting.tell(session, actor, request)
        ends = store.heads(session)
        links = store.links(session, ends, after)
        yield from exported.whole_lines(links, ends, is_rest=bool(after))


def _lines(actor: Actor, wanted: EntryFilter, request: str) -> Iterator[str]:
    """The lines of a part."""
    with session_scope(write_engine()) as session:
        acting.tell(session, actor, request)
        yield from exported.lines(store.entries(session, wanted), None)
