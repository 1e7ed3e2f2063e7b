"""Somewhere to refer a person to, nearest first."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from assetmap.assets.filters import FARTHEST_M
from assetmap.assets.open_at import instant
from assetmap.assets.referring import Asked, Place, Referral, refer
from assetmap.assets.referring_told import told as in_words
from assetmap.assets.searching.words import words_of
from assetmap.errors import BadParameter
from assetmap.publish.api.assets import told
from assetmap.publish.authority import requires
from assetmap.publish.deps import AsAt, DbSession, StrictRoute, json_answer
from assetmap.publish.export.finding import check_category
from assetmap.publish.export.lookups import asked

router = APIRouter(tags=["assets"], route_class=StrictRoute)

MOST = 100
Metres = Annotated[
    float, Query(gt=0, le=FARTHEST_M, description="How far is near, in metres")
]


@router.get("/nearby", dependencies=[requires("asset", "read")])
def list_nearby(
    request: Request,
    session: DbSession,
    postcode: Annotated[str | None, Query(max_length=20)] = None,
    lon: float | None = None,
    lat: float | None = None,
    easting: float | None = None,
    northing: float | None = None,
    category: Annotated[
        str | None, Query(max_length=200, description="Of either level; absent: any")
    ] = None,
    q: Annotated[
        str | None, Query(max_length=200, description="Words, all of them")
    ] = None,
    open_at: Annotated[
        datetime | None, Query(description="An instant; without a zone London's")
    ] = None,
    as_at: AsAt = None,
    within_m: Metres = 5_000,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Most places")] = 10,
) -> Response:
    """Where a person can be referred to, nearest first, or that there is nowhere."""
    if open_at is not None and as_at is not None:
        reason = "is given together with open_at, which says a day already"
        raise BadParameter("as_at", as_at.isoformat(), reason)
    at = None if open_at is None else instant(open_at)
    grid = (easting, northing)
    query, spot = asked.placed(session, postcode, (lon, lat), grid)
    label = None if category is None else check_category(session, category)
    question = Asked(
        spot.east,
        spot.north,
        spot.lon,
        spot.lat,
        category=category,
        label=label,
        open_at=at,
        within_m=within_m,
        limit=limit,
        as_at=as_at,
        q=_words(q),
    )
    found = refer(session, question)
    return json_answer(request, _body(query, question, found))


def _words(q: str | None) -> str | None:
    """Words that are asked for; none of a blank text.

    Raises:
        BadParameter: there is no word in them.
    """
    if q is None or not q.strip():
        return None
    if not words_of(q):
        raise BadParameter("q", q, "holds no letter and no digit")
    return q.strip()


def _body(query: dict[str, Any], question: Asked, found: Referral) -> dict[str, Any]:
    near, serving = found.nearby, found.serving
    beyond = [found.beyond] if found.beyond else []
    said = {each.asset.attribution for each in (*near, *beyond, *serving)}
    return {
        "told": in_words(question, found),
        "query": query,
        "category": question.category,
        "q": question.q,
        "spelling": found.spelling or None,
        "open_at": question.open_at,
        "within_m": question.within_m,
        "nearby": [_told(each) for each in near],
        "beyond": _told(found.beyond) if found.beyond else None,
        "serving": [_told(each) for each in serving],
        "closed_then": found.closed_then,
        "without_place": found.unplaced,
        "attribution": sorted(said - {""}),
    }


def _told(place: Place) -> dict[str, Any]:
    return {
        "distance_m": place.distance_m,
        "open": place.is_open,
        "serves_here": place.serves_here,
        "marks": list(place.marks),
        "asset": told(place.asset),
    }
