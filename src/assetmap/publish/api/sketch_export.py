"""The drawings of a neighbourhood as a file, for its stewards."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from assetmap.accounts.audit import store as audit
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.sketches import store
from assetmap.publish.authority import WriteSession, requires
from assetmap.publish.deps import (
    GEOJSON,
    Limit,
    StrictRoute,
    limited,
    next_link,
)
from assetmap.publish.export.paging import mark, place_of
from assetmap.publish.export.sketches import features, rows

router = APIRouter(
    prefix="/neighbourhoods/{slug}/sketches",
    tags=["sketches"],
    route_class=StrictRoute,
)

MOST = 10_000

_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
AS_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {GEOJSON: {"schema": {"type": "object"}}, "text/csv": _TEXT}}
}


@router.get(
    "/export",
    responses=AS_FILE,
    dependencies=[requires("sketch", "export")],
)
def export_sketches(
    slug: str,
    request: Request,
    session: WriteSession,
    f: Annotated[Literal["geojson", "csv"], Query(description="Form of it")] = (
        "geojson"
    ),
    limit: Limit = MOST,
    after: Annotated[str | None, Query(description="From a next link")] = None,
) -> Response:
    """Single drawings as GeoJSON or CSV, with what those who drew agreed to.

    That they were taken is told in the audit.
    """
    row = neighbourhoods.get_neighbourhood(session, slug)
    most = limited(limit)
    page = store.list_sketches(session, row.id, most, place_of(after), "export")
    audit.note_reading(session, "sketch", None, row.id)
    last = page.next_after
    more = None
    if last is not None:
        more = next_link(request, after=mark(last), limit=most)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{row.slug}-sketches.{f}"',
    }
    if more is not None:
        headers["Link"] = f'<{more}>; rel="next"'
    if f == "csv":
        return Response(rows(page.sketches), headers=headers, media_type="text/csv")
    text = features(page.sketches, row.slug, more)
    return Response(text, headers=headers, media_type=GEOJSON)
