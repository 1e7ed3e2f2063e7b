"""Changes between two releases of boundaries."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import Day, StrictRoute
from assetmap.publish.questions import VINTAGES
from assetmap.publish.questions.vintages import VintagesWanted

CountsOn = Annotated[
    Day | None,
    Query(
        description="The day whose counts of people are used, YYYY-MM-DD; absent: the "
        "newest"
    ),
]

Tolerance = Annotated[
    float | None,
    Query(
        ge=0,
        le=1_000,
        description="How far apart lines may be that did not change, in metres; "
        "absent: measured",
    ),
]

router = APIRouter(
    tags=["reconciliation"],
    route_class=StrictRoute,
    dependencies=[requires("reconciliation", "read")],
)


@router.get("/vintages/{old}/{new}", responses=LATER)
async def read_vintages(
    request: Request,
    old: str,
    new: str,
    actor: CurrentActor,
    as_at: CountsOn = None,
    tolerance_m: Tolerance = None,
) -> Response:
    """Which boundaries changed between two sets, and how many people moved."""
    wanted = VintagesWanted(old=old, new=new, as_at=as_at, tolerance_m=tolerance_m)
    return await answered(request, actor, VINTAGES, wanted)
