"""How deprived the people of a footprint are."""

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
from assetmap.publish.questions import DEPRIVATION
from assetmap.publish.questions.schemas import DeprivationIn

router = APIRouter(
    tags=["people"], route_class=StrictRoute, dependencies=[requires("people", "read")]
)


async def _sent(request: Request) -> DeprivationIn:
    return parsed(DeprivationIn, await body_bytes(request))


@router.post(
    "/deprivation",
    openapi_extra=describes(DeprivationIn),
    responses=LATER,
)
def footprint_deprivation(
    request: Request, sent: Annotated[DeprivationIn, Depends(_sent)], session: DbSession
) -> Response:
    """People-weighted scores of a footprint, and its people by decile."""
    return answered(request, session, DEPRIVATION, sent)
