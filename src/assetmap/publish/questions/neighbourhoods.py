"""The question how a neighbourhood fits boundaries: its figures, or as a map."""

from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from assetmap.disclosure import disclosure
from assetmap.jobs.progress import Progress
from assetmap.publish.deps import GEOJSON, dumped
from assetmap.publish.export.reconciliation.answers import reconciliation_json
from assetmap.publish.export.reconciliation.layers import reconciliation_layers
from assetmap.publish.questions.footprints import is_long, sets_asked
from assetmap.publish.questions.registry import Question
from assetmap.reconciliation.cost import Asked
from assetmap.reconciliation.run import reconcile
from assetmap.reconciliation.subjects import Subject, of_neighbourhood


class NeighbourhoodWanted(BaseModel):
    """Which neighbourhood, cut where, and how it is to be reconciled."""

    slug: str
    against: list[str] | None = None
    measures: list[str] | None = None
    threshold: float | None = None
    as_at: date | None = None
    slivers: bool = False


def _subject(session: Session, asked: NeighbourhoodWanted) -> Subject:
    return of_neighbourhood(session, asked.slug, asked.threshold, disclosure())


def _is_long(session: Session, subject: Subject, asked: NeighbourhoodWanted) -> bool:
    return is_long(session, [subject], Asked(asked.against, asked.as_at))


def _check(session: Session, asked: NeighbourhoodWanted) -> object:
    return sets_asked(session, asked.against, asked.as_at)


def _body(
    session: Session, subject: Subject, asked: NeighbourhoodWanted, progress: Progress
) -> dict[str, Any]:
    result = reconcile(
        session,
        subject.footprint,
        asked.against,
        asked.as_at,
        slivers=asked.slivers,
        progress=progress,
    )
    return reconciliation_json(result, asked.measures, subject)


NEIGHBOURHOOD = Question(
    "neighbourhood",
    NeighbourhoodWanted,
    _subject,
    _is_long,
    lambda session, subject, asked, progress: dumped(
        _body(session, subject, asked, progress)
    ),
    check=_check,
)
NEIGHBOURHOOD_MAP = Question(
    "neighbourhood-map",
    NeighbourhoodWanted,
    _subject,
    _is_long,
    lambda session, subject, asked, progress: reconciliation_layers(
        session, _body(session, subject, asked, progress), asked.as_at
    ),
    GEOJSON,
    check=_check,
)
