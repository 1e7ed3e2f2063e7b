"""Whom boundary sets part from the assets they use."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from assetmap.publish.api.comparison import place_asked
from assetmap.publish.api.schemas import SeveranceIn
from assetmap.publish.deps import (
    DbSession,
    StrictRoute,
    body_bytes,
    describes,
    json_answer,
    parsed,
)
from assetmap.publish.export.severance.answers import severance_json
from assetmap.reconciliation.severance.run import Distances, sever

router = APIRouter(tags=["reconciliation"], route_class=StrictRoute)


async def _sent(request: Request) -> SeveranceIn:
    return parsed(SeveranceIn, await body_bytes(request))


@router.post("/severance", openapi_extra=describes(SeveranceIn))
def sever_footprint(
    request: Request, sent: Annotated[SeveranceIn, Depends(_sent)], session: DbSession
) -> Response:
    """Boundary sets by how many people they part from what they use, fewest first."""
    place = place_asked(session, sent.footprint, sent.as_at)
    distances = Distances(sent.bandwidth_m, sent.edge_m)
    found = sever(session, place, sent.sets, sent.as_at, distances)
    return json_answer(request, severance_json(found))
