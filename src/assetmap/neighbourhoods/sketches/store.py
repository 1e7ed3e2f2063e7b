"""Queries of single drawings. What whoever acts may see of them, the database says."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import orjson
from geoalchemy2.shape import from_shape
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assetmap.crs import CRS84, NATIONAL_GRID
from assetmap.db.refusals import is_against_policy
from assetmap.neighbourhoods.changed import note_changed
from assetmap.neighbourhoods.model import Sketch
from assetmap.neighbourhoods.sketches.model import (
    DrawnSketch,
    SketchNotFound,
    SketchNotYours,
    SketchPage,
)
from assetmap.neighbourhoods.tables import SketchRow

DECIMALS = 6
ERASED = dict.fromkeys(
    (
        *("geom", "geom_wgs84", "years_lived", "note", "repaired", "answers"),
        *("made_how", "link_device_id"),
    )
)
"""What of a drawing is left empty when it is withdrawn."""

CheckVersion = Callable[[int], None]

_COLUMNS = (
    SketchRow.id,
    SketchRow.public_id,
    func.ST_AsGeoJSON(SketchRow.geom_wgs84, DECIMALS).label("geometry"),
    SketchRow.years_lived,
    SketchRow.note,
    SketchRow.weight,
    SketchRow.is_simulated,
    SketchRow.source,
    SketchRow.repaired,
    SketchRow.answers,
    SketchRow.made_how,
    SketchRow.weight_reason,
    SketchRow.hidden_at,
    SketchRow.hidden_why,
    SketchRow.hidden_note,
    SketchRow.drawn_at,
    SketchRow.updated_at,
    SketchRow.version,
)


def add_sketch(
    session: Session,
    neighbourhood_id: int,
    sketch: Sketch,
    by_link: tuple[int, int] | None = None,
) -> DrawnSketch:
    """Store a drawing that came by itself, or by a link from a device of its."""
    row = SketchRow(neighbourhood_id=neighbourhood_id, **_drawn(sketch))
    row.link_id, row.link_device_id = by_link or (None, None)
    row.resident, row.source = sketch.resident, sketch.source
    row.edit_token_hash = sketch.edit_token_hash
    session.add(row)
    session.flush()
    note_changed(session, neighbourhood_id)
    query = select(*_COLUMNS).where(SketchRow.id == row.id)
    return _told(session.execute(query).mappings().one())


def get_sketch(session: Session, slug: str, public_id: UUID) -> DrawnSketch:
    """A drawing that has not been withdrawn, of the neighbourhood of a slug.

    Whoever drew it need not be able to see the neighbourhood.

    Raises:
        SketchNotFound: there is none, for whoever acts.
    """
    named = func.access.slug_of_neighbourhood(SketchRow.neighbourhood_id) == slug
    query = select(*_COLUMNS).where(
        SketchRow.public_id == public_id, SketchRow.withdrawn_at.is_(None), named
    )
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise SketchNotFound(public_id)
    return _told(row)


def list_sketches(
    session: Session,
    neighbourhood_id: int,
    limit: int,
    after_id: int = 0,
    action: str = "moderate",
) -> SketchPage:
    """The drawings that have not been withdrawn, in the order they came.

    Those of a place in which whoever acts has what is theirs by the rule of an action.
    """
    theirs = func.access.neighbourhoods("sketch", action)
    query = select(*_COLUMNS).where(
        SketchRow.neighbourhood_id == neighbourhood_id,
        SketchRow.neighbourhood_id.in_(select(func.unnest(theirs))),
        SketchRow.withdrawn_at.is_(None),
        SketchRow.id > after_id,
    )
    rows = session.execute(query.order_by(SketchRow.id).limit(limit + 1)).mappings()
    found = rows.all()
    more = found[limit - 1]["id"] if len(found) > limit else None
    return SketchPage([_told(row) for row in found[:limit]], more)


def redraw(
    session: Session, public_id: UUID, sketch: Sketch, check: CheckVersion
) -> None:
    """Put a newer drawing in the place of an older one of the same resident.

    Raises:
        SketchNotYours: whoever acts may see it, and not change it.
    """
    row = _locked(session, public_id, check)
    _store(session, row, _drawn(sketch))


def withdraw(session: Session, public_id: UUID, check: CheckVersion) -> None:
    """Erase a drawing and what was said with it; that there was one is kept.

    Raises:
        SketchNotYours: whoever acts may see it, and not withdraw it.
    """
    row = _locked(session, public_id, check)
    _store(session, row, {**ERASED, "withdrawn_at": func.clock_timestamp()})


def moderate(
    session: Session,
    public_id: UUID,
    why: str | None,
    note: str | None,
    check: CheckVersion,
) -> None:
    """Keep a drawing from counting, for a reason; or with none let it count again.

    Raises:
        SketchNotYours: whoever acts may see it, and does not moderate it.
    """
    row = _locked(session, public_id, check)
    note_changed(session, row.neighbourhood_id)
    done = session.scalar(select(func.access.moderate_sketch(public_id, why, note)))
    if done is None:
        raise SketchNotYours(public_id)
    session.expire_all()


def _locked(session: Session, public_id: UUID, check: CheckVersion) -> SketchRow:
    """A drawing that whoever acts may change, held until the transaction ends."""
    query = select(SketchRow).where(
        SketchRow.public_id == public_id, SketchRow.withdrawn_at.is_(None)
    )
    fresh = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(fresh)
    if row is None:
        raise SketchNotYours(public_id)
    check(row.version)
    return row


def _drawn(sketch: Sketch) -> dict[str, Any]:
    return {
        "geom": from_shape(sketch.shape, NATIONAL_GRID),
        "geom_wgs84": from_shape(sketch.wgs84, CRS84),
        "years_lived": sketch.years_lived,
        "note": sketch.note,
        "weight": sketch.weight,
        "is_simulated": sketch.is_simulated,
        "repaired": sketch.repaired,
        "answers": sketch.answers,
        "made_how": sketch.made_how,
        "weight_reason": sketch.weight_reason,
        "drawn_at": sketch.drawn_at,
    }


def _store(session: Session, row: SketchRow, values: Mapping[str, Any]) -> None:
    """Store columns of a drawing under a new version.

    Raises:
        SketchNotYours: the database does not let whoever acts.
    """
    public_id = row.public_id
    note_changed(session, row.neighbourhood_id)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = func.clock_timestamp()
    try:
        session.flush()
    except DBAPIError as error:
        if is_against_policy(error):
            raise SketchNotYours(public_id) from error
        raise


def _told(row: Any) -> DrawnSketch:
    told = {name: value for name, value in row.items() if name != "id"}
    geometry = orjson.loads(told.pop("geometry"))
    return DrawnSketch(id=told.pop("public_id"), geometry=geometry, **told)
