"""The questions about footprints: how they fit, are parted, deprived, served."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet
from assetmap.footprints.pcns.store import get_catchment_set
from assetmap.jobs.progress import Progress
from assetmap.people.deprivation.store import get_deprivation
from assetmap.publish.deps import day_asked, dumped
from assetmap.publish.export.deprivation import deprivation_json
from assetmap.publish.export.nhs.pcn_shares import serving_json
from assetmap.publish.export.reconciliation.answers import reconciliation_json
from assetmap.publish.export.severance.answers import severance_json
from assetmap.publish.questions.asked import place_asked, subject_of
from assetmap.publish.questions.at_sight import is_long_at_sight
from assetmap.publish.questions.counted import check_counted
from assetmap.publish.questions.registry import Question
from assetmap.publish.questions.schemas import (
    DeprivationIn,
    PcnSharesIn,
    ReconciliationIn,
    SeveranceIn,
)
from assetmap.reconciliation.cost import USED_ASSET, Asked, work_of
from assetmap.reconciliation.deprivation.run import deprivation_of
from assetmap.reconciliation.pcns.shares import serving
from assetmap.reconciliation.places import Place
from assetmap.reconciliation.run import chosen_sets, reconcile
from assetmap.reconciliation.severance.assets import BANDWIDTH_M
from assetmap.reconciliation.severance.found import Distances
from assetmap.reconciliation.severance.run import sever
from assetmap.reconciliation.subjects import Subject
from assetmap.settings import settings


def is_long(session: Session, subjects: Sequence[Subject], asked: Asked) -> bool:
    """Whether it is more work than a request does."""
    limit = settings().max_direct_work
    footprints = [each.footprint for each in subjects]
    return work_of(session, footprints, asked, limit) > limit


def number_of(sets: list[str] | None) -> int | None:
    """How many sets are named; absent: all that hold."""
    return None if sets is None else len(set(sets))


def sets_asked(
    session: Session, sets: Sequence[str] | None, as_at: date | None
) -> list[BoundarySet]:
    """The sets that are asked about: those that are named, or all that hold.

    Raises:
        BoundarySetNotFound, BoundarySetNotValid: one is not there on that day.
    """
    return chosen_sets(session, sets, as_at, day_asked(as_at))


def _subject(session: Session, asked: Any) -> Subject:
    return subject_of(session, asked.footprint, asked.as_at)


def _is_long_with_one(session: Session, subject: Subject, asked: Any) -> bool:
    return is_long(session, [subject], Asked(1, asked.as_at))


def _is_long_at_sight_with_one(session: Session, asked: Any) -> bool:
    return is_long_at_sight(session, [asked.footprint], asked.as_at, 1)


def _reconciled(
    session: Session, subject: Subject, asked: ReconciliationIn, progress: Progress
) -> bytes:
    result = reconcile(
        session,
        subject.footprint,
        asked.against,
        asked.as_at,
        subject.coded,
        asked.slivers,
        progress,
    )
    return dumped(reconciliation_json(result, asked.measures, subject))


def _check_reconciliation(session: Session, asked: ReconciliationIn) -> None:
    sets_asked(session, asked.against, asked.as_at)
    check_counted(session, asked)


RECONCILIATION = Question(
    "reconciliation",
    ReconciliationIn,
    _subject,
    lambda session, subject, asked: is_long(
        session, [subject], Asked(asked.against, asked.as_at)
    ),
    _reconciled,
    is_long_at_sight=lambda session, asked: is_long_at_sight(
        session, [asked.footprint], asked.as_at, number_of(asked.against)
    ),
    check=_check_reconciliation,
)


def _place(session: Session, asked: SeveranceIn) -> Place:
    return place_asked(session, asked.footprint, asked.as_at)


def _severed(
    session: Session, place: Place, asked: SeveranceIn, progress: Progress
) -> bytes:
    distances = Distances(asked.bandwidth_m, asked.edge_m)
    found = sever(session, place, asked.sets, asked.as_at, distances, progress)
    return dumped(severance_json(found))


def _parts_long(session: Session, place: Place, asked: SeveranceIn) -> bool:
    # Who comes from twice as far comes from four times the ground.
    reach = max(1.0, (asked.bandwidth_m / BANDWIDTH_M) ** 2)
    of_each = USED_ASSET * reach
    wanted = Asked(asked.sets, asked.as_at, of_each, has_bounds=False)
    return is_long(session, [place.subject], wanted)


SEVERANCE = Question(
    "severance",
    SeveranceIn,
    _place,
    _parts_long,
    _severed,
    is_long_at_sight=lambda session, asked: is_long_at_sight(
        session, [asked.footprint], asked.as_at, number_of(asked.sets)
    ),
    check=lambda session, asked: sets_asked(session, asked.sets, asked.as_at),
)


def _deprived(
    session: Session, subject: Subject, asked: DeprivationIn, progress: Progress
) -> bytes:
    found = deprivation_of(session, subject, asked.scores, asked.as_at, progress)
    return dumped(deprivation_json(found))


DEPRIVATION = Question(
    "deprivation",
    DeprivationIn,
    _subject,
    _is_long_with_one,
    _deprived,
    is_long_at_sight=_is_long_at_sight_with_one,
    check=lambda session, asked: get_deprivation(session, asked.scores, asked.as_at),
)


def _served(
    session: Session, subject: Subject, asked: PcnSharesIn, progress: Progress
) -> bytes:
    progress("Counting who lives there", 0, 1)
    return dumped(serving_json(serving(session, subject, asked.set, asked.as_at)))


PCN_SHARES = Question(
    "pcn-shares",
    PcnSharesIn,
    _subject,
    _is_long_with_one,
    _served,
    is_long_at_sight=_is_long_at_sight_with_one,
    check=lambda session, asked: get_catchment_set(session, asked.set, asked.as_at),
)
