"""What the assets of a place amount to for its people."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from assetmap.provision.reach import WITHIN_M
from assetmap.publish.api.neighbourhoods import Threshold, names_in
from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import AsAt, StrictRoute, body_bytes, describes, parsed
from assetmap.publish.questions import NEIGHBOURHOOD_PROVISION, PROVISION
from assetmap.publish.questions.provision import NeighbourhoodProvisionWanted
from assetmap.publish.questions.schemas import ProvisionIn

router = APIRouter(tags=["provision"], route_class=StrictRoute)


@router.post(
    "/provision",
    openapi_extra=describes(ProvisionIn),
    responses=LATER,
    dependencies=[requires("reconciliation", "read")],
)
async def footprint_provision(request: Request, actor: CurrentActor) -> Response:
    """Assets per 1,000 people by category, and the people out of reach of any."""
    sent = parsed(ProvisionIn, await body_bytes(request))
    return await answered(request, actor, PROVISION, sent)


@router.get(
    "/neighbourhoods/{slug}/provision",
    responses=LATER,
    dependencies=[requires("consensus", "read")],
)
async def neighbourhood_provision(
    request: Request,
    slug: str,
    actor: CurrentActor,
    categories: Annotated[
        str | None, Query(description="Codes of categories, joined by commas")
    ] = None,
    within_m: Annotated[
        float, Query(gt=0, le=5_000, description="How far is within reach, metres")
    ] = WITHIN_M,
    threshold: Threshold = None,
    at: AsAt = None,
) -> Response:
    """What assets amount to for the people of the consensus, graded or cut."""
    wanted = NeighbourhoodProvisionWanted(
        slug=slug,
        threshold=threshold,
        categories=None if categories is None else names_in("categories", categories),
        within_m=within_m,
        at=at,
    )
    return await answered(request, actor, NEIGHBOURHOOD_PROVISION, wanted)
