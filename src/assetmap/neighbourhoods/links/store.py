"""Queries of open links. What whoever acts may see of them, the database says."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assetmap.db.refusals import is_against_policy
from assetmap.neighbourhoods.links.model import (
    DeviceNotKnown,
    DrawingLink,
    LinkNotFound,
    LinkNotYours,
    NewLink,
    ShownLink,
)
from assetmap.neighbourhoods.links.questions import checked_questions
from assetmap.neighbourhoods.sketches.store import CheckVersion
from assetmap.neighbourhoods.tables import DrawingLinkRow

_PRESENT = text("SELECT set_config('assetmap.link', :digest, true)")
_PLACE = text("SELECT slug, name, name_cy, is_simulated FROM access.place_of_link()")
_DEVICE = text("SELECT id, drawings FROM access.device_of_link(:digest)")
_OF_SKETCH = text("SELECT questions, closed_at FROM access.link_of_sketch(:sketch)")


def present(session: Session, digest: str) -> None:
    """Show in a transaction the secret of a link, as its hash."""
    session.execute(_PRESENT, {"digest": digest})


def add_link(session: Session, neighbourhood_id: int, new: NewLink) -> DrawingLink:
    """Store a link to a neighbourhood that whoever acts is a steward of.

    Raises:
        BadQuestion: one of its questions cannot be asked.
    """
    row = DrawingLinkRow(
        neighbourhood_id=neighbourhood_id,
        secret_sha256=new.secret_sha256,
        title=new.title,
        questions=checked_questions(new.questions),
        most_per_device=new.most_per_device,
        closes_at=new.closes_at,
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    return _told(session, row)


def list_links(session: Session, neighbourhood_id: int) -> list[DrawingLink]:
    """The links of a neighbourhood, the newest first."""
    query = select(DrawingLinkRow).where(
        DrawingLinkRow.neighbourhood_id == neighbourhood_id
    )
    rows = session.scalars(query.order_by(DrawingLinkRow.id.desc()))
    return [_told(session, row) for row in rows]


def get_link(session: Session, neighbourhood_id: int, public_id: UUID) -> DrawingLink:
    """A link of a neighbourhood.

    Raises:
        LinkNotFound: there is none, for whoever acts.
    """
    row = session.scalar(_one(neighbourhood_id, public_id))
    if row is None:
        raise LinkNotFound(public_id)
    return _told(session, row)


def change_link(
    session: Session,
    neighbourhood_id: int,
    public_id: UUID,
    changes: Mapping[str, Any],
    check: CheckVersion,
) -> DrawingLink:
    """Store what is to be different about a link, under a new version.

    Raises:
        LinkNotFound, LinkNotYours: it is not for whoever acts.
    """
    get_link(session, neighbourhood_id, public_id)
    query = _one(neighbourhood_id, public_id).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise LinkNotYours(public_id)
    check(row.version)
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = func.clock_timestamp()
    try:
        session.flush()
    except DBAPIError as error:
        if is_against_policy(error):
            raise LinkNotYours(public_id) from error
        raise
    session.refresh(row)
    return _told(session, row)


def shown_link(session: Session) -> ShownLink:
    """The link whose secret was shown, open or not.

    Raises:
        LinkNotFound: there is none.
    """
    number = session.scalar(select(func.access.shown_link()))
    if number is None:
        raise LinkNotFound()
    query = select(DrawingLinkRow).where(DrawingLinkRow.id == number)
    row = session.scalars(query).one()
    place = session.execute(_PLACE).one()
    return ShownLink(
        row.id,
        row.neighbourhood_id,
        row.title,
        row.questions,
        row.most_per_device,
        row.closes_at,
        row.closed_at,
        *place,
    )


def add_device(session: Session, digest: str) -> int:
    """A device that may draw by the link that was shown, which is open."""
    query = select(func.access.add_link_device(digest))
    return int(session.scalars(query).one())


def device(session: Session, digest: str) -> tuple[int, int]:
    """A device of the link that was shown, and how many drawings stand by it.

    Whoever else draws by the device waits until the transaction ends.

    Raises:
        DeviceNotKnown: the link gave it no such token.
    """
    found = session.execute(_DEVICE, {"digest": digest}).one_or_none()
    if found is None:
        raise DeviceNotKnown()
    return int(found[0]), int(found[1])


def link_of_sketch(
    session: Session, sketch: UUID
) -> tuple[Sequence[Mapping[str, Any]], datetime | None] | None:
    """What was asked with a drawing, and since when its link is closed, if it is.

    None where it came by no link.
    """
    found = session.execute(_OF_SKETCH, {"sketch": sketch}).one_or_none()
    return None if found is None else (found[0], found[1])


def now(session: Session) -> datetime:
    """The instant by the database's clock, which says whether a link is open."""
    found: datetime = session.scalars(select(func.clock_timestamp())).one()
    return found


def _one(neighbourhood_id: int, public_id: UUID) -> Any:
    return select(DrawingLinkRow).where(
        DrawingLinkRow.neighbourhood_id == neighbourhood_id,
        DrawingLinkRow.public_id == public_id,
    )


def _told(session: Session, row: DrawingLinkRow) -> DrawingLink:
    drawings = session.scalar(select(func.access.drawings_by_link(row.id)))
    return DrawingLink(
        row.public_id,
        row.title,
        row.questions,
        row.most_per_device,
        row.closes_at,
        row.closed_at,
        drawings or 0,
        row.created_at,
        row.updated_at,
        row.version,
    )
