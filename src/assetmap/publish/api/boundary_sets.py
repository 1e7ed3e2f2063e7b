"""Boundary sets: what is loaded, from where, and how good it is."""

from typing import Any

from fastapi import APIRouter, Request, Response

from assetmap.boundaries import store
from assetmap.boundaries.model import BoundarySet
from assetmap.publish.deps import AsAt, DbSession, StrictRoute, base_url, json_answer

router = APIRouter(
    prefix="/boundary-sets", tags=["boundary sets"], route_class=StrictRoute
)


@router.get("")
def list_boundary_sets(
    request: Request, session: DbSession, as_at: AsAt = None
) -> Response:
    """All sets, or those that hold on a day."""
    found = [_told(request, row) for row in store.list_sets(session, as_at)]
    said = list(dict.fromkeys(each["attribution"] for each in found))
    body = {"boundary_sets": found, "next": None, "attribution": said}
    return json_answer(request, body)


@router.get("/{name}")
def read_boundary_set(request: Request, name: str, session: DbSession) -> Response:
    """One set, with its source, licence and quality report."""
    return json_answer(request, _told(request, store.get_set(session, name)))


def _told(request: Request, row: BoundarySet) -> dict[str, Any]:
    return {
        "id": row.name,
        "kind": row.kind,
        "title": row.title,
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
        "items": f"{base_url(request)}/collections/{row.name}/items",
    }
