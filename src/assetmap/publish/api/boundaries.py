"""One boundary of a set: what it is made of, lies in and lies beside."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from assetmap.boundaries import items, store
from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import (
    AsAt,
    DbSession,
    StrictRoute,
    base_url,
    json_answer,
)
from assetmap.publish.export.lookups.relations import neighbours_json
from assetmap.publish.questions import CHILDREN, PARENTS
from assetmap.publish.questions.relatives import RelativesWanted
from assetmap.reconciliation.lookups.neighbours import WITHIN_M, neighbours

router = APIRouter(
    prefix="/boundary-sets/{name}/boundaries/{code}",
    tags=["boundary sets"],
    route_class=StrictRoute,
    dependencies=[requires("boundary_set", "read")],
)

Name = Annotated[str, Path(description="Name of the set")]
Code = Annotated[str, Path(description="Code of the boundary", max_length=200)]


@router.get("")
def read_boundary(
    request: Request, name: Name, code: Code, session: DbSession
) -> Response:
    """One boundary, and where more of it is told."""
    row = store.get_set(session, name)
    found = items.get_boundary(session, row, code)
    here = f"{base_url(request)}/boundary-sets/{row.name}/boundaries/{found.code}"
    body = {
        "set": row.name,
        "kind": row.kind,
        "code": found.code,
        "name": found.name,
        "name_cy": found.name_cy,
        "area_m2": found.area_m2,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "children": f"{here}/children",
        "parents": f"{here}/parents",
        "neighbours": f"{here}/neighbours",
        "attribution": [row.attribution],
    }
    return json_answer(request, body)


@router.get("/children", responses=LATER)
async def read_children(
    request: Request,
    name: Name,
    code: Code,
    actor: CurrentActor,
    sets: Annotated[
        str, Query(description="Sets to look in, joined by commas", max_length=2_000)
    ],
    least: Annotated[
        float, Query(ge=0, le=1, description="Least share of a child in it")
    ] = 0.5,
    as_at: AsAt = None,
) -> Response:
    """What a boundary is made of: boundaries of other sets that lie mostly in it."""
    wanted = _wanted(name, code, sets, least, as_at)
    return await answered(request, actor, CHILDREN, wanted)


@router.get("/parents", responses=LATER)
async def read_parents(
    request: Request,
    name: Name,
    code: Code,
    actor: CurrentActor,
    sets: Annotated[
        str | None,
        Query(description="Sets to look in, joined by commas", max_length=2_000),
    ] = None,
    least: Annotated[
        float, Query(ge=0, le=1, description="Least share of it in a parent")
    ] = 0.0,
    as_at: AsAt = None,
) -> Response:
    """What a boundary lies in: of other sets, or of all that hold on the day."""
    wanted = _wanted(name, code, sets, least, as_at)
    return await answered(request, actor, PARENTS, wanted)


def _wanted(
    name: str, code: str, sets: str | None, least: float, as_at: date | None
) -> RelativesWanted:
    named = None
    if sets is not None:
        named = [each.strip() for each in sets.split(",") if each.strip()]
    return RelativesWanted(name=name, code=code, sets=named, least=least, as_at=as_at)


@router.get("/neighbours")
def read_neighbours(
    request: Request,
    name: Name,
    code: Code,
    session: DbSession,
    within_m: Annotated[
        float, Query(gt=0, le=1_000, description="How near two edges are one, metres")
    ] = WITHIN_M,
) -> Response:
    """What lies beside a boundary in its set, and how much of the edge is shared."""
    row = store.get_set(session, name)
    items.get_boundary(session, row, code)
    found = neighbours(session, row, code, within_m)
    return json_answer(request, neighbours_json(row, code, found, within_m))
