"""What needs to be verified, for those who keep it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from assetmap.assets.reminders.store import DAYS, list_to_verify
from assetmap.publish.api.assets import told
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    DbSession,
    Limit,
    Offset,
    StrictRoute,
    json_answer,
    limited,
    next_page,
)
from assetmap.publish.export.finding import check_category

router = APIRouter(tags=["assets"], route_class=StrictRoute)

MOST_DAYS = 36_500


@router.get("/assets/to-verify", dependencies=[requires("asset", "verify")])
def read_to_verify(
    request: Request,
    session: DbSession,
    days: Annotated[
        int,
        Query(
            ge=0,
            le=MOST_DAYS,
            description="Days after which it is to be verified again",
        ),
    ] = DAYS,
    category: Annotated[
        str | None, Query(max_length=200, description="Of either level")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """What you keep and nobody has verified, or longer ago: the oldest first."""
    if category is not None:
        check_category(session, category)
    most = limited(limit)
    found = list_to_verify(session, days, category, most + 1, offset)
    more = offset + most if len(found) > most else None
    body = {
        "assets": [told(each) for each in found[:most]],
        "days": days,
        "next": next_page(request, limit, more),
        "attribution": sorted({each.attribution for each in found[:most]} - {""}),
    }
    return json_answer(request, body)
