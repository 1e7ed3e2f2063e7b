"""Changes between two releases of boundaries."""

from fastapi import APIRouter, Request, Response

from assetmap.publish.deps import DbSession, StrictRoute, json_answer
from assetmap.publish.export.vintages import vintages_json
from assetmap.reconciliation.vintages.run import compare_vintages

router = APIRouter(tags=["reconciliation"], route_class=StrictRoute)

MOST_BOUNDARIES = 10_000


@router.get("/vintages/{old}/{new}")
def read_vintages(request: Request, old: str, new: str, session: DbSession) -> Response:
    """Which boundaries changed between two sets, and how many people moved."""
    found = compare_vintages(session, old, new, MOST_BOUNDARIES)
    return json_answer(request, vintages_json(found))
