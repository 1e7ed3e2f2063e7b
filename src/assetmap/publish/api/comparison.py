"""Comparison of two footprints."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from assetmap.publish.accepting import preferred
from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import (
    GEOJSON,
    GeoJsonResponse,
    StrictRoute,
    body_bytes,
    describes,
    parsed,
)
from assetmap.publish.questions import COMPARISON, COMPARISON_PNG, COMPARISON_SVG
from assetmap.publish.questions.schemas import ComparisonIn

router = APIRouter(
    tags=["reconciliation"],
    route_class=StrictRoute,
    dependencies=[requires("reconciliation", "read")],
)

QUESTIONS = {
    "geojson": COMPARISON,
    "svg": COMPARISON_SVG,
    "png": COMPARISON_PNG,
}
_BY_TYPE = {
    "application/json": COMPARISON,
    **{each.media_type: each for each in QUESTIONS.values()},
}
_PICTURES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            GEOJSON: {"schema": {"type": "object"}},
            COMPARISON_SVG.media_type: {"schema": {"type": "string"}},
            COMPARISON_PNG.media_type: {
                "schema": {"type": "string", "format": "binary"}
            },
        }
    }
}


@router.post(
    "/comparison",
    openapi_extra=describes(ComparisonIn),
    responses=_PICTURES | LATER,
    response_class=GeoJsonResponse,
)
async def compare_footprints(
    request: Request,
    actor: CurrentActor,
    f: Annotated[
        Literal["geojson", "svg", "png"] | None,
        Query(description="A layer or a picture; absent: as Accept says, or a layer"),
    ] = None,
) -> Response:
    """Two footprints: what only one covers, what both do, and how far they agree."""
    sent = parsed(ComparisonIn, await body_bytes(request))
    if f is not None:
        return await answered(request, actor, QUESTIONS[f], sent)
    wanted = preferred(request.headers.get("accept", ""), list(_BY_TYPE))
    question = COMPARISON if wanted is None else _BY_TYPE[wanted]
    answer = await answered(request, actor, question, sent)
    answer.headers["Vary"] = "Accept"
    return answer
