"""How deprived the people of a footprint are."""

from fastapi import APIRouter, Request, Response

from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import (
    StrictRoute,
    body_bytes,
    describes,
    parsed,
)
from assetmap.publish.questions import DEPRIVATION
from assetmap.publish.questions.schemas import DeprivationIn

router = APIRouter(
    tags=["people"], route_class=StrictRoute, dependencies=[requires("people", "read")]
)


@router.post(
    "/deprivation",
    openapi_extra=describes(DeprivationIn),
    responses=LATER,
)
async def footprint_deprivation(request: Request, actor: CurrentActor) -> Response:
    """People-weighted scores of a footprint, and its people by decile."""
    sent = parsed(DeprivationIn, await body_bytes(request))
    return await answered(request, actor, DEPRIVATION, sent)
