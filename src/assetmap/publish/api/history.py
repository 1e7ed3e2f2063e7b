"""Valid time: what held a place before and now, and what became of a code."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from assetmap.boundaries.model import KINDS
from assetmap.errors import BadParameter
from assetmap.people.model import PostcodeNotFound
from assetmap.publish.authority import requires
from assetmap.publish.deps import AsAt, DbSession, StrictRoute, json_answer
from assetmap.publish.export.lookups import asked
from assetmap.publish.export.lookups.history import code_json, place_json
from assetmap.reconciliation.lookups.history import history_of_code, history_of_place
from assetmap.sources.days import today

router = APIRouter(
    tags=["look-ups"],
    route_class=StrictRoute,
    dependencies=[requires("boundary_set", "read")],
)


@router.get("/history")
def read_history(
    request: Request,
    session: DbSession,
    postcode: Annotated[str | None, Query(max_length=20)] = None,
    lon: float | None = None,
    lat: float | None = None,
    easting: float | None = None,
    northing: float | None = None,
    kinds: Annotated[
        str | None, Query(description="Kinds of boundary, joined by commas")
    ] = None,
    as_at: AsAt = None,
) -> Response:
    """Which council, ward and so on was and is this place, with the days."""
    place = asked.one_of(postcode, (lon, lat), (easting, northing))
    if postcode is not None:
        (place,) = asked.asked_postcodes(session, [postcode])
    if place.place is None:
        raise PostcodeNotFound(str(place.query["postcode"]))
    day = as_at or today()
    found = history_of_place(session, place.place, day, _kinds(kinds))
    return json_answer(request, place_json(place, found, day))


def _kinds(sent: str | None) -> list[str] | None:
    if sent is None:
        return None
    named = [each.strip() for each in sent.split(",") if each.strip()]
    for each in named:
        if each not in KINDS:
            raise BadParameter("kinds", each, f"is not one of {', '.join(KINDS)}")
    return named


@router.get("/codes/{code}")
def read_code(
    request: Request,
    session: DbSession,
    code: Annotated[str, Path(max_length=40)],
) -> Response:
    """The sets that have a code, what it came from and what it became."""
    return json_answer(request, code_json(history_of_code(session, code)))
