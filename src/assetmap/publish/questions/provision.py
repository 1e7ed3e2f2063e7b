"""The questions what the assets of a footprint amount to for its people."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from assetmap.assets.model import UnknownCategory
from assetmap.disclosure import disclosure
from assetmap.errors import BadParameter
from assetmap.jobs.progress import Progress
from assetmap.provision.reach import WITHIN_M
from assetmap.provision.run import Asked, check_categories, provision_of
from assetmap.publish.deps import dumped
from assetmap.publish.export.provision import provision_json
from assetmap.publish.questions.asked import subject_of
from assetmap.publish.questions.at_sight import is_long_at_sight
from assetmap.publish.questions.footprints import is_long
from assetmap.publish.questions.registry import Question
from assetmap.publish.questions.schemas import ProvisionIn
from assetmap.reconciliation import cost
from assetmap.reconciliation.subjects import Subject, of_neighbourhood

FEW_CATEGORIES = 20
"""Of which assets may be near, where none are named."""


class NeighbourhoodProvisionWanted(BaseModel):
    """Which neighbourhood, cut where, and what is asked of its assets."""

    slug: str
    threshold: float | None = None
    categories: list[str] | None = None
    within_m: Annotated[float, Field(gt=0, le=5_000)] = WITHIN_M
    at: date | None = None


Sent = ProvisionIn | NeighbourhoodProvisionWanted


def _check(session: Session, asked: Sent) -> None:
    """Let pass only categories that are known.

    Raises:
        BadParameter: one is not.
    """
    try:
        check_categories(session, asked.categories)
    except UnknownCategory as unknown:
        code = unknown.facts["category"]
        bad = BadParameter("categories", code, str(unknown))
        bad.facts["nearest"] = unknown.facts["nearest"]
        raise bad from unknown


def _number(asked: Sent) -> int:
    """How many categories the people near are looked at for."""
    return len(set(asked.categories)) if asked.categories else FEW_CATEGORIES


def _subject(session: Session, asked: ProvisionIn) -> Subject:
    _check(session, asked)
    return subject_of(session, asked.footprint, asked.at)


def _neighbourhood(session: Session, asked: NeighbourhoodProvisionWanted) -> Subject:
    _check(session, asked)
    return of_neighbourhood(session, asked.slug, asked.threshold, disclosure())


def _is_long(session: Session, subject: Subject, asked: Sent) -> bool:
    # Each category is looked at as each set of boundaries is.
    wanted = cost.Asked(_number(asked), asked.at, has_bounds=False)
    return is_long(session, [subject], wanted)


def _finish(
    session: Session, subject: Subject, asked: Sent, progress: Progress
) -> bytes:
    wanted = Asked(asked.categories, asked.within_m, asked.at)
    return dumped(provision_json(provision_of(session, subject, wanted, progress)))


PROVISION = Question(
    "provision",
    ProvisionIn,
    _subject,
    _is_long,
    _finish,
    is_long_at_sight=lambda session, asked: is_long_at_sight(
        session, [asked.footprint], asked.at, _number(asked)
    ),
    check=_check,
)
NEIGHBOURHOOD_PROVISION = Question(
    "neighbourhood-provision",
    NeighbourhoodProvisionWanted,
    _neighbourhood,
    _is_long,
    _finish,
    check=_check,
)
