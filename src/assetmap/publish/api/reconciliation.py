"""Reconciliation of any footprint with boundary sets."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.deps import (
    DbSession,
    StrictRoute,
    body_bytes,
    describes,
    parsed,
)
from assetmap.publish.questions import RECONCILIATION
from assetmap.publish.questions.schemas import ReconciliationIn

router = APIRouter(tags=["reconciliation"], route_class=StrictRoute)


async def _sent(request: Request) -> ReconciliationIn:
    return parsed(ReconciliationIn, await body_bytes(request))


@router.post(
    "/reconciliation",
    openapi_extra=describes(ReconciliationIn),
    responses=LATER,
)
def reconcile_footprint(
    request: Request,
    sent: Annotated[ReconciliationIn, Depends(_sent)],
    session: DbSession,
) -> Response:
    """How a footprint fits boundary sets: by area, people (or postcodes) and assets."""
    return answered(request, session, RECONCILIATION, sent)
