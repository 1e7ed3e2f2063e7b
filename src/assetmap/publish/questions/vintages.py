"""The question what changed between two releases of boundaries."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel
from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet
from assetmap.boundaries.store import get_sets
from assetmap.jobs.progress import Progress
from assetmap.publish.deps import dumped
from assetmap.publish.export.vintages.answers import vintages_json
from assetmap.publish.questions.registry import Question
from assetmap.reconciliation.vintages.model import Linking
from assetmap.reconciliation.vintages.run import compare_vintages

MOST_BOUNDARIES = 10_000
"""Of either set: a request compares no more, which is seconds."""


class VintagesWanted(BaseModel):
    """Which two sets are compared, and how far apart lines may be that are one."""

    old: str
    new: str
    as_at: date | None = None
    tolerance_m: float | None = None


def _sets(session: Session, asked: VintagesWanted) -> Sequence[BoundarySet]:
    return get_sets(session, [asked.old, asked.new])


def _is_long(
    session: Session, sets: Sequence[BoundarySet], asked: VintagesWanted
) -> bool:
    return max(row.boundaries for row in sets) > MOST_BOUNDARIES


def _finish(
    session: Session,
    sets: Sequence[BoundarySet],
    asked: VintagesWanted,
    progress: Progress,
) -> bytes:
    linking = Linking(tolerance_m=asked.tolerance_m)
    found = compare_vintages(
        session, asked.old, asked.new, progress, asked.as_at, linking
    )
    return dumped(vintages_json(found))


VINTAGES = Question("vintages", VintagesWanted, _sets, _is_long, _finish)
