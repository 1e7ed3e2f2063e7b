"""Reconciliation of any footprint with boundary sets."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from assetmap.publish.api.schemas import FootprintIn, ReconciliationIn
from assetmap.publish.deps import (
    DbSession,
    StrictRoute,
    body_bytes,
    describes,
    json_answer,
    parsed,
)
from assetmap.publish.export.answers import reconciliation_json
from assetmap.reconciliation import subjects
from assetmap.reconciliation.run import reconcile
from assetmap.reconciliation.subjects import Subject
from assetmap.settings import settings
from assetmap.sources.geojson import polygon_of

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
    """The footprint that a body names."""
    if sent.geometry is not None:
        shape = polygon_of(sent.geometry, settings().max_vertices)
        return subjects.of_drawing(shape)
    if sent.neighbourhood is not None:
        fewest = settings().min_sketches
        return subjects.of_neighbourhood(
            session, sent.neighbourhood, sent.threshold, fewest
        )
    codes = sent.codes or [sent.code or ""]
    return subjects.of_boundaries(session, sent.set or "", codes, as_at)


def reconciled(
    session: Session, subject: Subject, sets: list[str] | None, asked: ReconciliationIn
) -> dict[str, Any]:
    """The answer for a subject, as the public contract writes it."""
    result = reconcile(session, subject.footprint, sets, asked.as_at, subject.coded)
    body = reconciliation_json(result, asked.measures)
    body["notes"] = [*subject.notes, *body["notes"]]
    return body
