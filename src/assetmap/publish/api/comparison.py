"""Comparison of two footprints."""

from fastapi import APIRouter, Request, Response

from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import (
    GeoJsonResponse,
    StrictRoute,
    body_bytes,
    describes,
    parsed,
)
from assetmap.publish.questions import COMPARISON
from assetmap.publish.questions.schemas import ComparisonIn

router = APIRouter(
    tags=["reconciliation"],
    route_class=StrictRoute,
    dependencies=[requires("reconciliation", "read")],
)


@router.post(
    "/comparison",
    openapi_extra=describes(ComparisonIn),
    responses=LATER,
    response_class=GeoJsonResponse,
)
async def compare_footprints(request: Request, actor: CurrentActor) -> Response:
    """Two footprints: what only one covers, what both do, and how far they agree."""
    sent = parsed(ComparisonIn, await body_bytes(request))
    return await answered(request, actor, COMPARISON, sent)
