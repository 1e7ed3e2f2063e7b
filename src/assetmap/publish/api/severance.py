"""Whom boundary sets part from the assets they use."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    DbSession,
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


async def _sent(request: Request) -> SeveranceIn:
    return parsed(SeveranceIn, await body_bytes(request))


@router.post(
    "/severance",
    openapi_extra=describes(SeveranceIn),
    responses=LATER,
)
def sever_footprint(
    request: Request, sent: Annotated[SeveranceIn, Depends(_sent)], session: DbSession
) -> Response:
    """Boundary sets by how many people they part from what they use, fewest first."""
    return answered(request, session, SEVERANCE, sent)
