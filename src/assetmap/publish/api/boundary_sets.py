"""Boundary sets: what is loaded, from where, and how good it is."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from assetmap.boundaries import store
from assetmap.boundaries.model import KINDS, BoundarySet
from assetmap.errors import BadParameter
from assetmap.publish.authority import requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    DbSession,
    HoldingOn,
    Limit,
    Offset,
    StrictRoute,
    base_url,
    json_answer,
    next_page,
)
from assetmap.publish.export.paging import page_of

router = APIRouter(
    prefix="/boundary-sets",
    tags=["boundary sets"],
    route_class=StrictRoute,
    dependencies=[requires("boundary_set", "read")],
)


@router.get("")
def list_boundary_sets(
    request: Request,
    session: DbSession,
    as_at: HoldingOn = None,
    kind: Annotated[str | None, Query(description="As in the answer")] = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """All sets, or those of a kind, or those that hold on a day; page by page."""
    if kind is not None and kind not in KINDS:
        raise BadParameter("kind", kind, f"is not one of {', '.join(KINDS)}")
    sets = store.list_sets(session, as_at)
    wanted = [row for row in sets if kind in {None, row.kind}]
    rows, more = page_of(wanted, limit, offset)
    found = [_told(request, row) for row in rows]
    said = list(dict.fromkeys(each["attribution"] for each in found))
    after = next_page(request, limit, more)
    return json_answer(
        request, {"boundary_sets": found, "next": after, "attribution": said}
    )


@router.get("/{name}")
def read_boundary_set(request: Request, name: str, session: DbSession) -> Response:
    """One set, with its source, licence and quality report."""
    return json_answer(request, _told(request, store.get_set(session, name)))


def _told(request: Request, row: BoundarySet) -> dict[str, Any]:
    return {
        "id": row.name,
        "kind": row.kind,
        "title": row.title,
        "vintage": row.vintage,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "resolution": row.resolution,
        "made_how": row.made_how,
        "note": row.note,
        "is_coverage": row.is_coverage,
        "overlapping": row.overlapping,
        "is_building_block": row.is_building_block,
        "count": row.boundaries,
        "publisher": row.publisher,
        "source": row.source,
        "sha256": row.sha256,
        "licence": row.licence,
        "attribution": row.attribution,
        "version": row.version,
        "loaded_at": row.loaded_at,
        "issues": row.quality,
        "quality": f"{base_url(request)}/boundary-sets/{row.name}/quality",
        "items": f"{base_url(request)}/collections/{row.name}/items",
    }
