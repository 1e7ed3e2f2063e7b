"""Look-ups: what holds a place."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.db.glances import Glances
from assetmap.publish.api.listening import listening
from assetmap.publish.api.lookup_query import LookupQuery, QuickRoute
from assetmap.publish.api.packed import unpacked
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    AsAt,
    BadBody,
    StrictRoute,
    body_bytes,
    describes,
    json_answer,
    parsed,
)
from assetmap.publish.export.lookups import asked
from assetmap.publish.export.lookups import bulk as lookups_bulk
from assetmap.publish.export.lookups import single as lookups
from assetmap.publish.export.lookups.asked import Asked
from assetmap.publish.export.lookups.csv_answers import csv_answer
from assetmap.publish.questions.schemas import LookupIn
from assetmap.settings import settings
from assetmap.sources.days import today
from assetmap.sources.postcodes.form import BadPostcode

router = APIRouter(
    tags=["look-ups"],
    route_class=StrictRoute,
    dependencies=[requires("boundary_set", "read")],
)

Sets = Annotated[
    str | None, Query(description="Names of boundary sets, joined by commas")
]


CSV = {"text/csv": {"schema": {"type": "string"}}}
AS_CSV: dict[int | str, dict[str, Any]] = {200: {"content": CSV}}
JSON_OR_CSV = describes(LookupIn)
JSON_OR_CSV["requestBody"]["content"] |= CSV


async def look_up(request: Request, given: Annotated[LookupQuery, Query()]) -> Response:
    """What holds a postcode, a longitude and latitude, or a grid point."""
    place = await _asked(request, given)
    day, named = given.as_at or today(), named_sets(given.sets)
    glances: Glances | None = getattr(request.app.state, "glances", None)
    body = None
    if glances is not None:
        body = await lookups.answer_at_a_glance(glances, place, named, day, settings())
    if body is None:
        body = await listening(
            request,
            lambda session: lookups.answer(session, place, named, day, settings()),
        )
    return json_answer(request, body)


async def _asked(request: Request, given: LookupQuery) -> Asked:
    """The one way in which a place was given."""
    degrees, grid = (given.lon, given.lat), (given.easting, given.northing)
    try:
        return asked.one_of(given.postcode, degrees, grid)
    except BadPostcode as bad:
        told = bad
    raise await listening(
        request, lambda session: asked.with_suggestions(session, told)
    )


router.add_api_route(
    "/lookup", look_up, methods=["GET"], route_class_override=QuickRoute
)


@router.post("/lookup", openapi_extra=JSON_OR_CSV, responses=AS_CSV)
async def look_up_many(
    request: Request, sets: Sets = None, as_at: AsAt = None
) -> Response:
    """What holds each of many places, in their order; CSV in gives CSV out."""
    body = unpacked(request, await body_bytes(request))
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "text/csv":
        day, named = as_at or today(), named_sets(sets)
        answer = await listening(
            request, lambda session: csv_answer(session, body, named, day, settings())
        )
        return Response(answer.text, media_type="text/csv; charset=utf-8")
    if sets is not None or as_at is not None:
        raise BadBody("With a JSON body, sets and as_at belong in it.")
    told = await listening(request, lambda session: _many(session, body))
    return json_answer(request, told)


def _many(session: Session, body: bytes) -> bytes:
    sent = parsed(LookupIn, body)
    given = (sent.postcodes, sent.points, sent.grid)
    day = sent.as_at or today()
    return lookups_bulk.many(session, given, sent.sets, day, settings())


def named_sets(sets: str | None) -> list[str] | None:
    """The names in a list joined by commas; None if none was given."""
    if sets is None:
        return None
    return [each.strip() for each in sets.split(",") if each.strip()]
