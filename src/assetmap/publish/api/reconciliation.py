"""Reconciliation of any footprint with boundary sets."""

from fastapi import APIRouter, Request, Response

from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import (
    StrictRoute,
    body_bytes,
    describes,
    parsed,
)
from assetmap.publish.questions import RECONCILIATION
from assetmap.publish.questions.schemas import ReconciliationIn

router = APIRouter(
    tags=["reconciliation"],
    route_class=StrictRoute,
    dependencies=[requires("reconciliation", "read")],
)


@router.post(
    "/reconciliation",
    openapi_extra=describes(ReconciliationIn),
    responses=LATER,
)
async def reconcile_footprint(request: Request, actor: CurrentActor) -> Response:
    """How a footprint fits boundary sets: by area, people (or postcodes) and assets."""
    sent = parsed(ReconciliationIn, await body_bytes(request))
    return await answered(request, actor, RECONCILIATION, sent)
