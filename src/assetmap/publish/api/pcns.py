"""Primary care networks: what they are, and which serve a place."""

from fastapi import APIRouter, Request, Response

from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    AsAt,
    DbSession,
    Limit,
    Offset,
    StrictRoute,
    body_bytes,
    day_asked,
    describes,
    json_answer,
    next_page,
    parsed,
)
from assetmap.publish.export.nhs.pcns import (
    known_on,
    list_json,
    pcn_json,
    said,
)
from assetmap.publish.export.paging import page_of
from assetmap.publish.questions import PCN_SHARES
from assetmap.publish.questions.schemas import PcnSharesIn

router = APIRouter(
    tags=["PCNs"], route_class=StrictRoute, dependencies=[requires("people", "read")]
)


@router.get("/pcns")
def list_pcns(
    request: Request,
    session: DbSession,
    as_at: AsAt = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """All networks that have practices on a day, by code; page by page."""
    known = known_on(session, day_asked(as_at))
    codes = sorted({each.pcn_code for each in known.members.values()})
    page, more = page_of([each for each in codes if each in known.pcns], limit, offset)
    body = {
        "pcns": list_json(known, page),
        "next": next_page(request, limit, more),
        "attribution": said(session, known),
    }
    return json_answer(request, body)


@router.get("/pcns/{code}")
def read_pcn(
    request: Request, session: DbSession, code: str, as_at: AsAt = None
) -> Response:
    """A network: its practices on a day, its list, and how its catchment fits."""
    known = known_on(session, day_asked(as_at))
    return json_answer(request, pcn_json(session, known, code))


@router.post("/pcn-shares", openapi_extra=describes(PcnSharesIn), responses=LATER)
async def share_among_pcns(request: Request, actor: CurrentActor) -> Response:
    """Which networks serve the people of a place, and in what shares."""
    sent = parsed(PcnSharesIn, await body_bytes(request))
    return await answered(request, actor, PCN_SHARES, sent)
