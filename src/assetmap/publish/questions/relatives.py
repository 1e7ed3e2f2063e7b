"""The questions what a boundary is made of, and what it lies in."""

from collections.abc import Callable
from datetime import date

from pydantic import BaseModel
from sqlalchemy.orm import Session

from assetmap.boundaries.store import get_set
from assetmap.jobs.progress import Progress
from assetmap.publish.deps import dumped
from assetmap.publish.export.lookups.relations import CHILD, PARENT, relations_json
from assetmap.publish.questions.footprints import is_long, sets_asked
from assetmap.publish.questions.registry import Question
from assetmap.reconciliation import cost
from assetmap.reconciliation.lookups.relatives import Asked, asked_of, relatives_of


class RelativesWanted(BaseModel):
    """Of which boundary, in which sets; absent: all that it may lie in."""

    name: str
    code: str
    sets: list[str] | None = None
    least: float = 0.0
    as_at: date | None = None


def _begin(session: Session, asked: RelativesWanted) -> Asked:
    return asked_of(session, asked.name, asked.code, asked.sets, asked.as_at)


def _is_long(session: Session, begun: Asked, asked: RelativesWanted) -> bool:
    return is_long(session, [begun.subject], cost.Asked(begun.sets, asked.as_at))


def _told(
    wanted: str,
) -> Callable[[Session, Asked, RelativesWanted, Progress], bytes]:
    def finish(
        session: Session, begun: Asked, asked: RelativesWanted, progress: Progress
    ) -> bytes:
        found = relatives_of(session, begun, asked.as_at, progress)
        row = get_set(session, asked.name)
        return dumped(relations_json(found, row, asked.code, wanted, asked.least))

    return finish


def _check(session: Session, asked: RelativesWanted) -> object:
    return sets_asked(session, asked.sets, asked.as_at)


CHILDREN = Question(
    "children", RelativesWanted, _begin, _is_long, _told(CHILD), check=_check
)
PARENTS = Question(
    "parents", RelativesWanted, _begin, _is_long, _told(PARENT), check=_check
)
