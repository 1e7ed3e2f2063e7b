"""GP practices: who is in which network on a day, and what changed between two."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from assetmap.practices import store
from assetmap.practices.changes_report import changes_between, standing_on
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    AsAt,
    Day,
    DbSession,
    Limit,
    Offset,
    StrictRoute,
    day_asked,
    json_answer,
    next_page,
)
from assetmap.publish.export.nhs.pcns import practices_json
from assetmap.publish.export.nhs.practices import changes_json
from assetmap.publish.export.paging import page_of

router = APIRouter(
    prefix="/practices",
    tags=["PCNs"],
    route_class=StrictRoute,
    dependencies=[requires("people", "read")],
)

NONE = "none"


@router.get("")
def list_practices(
    request: Request,
    session: DbSession,
    pcn: Annotated[
        str | None,
        Query(max_length=20, description="Code of a PCN, or none: those in no PCN"),
    ] = None,
    as_at: AsAt = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """Practices that are listed on a day, with their network; page by page."""
    found = standing_on(session, day_asked(as_at))
    codes = [
        code
        for code in sorted(found.listed)
        if pcn is None or (found.pcn_of(code) or NONE) == pcn
    ]
    page, more = page_of(codes, limit, offset)
    body = {
        "practices": practices_json(found.listed, found.members, page),
        "as_at": found.day,
        "list": found.list_day,
        "next": next_page(request, limit, more),
        "attribution": store.attributions(session),
    }
    return json_answer(request, body)


@router.get("/changes")
def read_changes(
    request: Request,
    session: DbSession,
    old: Annotated[Day, Query(alias="from", description="The earlier day")],
    new: Annotated[Day, Query(alias="to", description="The later day")],
) -> Response:
    """Practices that opened, closed, or joined, left or changed network."""
    return json_answer(request, changes_json(changes_between(session, old, new)))
