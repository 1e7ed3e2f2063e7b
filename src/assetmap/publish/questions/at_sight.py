"""Whether a question is long, told before the boundaries that it names are joined."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from assetmap.boundaries import items, store
from assetmap.footprints.pcns.model import CatchmentSet
from assetmap.publish.questions.asked import (
    check_drawn,
    networks_of,
    part_of,
    place_asked,
)
from assetmap.publish.questions.schemas import FootprintIn, OneFootprintIn
from assetmap.reconciliation.cost import Extent, work_of_joining
from assetmap.reconciliation.pcns.by_registrations import is_large
from assetmap.reconciliation.subjects import check_joinable
from assetmap.settings import settings


def is_long_at_sight(
    session: Session,
    asked: Sequence[FootprintIn],
    as_at: date | None,
    sets: int | None,
) -> bool:
    """Whether reading and joining boundaries alone is more work than a request does.

    False says nothing: what they make may be.

    Raises:
        What reading the footprints would.
    """
    limit = settings().max_direct_work
    large = [_is_large(session, each, as_at, limit) for each in asked]
    joined = [part for each in asked for part in _joined(session, each, as_at)]
    if not any(large) and not _are_long(session, joined, as_at, sets, limit):
        return False
    for each, is_told in zip(asked, large, strict=True):
        if not is_told:
            _check_others(session, each, as_at)
    return True


def _is_large(
    session: Session, sent: FootprintIn, as_at: date | None, limit: float
) -> bool:
    """Whether a body names more networks by registrations than are read at once."""
    networks = _networks(session, sent, as_at)
    return networks is not None and is_large(session, *networks, limit)


def _are_long(
    session: Session,
    joined: Sequence[OneFootprintIn],
    as_at: date | None,
    sets: int | None,
    limit: float,
) -> bool:
    extents = [_extent(session, part, as_at) for part in joined]
    return bool(joined) and work_of_joining(session, extents, sets, limit) > limit


def _networks(
    session: Session, sent: FootprintIn, as_at: date | None
) -> tuple[CatchmentSet, list[str]] | None:
    """The networks by registrations that are put together; one alone is not."""
    if sent.union is None and len(sent.codes or ()) < 2:
        return None
    return networks_of(session, sent, as_at)


def _joined(
    session: Session, sent: FootprintIn, as_at: date | None
) -> list[OneFootprintIn]:
    """What a body names by code that is joined to others of its kind."""
    if _networks(session, sent, as_at) is not None:
        return []
    if sent.union is not None:
        return [part for part in sent.union if part.code or part.codes]
    return [sent] if len(sent.codes or ()) > 1 else []


def _extent(session: Session, part: OneFootprintIn, as_at: date | None) -> Extent:
    row = store.get_set(session, part.set or "", as_at)
    codes = part.codes or [part.code or ""]
    return Extent(*items.extent_of(session, row, codes))


def _check_others(session: Session, sent: FootprintIn, as_at: date | None) -> None:
    """Read what is not joined boundaries, so that what is wrong is told at once."""
    if sent.union is None:
        if not _joined(session, sent, as_at):
            place_asked(session, sent, as_at)
        return
    if _networks(session, sent, as_at) is not None:
        place_asked(session, sent, as_at)
        return
    check_drawn(sent)
    for part in sent.union:
        if not part.code and not part.codes:
            check_joinable(part_of(session, part, as_at))
