"""National crosswalks between any two boundary sets."""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from assetmap import __version__
from assetmap.db.engine import session_scope, snapshot_scope
from assetmap.errors import Conflict
from assetmap.jobs import asking
from assetmap.jobs.model import Job, Order
from assetmap.publish.api.jobs import accepted
from assetmap.publish.authority import requires
from assetmap.publish.connections import patient_engine, write_engine
from assetmap.publish.deps import AsAt, DbSession, StrictRoute, json_answer
from assetmap.publish.export.crosswalks.about import Shown, dictionary
from assetmap.publish.export.crosswalks.files import MEDIA_TYPES, Format, written
from assetmap.reconciliation.crosswalks import run as run_crosswalk
from assetmap.reconciliation.crosswalks import store as saved
from assetmap.reconciliation.crosswalks.job import CROSSWALK, CrosswalkWanted
from assetmap.reconciliation.crosswalks.question import By, Question, question_of
from assetmap.reconciliation.crosswalks.run import Answer
from assetmap.reconciliation.crosswalks.store import Sides

router = APIRouter(
    prefix="/crosswalks",
    tags=["reconciliation"],
    route_class=StrictRoute,
    dependencies=[requires("crosswalk", "read")],
)

MOST_AT_ONCE = 100_000
"""Boundaries of both sets together: a request computes no more, which is seconds."""

MOST_WAITING = 4
"""Crosswalks that anybody may have waiting: each holds up loads while it is made."""

Measured = Annotated[By, Query(description="What weights are by")]
Counts = Annotated[
    str | None,
    Query(
        description="Which counts of people; absent: those of the day, or the newest"
    ),
]


class CrosswalkNotReady(Conflict):
    """The crosswalk is not saved yet, and too large to be made while one waits."""

    title = "Crosswalk not ready"


@router.get(
    "/{source}/{target}",
    responses={
        200: {"content": {each: {} for each in MEDIA_TYPES.values()}},
        202: {"description": "A job makes it: ask again when it is done"},
    },
)
def read_crosswalk(
    request: Request,
    source: str,
    target: str,
    session: DbSession,
    by: Measured = "people",
    format: Annotated[Format, Query(description="csv, json or parquet")] = "json",
    slivers: Annotated[bool, Query(description="Slivers as rows too")] = False,
    normalise: Annotated[
        bool, Query(description="Weights over what lies inside the targets")
    ] = False,
    counts: Counts = None,
    as_at: AsAt = None,
) -> Response:
    """The share of each source in each target, and what lies outside them all."""

    def ask(it: Session) -> Question:
        return question_of(it, source, target, by, as_at, counts)

    try:
        answer, sides = crosswalk_of(session, ask)
    except CrosswalkNotReady:
        # The day was checked: the same crosswalk is not asked for once for each day.
        used = ask(session).counts
        named = used.name if used else None
        wanted = CrosswalkWanted(source=source, target=target, by=by, counts=named)
        return accepted(request, _ordered(wanted))
    shown = Shown(slivers, normalise)
    tag = _tag(answer, format, shown)
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Content-Disposition": f'inline; filename="{_file(answer)}.{format}"',
    }
    if _is_held(request, tag):
        return Response(status_code=304, headers=headers)
    pieces = written(answer, sides(), shown, format)
    return StreamingResponse(
        _begun(pieces), media_type=MEDIA_TYPES[format], headers=headers
    )


DICTIONARY = "application/csvm+json"
AS_DICTIONARY: dict[int | str, dict[str, Any]] = {
    200: {"content": {DICTIONARY: {"schema": {"type": "object"}}}}
}


@router.get("/{source}/{target}/dictionary", responses=AS_DICTIONARY)
def read_dictionary(
    request: Request,
    source: str,
    target: str,
    session: DbSession,
    by: Measured = "people",
    slivers: Annotated[bool, Query(description="Slivers as rows too")] = False,
    normalise: Annotated[
        bool, Query(description="Weights over what lies inside the targets")
    ] = False,
    counts: Counts = None,
    as_at: AsAt = None,
) -> Response:
    """The data dictionary of a crosswalk as CSV, and how it was made."""

    def ask(it: Session) -> Question:
        return question_of(it, source, target, by, as_at, counts)

    answer = crosswalk_of(session, ask).answer
    shown = Shown(slivers, normalise)
    body: Any = dictionary(answer, shown, f"{_file(answer)}.csv")
    return json_answer(request, body, DICTIONARY)


def _ordered(wanted: CrosswalkWanted) -> Job:
    """The job that makes a crosswalk; whoever asks meanwhile is given the same one.

    Raises:
        TooManyWaiting: enough others wait.
    """
    order = Order(CROSSWALK.name, wanted.model_dump(mode="json"), "a reader")
    with session_scope(write_engine()) as session:
        return asking.ask_within(session, order, MOST_WAITING)


class Told(NamedTuple):
    """A crosswalk, and the codes and names of the sets that it was made of."""

    answer: Answer
    sides: Callable[[], Sides]


def crosswalk_of(session: Session, ask: Any) -> Told:
    """The saved crosswalk that answers, else a new one, made and saved now.

    A new one is of the sets as they are by then; one that was loaded after the request
    began to read is not there for the request's own session.

    Raises:
        CrosswalkNotReady: it is too large to be made while somebody waits.
    """
    question = ask(session)
    found = run_crosswalk.find_crosswalk(session, question)
    if found is not None:
        return Told(found, lambda: saved.sides_of(session, found.run))
    size = question.source.boundaries + question.target.boundaries
    if size > MOST_AT_ONCE:
        where = f"/crosswalks/{question.source.name}/{question.target.name}"
        raise CrosswalkNotReady(
            f"It is not saved yet and {size:,} boundaries are too many to wait for. "
            f"GET {where}?by={question.by} has a job make it.",
            boundaries=size,
        )
    with snapshot_scope(patient_engine()) as other:
        made = run_crosswalk.make_crosswalk(other, ask)
        sides = saved.sides_of(other, made.run)
    return Told(made, lambda: sides)


def _file(answer: Answer) -> str:
    run = answer.run
    return f"{run.source}-to-{run.target}-by-{run.measured_by}"


def _tag(answer: Answer, form: Format, shown: Shown) -> str:
    notes = answer.question.notes
    said = (answer.run.key, answer.run.computed_by, form, shown, notes, __version__)
    return f'"{blake2b(repr(said).encode(), digest_size=12).hexdigest()}"'


def _is_held(request: Request, tag: str) -> bool:
    """Whether the client has it already."""
    known = request.headers.get("if-none-match", "")
    held = {each.strip().removeprefix("W/") for each in known.split(",")}
    return tag in held or ("*" in held and request.method == "GET")


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, of which the first is made before the answer begins."""
    first = next(pieces)

    def rest() -> Iterator[bytes]:
        yield first
        yield from pieces

    return rest()
