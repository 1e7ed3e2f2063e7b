"""Comparison of two footprints."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from assetmap.publish.api.reconciliation import subject_of
from assetmap.publish.api.schemas import ComparisonIn, FootprintIn
from assetmap.publish.deps import (
    GEOJSON,
    DbSession,
    GeoJsonResponse,
    StrictRoute,
    body_bytes,
    describes,
    json_answer,
    parsed,
)
from assetmap.publish.export.comparison.members import comparison_json
from assetmap.reconciliation.comparison.run import compare_places
from assetmap.reconciliation.pcns.by_registrations import place_of_pcn
from assetmap.reconciliation.places import (
    Place,
    Publishing,
    place_of,
    place_of_neighbourhood,
)
from assetmap.settings import settings

router = APIRouter(tags=["reconciliation"], route_class=StrictRoute)


async def _sent(request: Request) -> ComparisonIn:
    return parsed(ComparisonIn, await body_bytes(request))


@router.post(
    "/comparison",
    openapi_extra=describes(ComparisonIn),
    response_class=GeoJsonResponse,
)
def compare_footprints(
    request: Request, sent: Annotated[ComparisonIn, Depends(_sent)], session: DbSession
) -> Response:
    """Two footprints: what only one covers, what both do, and how far they agree."""
    a, b = (place_asked(session, each, sent.as_at) for each in (sent.a, sent.b))
    found = compare_places(session, a, b, sent.as_at)
    return json_answer(request, comparison_json(found), GEOJSON)


def place_asked(session: Session, sent: FootprintIn, as_at: date | None) -> Place:
    """The place that a body names."""
    if sent.pcn is not None:
        return place_of_pcn(session, sent.pcn, sent.set, as_at)
    if sent.neighbourhood is None:
        subject = subject_of(session, sent, as_at)
        # Like a drawing, a union of anything but boundaries could trace an edge.
        is_free = sent.union is not None and subject.coded is None
        return place_of(subject, sent.geometry is not None or is_free)
    chosen = settings()
    said = Publishing(chosen.min_sketches, chosen.published_grid_m)
    return place_of_neighbourhood(session, sent.neighbourhood, sent.threshold, said)
