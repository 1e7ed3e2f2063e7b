"""Comparison of two footprints."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    DbSession,
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


async def _sent(request: Request) -> ComparisonIn:
    return parsed(ComparisonIn, await body_bytes(request))


@router.post(
    "/comparison",
    openapi_extra=describes(ComparisonIn),
    responses=LATER,
    response_class=GeoJsonResponse,
)
def compare_footprints(
    request: Request, sent: Annotated[ComparisonIn, Depends(_sent)], session: DbSession
) -> Response:
    """Two footprints: what only one covers, what both do, and how far they agree."""
    return answered(request, session, COMPARISON, sent)
