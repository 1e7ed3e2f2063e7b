"""A client's own counts, carried along a crosswalk: CSV in, CSV or JSON out."""

import io
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.publish.api.crosswalks import Counts, Measured, crosswalk_of
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    AsAt,
    DbSession,
    StrictRoute,
    body_bytes,
    json_answer,
)
from assetmap.publish.export.crosswalks import carried, interpolation
from assetmap.reconciliation.crosswalks.question import Question, question_of
from assetmap.sources.tabular.csv_files import rows_in

router = APIRouter(
    prefix="/crosswalks",
    tags=["reconciliation"],
    route_class=StrictRoute,
    dependencies=[requires("reconciliation", "read")],
)

CSV: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}}


async def _body(request: Request) -> bytes:
    return await body_bytes(request)


@router.post(
    "/{source}/{target}/interpolation",
    openapi_extra={"requestBody": {"required": True, "content": CSV}},
    responses={200: {"content": CSV}},
)
def interpolate(
    request: Request,
    source: str,
    target: str,
    session: DbSession,
    body: Annotated[bytes, Depends(_body)],
    count: Annotated[
        list[str], Query(max_length=200, description="A column of counts; repeated")
    ] = [],  # noqa: B006 - FastAPI copies it
    rate: Annotated[
        list[str], Query(max_length=200, description="NUM/DEN: two columns, divided")
    ] = [],  # noqa: B006
    moe: Annotated[
        list[str], Query(max_length=200, description="COL:MOE: margin of a count")
    ] = [],  # noqa: B006
    code: Annotated[
        str | None, Query(description="Column of the codes; absent: found")
    ] = None,
    by: Measured = "people",
    overlapping: Annotated[
        Literal["fractional", "whole"],
        Query(description="What several targets hold: in parts, or whole to each"),
    ] = "fractional",
    counts: Counts = None,
    as_at: AsAt = None,
    format: Annotated[Literal["csv", "json"], Query(description="csv or json")] = "csv",
) -> Response:
    """Counts, rates and margins of error in the target's boundaries."""
    columns = interpolation.columns_of(count, rate, moe, code)
    rows = list(rows_in(io.BytesIO(body), "body", columns.numbers))

    def ask(it: Session) -> Question:
        return question_of(it, source, target, by, as_at, counts)

    answer, sides = crosswalk_of(session, ask)
    fractional = overlapping == "fractional"
    found = interpolation.interpolated(
        rows, columns, answer, sides(), fractional=fractional
    )
    if format == "json":
        told = carried.json_body(found, answer, fractional=fractional)
        return json_answer(request, told)
    text = carried.csv_text(found)
    return Response(text, media_type="text/csv; charset=utf-8")
