"""Which release of each place is the newest, without reading what it says."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from assetmap.neighbourhoods.releases.tables import ReleaseRow
from assetmap.neighbourhoods.tables import CountedSketchRow


class Newest(NamedTuple):
    """A release by what tells it from every other: nothing of one ever changes."""

    id: int
    made_at: datetime
    grid_m: int
    number: int


def newest_releases(
    session: Session,
    neighbourhood_ids: Collection[int],
    before: datetime | None = None,
) -> Mapping[int, Newest]:
    """The newest release of places that have one; of those made before an instant."""
    of = ReleaseRow
    query = (
        select(of.neighbourhood_id, of.id, of.made_at, of.grid_m, of.number)
        .ext(distinct_on(of.neighbourhood_id))
        .where(of.neighbourhood_id.in_(neighbourhood_ids))
        .order_by(of.neighbourhood_id, of.number.desc())
    )
    if before is not None:
        query = query.where(of.made_at < before)
    return {row[0]: Newest(*row[1:]) for row in session.execute(query)}


def most_drawings(session: Session, neighbourhood_ids: Collection[int]) -> int:
    """How many drawings that one of the places has that has most of them."""
    of = CountedSketchRow.neighbourhood_id
    each = select(func.count().label("drawn")).where(of.in_(neighbourhood_ids))
    counts = each.group_by(of).subquery()
    return session.scalar(select(func.max(counts.c.drawn))) or 0
