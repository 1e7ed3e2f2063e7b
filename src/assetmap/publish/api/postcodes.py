"""The postcodes in an area: the reverse of a look-up."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.disclosure import disclosure
from assetmap.footprints.model import BadFootprint
from assetmap.publish.api.listening import listening
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    AsAt,
    Limit,
    StrictRoute,
    body_bytes,
    describes,
    json_answer,
    limited,
    next_link,
    parsed,
)
from assetmap.publish.export.agreed.withheld import suppressed_json
from assetmap.publish.export.lookups.postcode_lists import (
    LIVE,
    Status,
    behind,
    mark,
    page_of,
    postcodes_csv,
    postcodes_json,
)
from assetmap.publish.questions.asked import check_drawn
from assetmap.publish.questions.schemas import OneFootprintIn, PostcodesIn
from assetmap.reconciliation.lookups import postcodes_in as areas
from assetmap.reconciliation.lookups.postcodes_in import Area
from assetmap.reconciliation.subjects import of_drawing
from assetmap.settings import settings
from assetmap.sources.spatial.geojson import polygon_of

router = APIRouter(
    tags=["look-ups"],
    route_class=StrictRoute,
    dependencies=[requires("people", "read")],
)

Form = Annotated[Literal["json", "csv"], Query(description="Form of the answer")]
Live = Annotated[
    Status | None,
    Query(description="Only those not known to have ended, or that have; absent: all"),
]
After = Annotated[str | None, Query(description="From a next link")]
CSV = {"text/csv": {"schema": {"type": "string"}}}
AS_CSV: dict[int | str, dict[str, Any]] = {200: {"content": CSV}}


@router.get("/boundary-sets/{name}/boundaries/{code}/postcodes", responses=AS_CSV)
async def list_postcodes_of_boundary(
    request: Request,
    name: str,
    code: Annotated[str, Path(max_length=200)],
    status: Live = None,
    limit: Limit = DEFAULT_LIMIT,
    after: After = None,
    as_at: AsAt = None,
    f: Form = "json",
) -> Response:
    """The postcodes that a look-up finds in a boundary, by name."""
    start = behind(after)

    def work(session: Session) -> Response:
        area = areas.area_of_boundaries(session, name, [code], as_at)
        return _answer(request, session, area, (status, start, limit, f))

    return await listening(request, work)


@router.post("/postcodes", openapi_extra=describes(PostcodesIn), responses=AS_CSV)
async def list_postcodes_in_footprint(
    request: Request,
    actor: CurrentActor,
    status: Live = None,
    limit: Limit = DEFAULT_LIMIT,
    after: After = None,
    f: Form = "json",
) -> Response:
    """The postcodes in a drawing, a neighbourhood, boundaries, or a union of these."""
    start = behind(after)
    body = await body_bytes(request)

    def work(session: Session) -> Response:
        sent = parsed(PostcodesIn, body)
        check_drawn(sent.footprint)
        parts = sent.footprint.union or [sent.footprint]
        found = [_area(session, each, sent) for each in parts]
        area = found[0] if len(found) == 1 else areas.area_of_union(found)
        return _answer(request, session, area, (status, start, limit, f))

    return await listening(request, work, actor)


def _area(session: Session, part: OneFootprintIn, sent: PostcodesIn) -> Area:
    """The ground that one part of a footprint names."""
    chosen = settings()
    if part.geometry is not None:
        return areas.area_of_subject(
            of_drawing(polygon_of(part.geometry, chosen.max_vertices))
        )
    if part.neighbourhood is not None:
        return areas.area_of_neighbourhood(
            session, part.neighbourhood, part.threshold, disclosure()
        )
    if part.pcn is not None:
        raise BadFootprint(
            f"{part.pcn} is graded by where its patients live, and only ground with an "
            "edge holds postcodes: name a boundary of a set of PCNs by set and code."
        )
    codes = part.codes or [part.code or ""]
    return areas.area_of_boundaries(session, part.set or "", codes, sent.as_at)


def _answer(
    request: Request,
    session: Session,
    area: Area,
    asked: tuple[Status | None, str | None, int, str],
) -> Response:
    """A page of what is in an area, with a link to the next."""
    status, start, limit, form = asked
    every = areas.postcodes_in(session, area, LIVE[status])
    page = page_of(every, start, limited(limit))
    after = None
    if page.after is not None:
        after = next_link(request, after=mark(page.after), limit=limited(limit))
    if form == "csv":
        headers = {"Link": f'<{after}>; rel="next"'} if after else None
        text = postcodes_csv(page.found)
        return Response(text, headers=headers, media_type="text/csv; charset=utf-8")
    body = {
        "postcodes": postcodes_json(page.found),
        "count": page.count,
        "next": after,
        "suppressed": [each for made in area.made for each in suppressed_json(made)],
        "notes": list(area.notes),
        "attribution": areas.attribution(session, area),
    }
    return json_answer(request, body)
