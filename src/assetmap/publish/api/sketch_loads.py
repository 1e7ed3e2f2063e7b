"""A file of drawings that stewards send: read while they wait, kept whole or not."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.acting import Actor
from assetmap.db.engine import session_scope
from assetmap.db.refusals import is_against_policy
from assetmap.errors import NotAllowed
from assetmap.jobs.spool import Spooled, remove
from assetmap.neighbourhoods import store
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.asked import request_id
from assetmap.publish.authority import CurrentActor, requires
from assetmap.publish.connections import write_engine
from assetmap.publish.deps import StrictRoute, dumped
from assetmap.publish.loads.receiving import received
from assetmap.publish.loads.registry import told
from assetmap.publish.loads.sketches import MOST_ROWS, SketchFile, load_file
from assetmap.settings import settings

router = APIRouter(
    prefix="/neighbourhoods/{slug}/sketches",
    tags=["sketches"],
    route_class=StrictRoute,
)
BODY = {
    "requestBody": {
        "required": True,
        "description": "The file itself",
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"}
            }
        },
    }
}
Column = Annotated[str | None, Field(max_length=200)]


class SketchesNotYours(NotAllowed):
    """The place, or some of the drawings that a file would change, are another's."""

    title = "Sketches not yours"


class SketchOptions(BaseModel):
    """How a file of drawings is read."""

    file_name: str = Field(
        "sketches.geojson",
        max_length=500,
        description="Name of the file; its ending says the format",
    )
    source: str = Field(
        "", max_length=200, description="Who gathered them; absent: the file's name"
    )
    resident: Column = Field(None, description="Column that tells residents apart")
    drawn_at: Column = Field(None, description="Column of the day it was drawn")
    postcodes: Column = Field(
        None, description="Column of postcodes, where there is no shape"
    )
    questions: str = Field(
        "", max_length=1_000, description="Columns of answers, joined by commas"
    )
    layer: Column = Field(None, description="Layer, or column of shapes, if several")
    crs: Column = Field(None, description="If the file states none")
    encoding: Column = Field(None, description="Of its text")
    swap_axes: bool = Field(False, description="Latitude or northing comes first")


@router.post("/load", openapi_extra=BODY, dependencies=[requires("sketch", "load")])
async def load_sketches(
    request: Request,
    slug: str,
    actor: CurrentActor,
    options: Annotated[SketchOptions, Query()],
) -> Response:
    """Load a file of drawings: GeoJSON, GeoPackage, GeoParquet, KML, CSV.

    Each row that cannot be used is told with its line; the others are stored. The same
    file again changes nothing. Stewards of the neighbourhood may.
    """
    await run_in_threadpool(_checked, slug, actor)
    file = await received(request, settings(), options.file_name, "sketches.geojson")
    try:
        body = await run_in_threadpool(_load, slug, actor, file, options)
    finally:
        await run_in_threadpool(remove, settings().spool, file.folder)
    return Response(
        dumped(body), 200, {"Cache-Control": "no-store"}, "application/json"
    )


def _checked(slug: str, actor: Actor) -> None:
    """Let pass a steward of the place, before a file is taken.

    Raises:
        NeighbourhoodNotFound: there is none, for whoever asks.
        SketchesNotYours: it is another's.
    """
    with session_scope(write_engine()) as session:
        acting.tell(session, actor, request_id() or "")
        store.get_neighbourhood(session, slug)
    if slug not in {each.neighbourhood for each in actor.reaches("sketch", "load")}:
        raise SketchesNotYours(
            f"Drawings of {slug!r} are loaded by its stewards, and you are not among "
            "them.",
            neighbourhood=slug,
        )


def _load(
    slug: str, actor: Actor, file: Spooled, options: SketchOptions
) -> dict[str, Any]:
    said = options.model_dump(exclude={"file_name", "questions"})
    asked = tuple(each.strip() for each in options.questions.split(",") if each.strip())
    given = SketchFile(file.path, questions=asked, **said)
    try:
        with session_scope(write_engine()) as session:
            acting.tell(session, actor, request_id() or "")
            done = load_file(session, given, _finding(session), slug, MOST_ROWS)
    except DBAPIError as error:
        if is_against_policy(error):
            raise SketchesNotYours(
                "Some of these drawings were loaded by somebody else, from a file of "
                "this name and source: only they change them. Nothing was stored.",
                neighbourhood=slug,
            ) from error
        raise
    return {
        "neighbourhood": slug,
        "added": done.added.get(slug, 0),
        **told(done.issues),
        "notes": list(done.notes),
    }


def _finding(session: Session) -> Any:
    def find(slug: str) -> NeighbourhoodRow | None:
        return store.find_neighbourhood(session, slug)

    return find
