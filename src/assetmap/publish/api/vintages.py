"""Changes between two releases of boundaries."""

from fastapi import APIRouter, Request, Response

from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import requires
from assetmap.publish.deps import DbSession, StrictRoute
from assetmap.publish.questions import VINTAGES
from assetmap.publish.questions.vintages import VintagesWanted

router = APIRouter(
    tags=["reconciliation"],
    route_class=StrictRoute,
    dependencies=[requires("reconciliation", "read")],
)


@router.get("/vintages/{old}/{new}", responses=LATER)
def read_vintages(request: Request, old: str, new: str, session: DbSession) -> Response:
    """Which boundaries changed between two sets, and how many people moved."""
    return answered(request, session, VINTAGES, VintagesWanted(old=old, new=new))
