"""Changes between two releases of boundaries."""

from fastapi import APIRouter, Request, Response

from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import StrictRoute
from assetmap.publish.questions import VINTAGES
from assetmap.publish.questions.vintages import VintagesWanted

router = APIRouter(
    tags=["reconciliation"],
    route_class=StrictRoute,
    dependencies=[requires("reconciliation", "read")],
)


@router.get("/vintages/{old}/{new}", responses=LATER)
async def read_vintages(
    request: Request, old: str, new: str, actor: CurrentActor
) -> Response:
    """Which boundaries changed between two sets, and how many people moved."""
    wanted = VintagesWanted(old=old, new=new)
    return await answered(request, actor, VINTAGES, wanted)
