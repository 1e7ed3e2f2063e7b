"""Reconciliation of any footprint with boundary sets."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from assetmap.publish.api.schemas import (
    FootprintIn,
    OneFootprintIn,
    ReconciliationIn,
)
from assetmap.publish.deps import (
    DbSession,
    StrictRoute,
    body_bytes,
    describes,
    json_answer,
    parsed,
)
from assetmap.publish.export.reconciliation.answers import reconciliation_json
from assetmap.reconciliation import subjects
from assetmap.reconciliation.pcns.by_registrations import of_pcn
from assetmap.reconciliation.places import Publishing, place_of_neighbourhood
from assetmap.reconciliation.run import reconcile
from assetmap.reconciliation.subjects import EmptyFootprint, Subject
from assetmap.settings import settings
from assetmap.sources.spatial.geojson import polygon_of

router = APIRouter(tags=["reconciliation"], route_class=StrictRoute)


async def _sent(request: Request) -> ReconciliationIn:
    return parsed(ReconciliationIn, await body_bytes(request))


@router.post("/reconciliation", openapi_extra=describes(ReconciliationIn))
def reconcile_footprint(
    request: Request,
    sent: Annotated[ReconciliationIn, Depends(_sent)],
    session: DbSession,
) -> Response:
    """How a footprint fits boundary sets: by area, people (or postcodes) and assets."""
    subject = subject_of(session, sent.footprint, sent.as_at)
    body = reconciled(session, subject, sent.against, sent)
    return json_answer(request, body)


def subject_of(session: Session, sent: FootprintIn, as_at: date | None) -> Subject:
    """The footprint that a body names, or the union of those that it names."""
    if sent.union is None:
        return _one(session, sent, as_at)
    check_drawn(sent)
    return subjects.of_union([_part(session, each, as_at) for each in sent.union])


def check_drawn(sent: FootprintIn) -> None:
    """Let pass only a union whose drawings, together, can be joined in seconds.

    Raises:
        BadGeometry: they cross too often, or one cannot be read.
    """
    most = settings().max_vertices
    drawn = [each.geometry for each in sent.union or () if each.geometry is not None]
    subjects.check_drawn([polygon_of(each, most) for each in drawn])


def _part(session: Session, sent: OneFootprintIn, as_at: date | None) -> Subject:
    """A footprint as it may be joined to others.

    A neighbourhood is joined on grid squares: beside a shape that anybody may draw its
    exact edge would tell residents' own lines (Methods 10).
    """
    if sent.neighbourhood is None:
        return _one(session, sent, as_at)
    said = Publishing(settings().min_sketches, settings().published_grid_m)
    place = place_of_neighbourhood(session, sent.neighbourhood, sent.threshold, said)
    label = place.subject.footprint.label
    if place.on_grid is None:
        raise EmptyFootprint(f"No square of the grid is in enough sketches of {label}.")
    note = f"In a union {label} is measured on whole squares of {said.grid_m:g} m."
    return Subject(place.on_grid, None, (*place.subject.notes, note))


def _one(session: Session, sent: OneFootprintIn, as_at: date | None) -> Subject:
    if sent.geometry is not None:
        shape = polygon_of(sent.geometry, settings().max_vertices)
        return subjects.of_drawing(shape)
    if sent.neighbourhood is not None:
        fewest = settings().min_sketches
        return subjects.of_neighbourhood(
            session, sent.neighbourhood, sent.threshold, fewest
        )
    if sent.pcn is not None:
        return of_pcn(session, sent.pcn, sent.set, as_at)
    codes = sent.codes or [sent.code or ""]
    return subjects.of_boundaries(session, sent.set or "", codes, as_at)


def reconciled(
    session: Session, subject: Subject, sets: list[str] | None, asked: ReconciliationIn
) -> dict[str, Any]:
    """The answer for a subject, as the public contract writes it."""
    result = reconcile(
        session,
        subject.footprint,
        sets,
        asked.as_at,
        subject.coded,
        slivers=asked.slivers,
    )
    return reconciliation_json(result, asked.measures, subject)
