"""What residents' sketches of a neighbourhood say, as maps, numbers and files."""

import math
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.disclosure import disclosure
from assetmap.errors import BadParameter
from assetmap.neighbourhoods import store
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    GEOJSON,
    Day,
    DbSession,
    GeoJsonResponse,
    StrictRoute,
    dumped,
    json_answer,
)
from assetmap.publish.export.agreed.mark import mark_of
from assetmap.publish.export.agreed.shown import decided
from assetmap.publish.export.agreed.stored import as_file
from assetmap.publish.export.consensus import consensus_json, wanted_of
from assetmap.publish.export.marked import marked_answer, unchanged
from assetmap.publish.export.moved import moved_json
from assetmap.reconciliation.agreed.moved import moved
from assetmap.reconciliation.agreed.wanted import Wanted
from assetmap.settings import settings

router = APIRouter(
    prefix="/neighbourhoods", tags=["neighbourhoods"], route_class=StrictRoute
)

MOST_LEVELS = 20
MOST_BREAKS = 19


@router.get(
    "/{slug}/consensus",
    response_class=GeoJsonResponse,
    dependencies=[requires("consensus", "read")],
)
def read_consensus(
    request: Request,
    slug: str,
    session: DbSession,
    measure: Literal["people", "area"] = "area",
    levels: Annotated[
        str, Query(description="Shares of sketches, joined by commas", max_length=200)
    ] = "0.2,0.5,0.8",
    by: Annotated[
        str | None,
        Query(
            max_length=40,
            description="A question: each group that answered it alike by itself too",
        ),
    ] = None,
    breaks: Annotated[
        str | None,
        Query(description="Where to part answers in numbers", max_length=200),
    ] = None,
    as_at: Annotated[
        Day | None,
        Query(description="As it was published that day, YYYY-MM-DD; absent: now"),
    ] = None,
    f: Literal["geojson", "csv", "gpkg"] = "geojson",
) -> Response:
    """Where residents' sketches agree: ground by level, and statistics."""
    row = store.get_neighbourhood(session, slug)
    wanted = wanted_of(
        settings(),
        measure=measure,
        levels=_levels(levels),
        by=by,
        breaks=None if breaks is None else _breaks(breaks),
        as_at=as_at,
    )
    wanted = decided(row, wanted)
    mark = mark_of(session, row, wanted, f)
    known = unchanged(request, mark)
    return known or _answer(request, session, row, wanted, f, mark)


def _answer(
    request: Request,
    session: Session,
    row: NeighbourhoodRow,
    wanted: Wanted,
    form: str,
    mark: str | None,
) -> Response:
    """A consensus in a form, under its mark; under its own bytes where it has none."""
    if form == "geojson":
        body = dumped(consensus_json(session, row, wanted))
        return marked_answer(request, mark, body, GEOJSON, {})
    body, kind = as_file(session, row, wanted, form)
    named = f'attachment; filename="{row.slug}-consensus.{form}"'
    headers = {"Content-Disposition": named}
    return marked_answer(request, mark, body, kind, headers)


@router.get(
    "/{slug}/change",
    response_class=GeoJsonResponse,
    dependencies=[requires("consensus", "read")],
)
def read_change(
    request: Request,
    slug: str,
    session: DbSession,
    since: Annotated[Day, Query(alias="from", description="The earlier day")],
    until: Annotated[
        Day | None, Query(alias="to", description="The later day; absent: now")
    ] = None,
    level: Annotated[
        float | None,
        Query(
            gt=0,
            le=1,
            description="Share of sketches that hold ground; absent: 0.5, or the "
            "nearest that is shown",
        ),
    ] = None,
) -> Response:
    """How the definition has moved: ground and people that it gained and lost."""
    row = store.get_neighbourhood(session, slug)
    days = (since, until)
    found = moved(session, row, days, level, disclosure())
    return json_answer(request, moved_json(session, row, found, days), GEOJSON)


def _numbers(parameter: str, text: str) -> list[float]:
    """Numbers joined by commas.

    Raises:
        BadParameter: they are not.
    """
    try:
        found = [float(each) for each in text.split(",") if each.strip()]
    except ValueError:
        raise BadParameter(parameter, text, "is not numbers joined by commas") from None
    if not found:
        raise BadParameter(parameter, text, "names nothing")
    return found


def _levels(text: str) -> list[float]:
    found = _numbers("levels", text)
    if len(found) > MOST_LEVELS or not all(0 < each <= 1 for each in found):
        raise BadParameter("levels", text, "is not up to 20 shares above 0, up to 1")
    return found


def _breaks(text: str) -> list[float]:
    found = _numbers("breaks", text)
    if len(found) > MOST_BREAKS or not all(math.isfinite(each) for each in found):
        raise BadParameter("breaks", text, "is not up to 19 finite numbers")
    return found
