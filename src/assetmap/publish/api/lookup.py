"""Look-ups: what holds a place."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from assetmap.db.glances import Glances
from assetmap.publish.api.schemas import LookupIn
from assetmap.publish.deps import (
    AsAt,
    BadBody,
    DbSession,
    StrictRoute,
    body_bytes,
    describes,
    glance,
    json_answer,
    parsed,
)
from assetmap.publish.export import asked, lookups, lookups_bulk
from assetmap.publish.export.asked import Asked
from assetmap.publish.export.lookups_csv import csv_answer
from assetmap.settings import settings

router = APIRouter(tags=["look-ups"], route_class=StrictRoute)

Sets = Annotated[
    str | None, Query(description="Names of boundary sets, joined by commas")
]


CSV = {"text/csv": {"schema": {"type": "string"}}}
AS_CSV: dict[int | str, dict[str, Any]] = {200: {"content": CSV}}
JSON_OR_CSV = describes(LookupIn)
JSON_OR_CSV["requestBody"]["content"] |= CSV


@router.get("/lookup")
async def look_up(
    request: Request,
    postcode: Annotated[str | None, Query(max_length=20)] = None,
    lon: float | None = None,
    lat: float | None = None,
    easting: float | None = None,
    northing: float | None = None,
    sets: Sets = None,
    as_at: AsAt = None,
) -> Response:
    """What holds a postcode, a longitude and latitude, or a grid point."""
    place = asked.one_of(postcode, (lon, lat), (easting, northing))
    day, named = as_at or _today(), _named(sets)
    glances: Glances | None = getattr(request.app.state, "glances", None)
    body = None
    if named is None and glances is not None:
        body = await lookups.answer_at_a_glance(glances, place, day, settings())
    if body is None:
        body = await run_in_threadpool(_answered, place, named, day)
    return json_answer(request, body)


def _answered(place: Asked, sets: list[str] | None, day: date) -> dict[str, Any]:
    with glance() as session:
        return lookups.answer(session, place, sets, day, settings())


async def _body(request: Request) -> bytes:
    return await body_bytes(request)


@router.post("/lookup", openapi_extra=JSON_OR_CSV, responses=AS_CSV)
def look_up_many(
    request: Request,
    session: DbSession,
    body: Annotated[bytes, Depends(_body)],
    sets: Sets = None,
    as_at: AsAt = None,
) -> Response:
    """What holds each of many places, in their order; CSV in gives CSV out."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "text/csv":
        day = as_at or _today()
        text = csv_answer(session, body, _named(sets), day, settings())
        return Response(text, media_type="text/csv; charset=utf-8")
    sent = parsed(LookupIn, body)
    if sets is not None or as_at is not None:
        raise BadBody("With a JSON body, sets and as_at belong in it.")
    answer = lookups_bulk.many(
        session,
        sent.postcodes,
        sent.points,
        sent.sets,
        sent.as_at or _today(),
        settings(),
    )
    return json_answer(request, answer)


def _named(sets: str | None) -> list[str] | None:
    if sets is None:
        return None
    return [each.strip() for each in sets.split(",") if each.strip()]


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the civil date of where the service runs
