"""How deprived the people of a footprint are."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from assetmap.publish.api.reconciliation import subject_of
from assetmap.publish.api.schemas import DeprivationIn
from assetmap.publish.deps import (
    DbSession,
    StrictRoute,
    body_bytes,
    describes,
    json_answer,
    parsed,
)
from assetmap.publish.export.deprivation import deprivation_json
from assetmap.reconciliation.deprivation.run import deprivation_of

router = APIRouter(tags=["people"], route_class=StrictRoute)


async def _sent(request: Request) -> DeprivationIn:
    return parsed(DeprivationIn, await body_bytes(request))


@router.post("/deprivation", openapi_extra=describes(DeprivationIn))
def footprint_deprivation(
    request: Request, sent: Annotated[DeprivationIn, Depends(_sent)], session: DbSession
) -> Response:
    """People-weighted scores of a footprint, and its people by decile."""
    subject = subject_of(session, sent.footprint, sent.as_at)
    found = deprivation_of(session, subject, sent.scores)
    return json_answer(request, deprivation_json(found))
