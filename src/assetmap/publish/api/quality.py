"""Quality reports: what is wrong with a boundary set, and where."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from assetmap.boundaries import store
from assetmap.boundaries.quality import store as report
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    AS_GEOJSON,
    DEFAULT_LIMIT,
    DbSession,
    Limit,
    Offset,
    StrictRoute,
    json_answer,
    limited,
    next_link,
)
from assetmap.publish.export.items import items_answer
from assetmap.publish.export.paging import mark, place_of
from assetmap.publish.export.quality import (
    discrepancy_feature,
    discrepancy_json,
    reasons_in,
    summary_json,
)

router = APIRouter(
    prefix="/boundary-sets",
    tags=["boundary sets"],
    route_class=StrictRoute,
    dependencies=[requires("boundary_set", "read")],
)


@router.get("/{name}/quality", responses=AS_GEOJSON)
def read_quality(
    request: Request,
    name: str,
    session: DbSession,
    reason: Annotated[
        str | None, Query(description="Only these reasons, joined by commas")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    after: Annotated[str | None, Query(description="From a next link")] = None,
    f: Literal["json", "geojson"] = "json",
) -> Response:
    """What is wrong with a set, with its place and its reason; page by page."""
    asked, most, start = reasons_in(reason), limited(limit), place_of(after)
    row = store.get_set(session, name)
    found = report.list_discrepancies(
        session, row, most + 1, start, asked, f == "geojson", offset
    )
    last = found[most - 1]["ordinal"] if len(found) > most else None
    if f == "geojson":
        features = [discrepancy_feature(each) for each in found[:most]]
        place = None if last is None else mark(last)
        return items_answer(request, features, place, most, [row.attribution])
    body = summary_json(row) | {
        "discrepancies": [discrepancy_json(each) for each in found[:most]],
        "next": None
        if last is None
        else next_link(request, after=mark(last), limit=most, offset=0),
        "attribution": [row.attribution],
    }
    return json_answer(request, body)
