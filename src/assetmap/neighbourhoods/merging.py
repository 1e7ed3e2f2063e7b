"""Queries of neighbourhoods that are two names for one place.

Nothing is moved: what was drawn of the one counts for the other until that is undone.
"""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assetmap.neighbourhoods.changed import note_changed
from assetmap.neighbourhoods.model import (
    AlreadyMerged,
    MergedPlace,
    NeighbourhoodNotYours,
    OtherName,
)
from assetmap.neighbourhoods.tables import NeighbourhoodRow

_MERGED = text(
    "SELECT slug, name, reason, merged_at, names FROM access.merged_places(:whole)"
)


def merge(
    session: Session, other: NeighbourhoodRow, whole: NeighbourhoodRow, reason: str
) -> None:
    """Count what was drawn of one neighbourhood as drawn of another.

    Raises:
        AlreadyMerged: either is a part of another, or has a part, or they are one.
        NeighbourhoodNotYours: whoever acts is not a steward of both.
    """
    if other.id == whole.id:
        raise AlreadyMerged(other.slug, "cannot be merged into itself")
    for row in (other, whole):
        if row.merged_into_id is not None:
            raise AlreadyMerged(row.slug, "is merged into another: undo that first")
    if merged_into(session, other.id):
        raise AlreadyMerged(other.slug, "has others merged into it: undo that first")
    done = func.access.merge_place(other.id, whole.id, reason)
    if not session.scalar(select(done)):
        raise NeighbourhoodNotYours(other.slug)
    for row in (other, whole):
        note_changed(session, row.id)
    session.expire_all()


def part(session: Session, other: NeighbourhoodRow, whole: NeighbourhoodRow) -> None:
    """Undo that: each counts for itself again.

    Raises:
        AlreadyMerged: they are not merged.
        NeighbourhoodNotYours: whoever acts is a steward of neither.
    """
    if other.merged_into_id != whole.id:
        raise AlreadyMerged(other.slug, f"is not merged into {whole.slug!r}")
    if not session.scalar(select(func.access.part_place(other.id))):
        raise NeighbourhoodNotYours(other.slug)
    for row in (other, whole):
        note_changed(session, row.id)
    session.expire_all()


def merged_into(session: Session, whole_id: int) -> list[MergedPlace]:
    """The neighbourhoods that are merged into one, in the order in which they were."""
    rows = session.execute(_MERGED, {"whole": whole_id})
    return [
        MergedPlace(
            slug, name, reason, at, tuple(OtherName(*each) for each in names or ())
        )
        for slug, name, reason, at, names in rows
    ]


def slug_of(session: Session, neighbourhood_id: int | None) -> str | None:
    """What the neighbourhood of a number is called in addresses."""
    if neighbourhood_id is None:
        return None
    return session.scalar(select(func.access.slug_of_neighbourhood(neighbourhood_id)))
