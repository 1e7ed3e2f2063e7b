"""Neighbourhoods as residents define them, and how they fit boundaries."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.disclosure import disclosure
from assetmap.errors import BadParameter
from assetmap.neighbourhoods import merging, store
from assetmap.neighbourhoods.model import MergedPlace, OtherName
from assetmap.neighbourhoods.releases import store as releases
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.api.waiting import LATER, answered
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.deps import (
    AS_GEOJSON,
    DEFAULT_LIMIT,
    AsAt,
    DbSession,
    Limit,
    Offset,
    StrictRoute,
    base_url,
    json_answer,
    next_page,
)
from assetmap.publish.export.paging import page_of
from assetmap.publish.export.reconciliation.measures import measures_in
from assetmap.publish.questions import NEIGHBOURHOOD, NEIGHBOURHOOD_MAP
from assetmap.publish.questions.neighbourhoods import NeighbourhoodWanted

router = APIRouter(
    prefix="/neighbourhoods", tags=["neighbourhoods"], route_class=StrictRoute
)

Threshold = Annotated[
    float | None,
    Query(gt=0, le=1, description="Cut the consensus here; absent: graded"),
]


@router.get("", dependencies=[requires("neighbourhood", "read")])
def list_neighbourhoods(
    request: Request,
    session: DbSession,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """All neighbourhoods, by slug, page by page."""
    rows, more = page_of(store.list_neighbourhoods(session), limit, offset)
    found = [told(request, session, row) for row in rows]
    after = next_page(request, limit, more)
    return json_answer(request, {"neighbourhoods": found, "next": after})


@router.get("/{slug}", dependencies=[requires("neighbourhood", "read")])
def read_neighbourhood(request: Request, slug: str, session: DbSession) -> Response:
    """One neighbourhood: its names and how many residents drew it."""
    row = store.get_neighbourhood(session, slug)
    return json_answer(request, told(request, session, row), version=row.version)


@router.get(
    "/{slug}/reconciliation",
    responses=AS_GEOJSON | LATER,
    dependencies=[requires("consensus", "read")],
)
async def read_reconciliation(
    request: Request,
    slug: str,
    actor: CurrentActor,
    against: Annotated[
        str | None, Query(description="Names of boundary sets, joined by commas")
    ] = None,
    measures: Annotated[
        str | None, Query(description="area, people, assets; absent: all")
    ] = None,
    threshold: Threshold = None,
    as_at: AsAt = None,
    slivers: Annotated[bool, Query(description="Slivers as rows too")] = False,
    f: Literal["json", "geojson"] = "json",
) -> Response:
    """How the neighbourhood fits boundary sets: its consensus, graded or cut."""
    wanted = NeighbourhoodWanted(
        slug=slug,
        against=None if against is None else names_in("against", against),
        measures=None if measures is None else measures_in(measures),
        threshold=threshold,
        as_at=as_at,
        slivers=slivers,
    )
    question = NEIGHBOURHOOD_MAP if f == "geojson" else NEIGHBOURHOOD
    return await answered(request, actor, question, wanted)


def told(request: Request, session: Session, row: NeighbourhoodRow) -> dict[str, Any]:
    """A neighbourhood as it may be shown."""
    at = f"{base_url(request)}/neighbourhoods/{row.slug}"
    sketches = releases.count_published(session, row.id)
    fewest = disclosure().fewest_sketches
    merged = merging.merged_into(session, row.id)
    return {
        "slug": row.slug,
        "name": row.name,
        "name_cy": row.name_cy,
        "other_names": [
            {"name": each.name, "language": each.language}
            for each in names_told(row, merged)
        ],
        "description": row.description,
        "council": row.council,
        "is_simulated": row.is_simulated,
        "made_how": row.made_how,
        "sketches": sketches if sketches >= fewest else None,
        "is_published": row.is_published,
        "version": row.version,
        "updated_at": row.updated_at,
        "shown_levels": row.shown_levels,
        "shows_definitions": row.shows_definitions,
        "merged": [
            {"slug": each.slug, "name": each.name}
            | {"reason": each.reason, "merged_at": each.merged_at}
            for each in merged
        ],
        "merged_into": merging.slug_of(session, row.merged_into_id),
        "consensus": f"{at}/consensus",
        "reconciliation": f"{at}/reconciliation",
    }


def names_told(row: NeighbourhoodRow, merged: Sequence[MergedPlace]) -> list[OtherName]:
    """The other names of a neighbourhood, with those of what is merged into it."""
    found = [*store.other_names(row), *(name for each in merged for name in each.names)]
    return [each for each in dict.fromkeys(found) if each.name != row.name]


def names_in(parameter: str, text: str) -> list[str]:
    """The names that are joined by commas in a parameter.

    Raises:
        BadParameter: there are none.
    """
    found = [each.strip() for each in text.split(",") if each.strip()]
    if not found:
        raise BadParameter(parameter, text, "names nothing")
    return found
