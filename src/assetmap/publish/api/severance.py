"""Whom boundary sets part from the assets they use."""

from fastapi import APIRouter, Request, Response

from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import (
    StrictRoute,
    body_bytes,
    describes,
    parsed,
)
from assetmap.publish.questions import SEVERANCE
from assetmap.publish.questions.schemas import SeveranceIn

router = APIRouter(
    tags=["reconciliation"],
    route_class=StrictRoute,
    dependencies=[requires("reconciliation", "read")],
)


@router.post(
    "/severance",
    openapi_extra=describes(SeveranceIn),
    responses=LATER,
)
async def sever_footprint(request: Request, actor: CurrentActor) -> Response:
    """Boundary sets by how many people they part from what they use, fewest first."""
    sent = parsed(SeveranceIn, await body_bytes(request))
    return await answered(request, actor, SEVERANCE, sent)
