"""Queries of practices, networks and the NHS areas that they lie in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, cast

import numpy as np
from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from assetmap.crs import CRS84, NATIONAL_GRID, to_grid
from assetmap.practices.model import (
    Area,
    Pcn,
    PcnNotFound,
    Practice,
)
from assetmap.practices.tables import (
    NhsAreaRow,
    PcnRow,
    PracticeRow,
)

SPELLS = "partners"
_BATCH = 2_000


def save_practices(
    session: Session, practices: Sequence[Practice], said_on: date
) -> None:
    """Store practices; what is newer, or was not known, takes the place of the rest."""
    rows = [
        {
            "code": one.code,
            "name": one.name,
            "postcode": one.postcode,
            "status": one.status,
            "opened": one.opened,
            "closed": one.closed,
            "sub_icb_code": one.sub_icb_code,
            "said_on": said_on,
            **_points(one.place),
        }
        for one in practices
    ]
    _save(session, PracticeRow, rows)


def _points(place: tuple[float, float] | None) -> dict[str, str | None]:
    if place is None:
        return {"geom": None, "geom_wgs84": None}
    lon, lat = place
    east, north = (float(each[0]) for each in to_grid(np.array([lon]), np.array([lat])))
    if not (east == east and north == north):
        return {"geom": None, "geom_wgs84": None}
    return {
        "geom": f"SRID={NATIONAL_GRID};POINT({east!r} {north!r})",
        "geom_wgs84": f"SRID={CRS84};POINT({lon!r} {lat!r})",
    }


def save_pcns(session: Session, pcns: Sequence[Pcn], said_on: date) -> None:
    """Store networks, as practices."""
    names = ("code", "name", "sub_icb_code", "opened", "closed")
    rows = [{each: getattr(one, each) for each in names} for one in pcns]
    _save(session, PcnRow, [each | {"said_on": said_on} for each in rows])


def save_areas(session: Session, areas: Sequence[Area], said_on: date) -> None:
    """Store sub-ICBs and ICBs, as practices."""
    names = ("code", "kind", "name", "ons_code", "parent_code")
    rows = [{each: getattr(one, each) for each in names} for one in areas]
    _save(session, NhsAreaRow, [each | {"said_on": said_on} for each in rows])


def _save(session: Session, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows by code; of one that is there, the newer facts, and none for nothing."""
    columns = table.__table__.c
    for start in range(0, len(rows), _BATCH):
        new = insert(table).values(list(rows[start : start + _BATCH]))
        is_newer = new.excluded.said_on >= columns.said_on
        session.execute(
            new.on_conflict_do_update(
                index_elements=["code"],
                set_={
                    each.name: func.coalesce(
                        case((is_newer, new.excluded[each.name]), else_=each),
                        each,
                        new.excluded[each.name],
                    )
                    for each in columns
                    if each.name not in ("code", "said_on")
                }
                | {"said_on": func.greatest(columns.said_on, new.excluded.said_on)},
            )
        )


def list_pcns(session: Session) -> dict[str, Pcn]:
    """Every network that is known, by code."""
    rows = session.scalars(select(PcnRow).order_by(PcnRow.code))
    return {row.code: _pcn(row) for row in rows}


def get_pcn(session: Session, code: str) -> Pcn:
    """The network of a code.

    Raises:
        PcnNotFound: none has it.
    """
    row = session.get(PcnRow, code)
    if row is None:
        raise PcnNotFound(code)
    return _pcn(row)


def _pcn(row: PcnRow) -> Pcn:
    return Pcn(row.code, row.name, row.sub_icb_code, row.opened, row.closed)


def list_areas(session: Session) -> dict[str, Area]:
    """Every sub-ICB and ICB that is known, by code."""
    return {
        row.code: Area(
            row.code,
            cast(Literal["sub_icb", "icb"], row.kind),
            row.name,
            row.ons_code,
            row.parent_code,
        )
        for row in session.scalars(select(NhsAreaRow).order_by(NhsAreaRow.code))
    }


def list_practices(session: Session, codes: Iterable[str]) -> dict[str, Practice]:
    """The practices of some codes, with their places where those are known."""
    wanted = list(codes)
    rows = session.execute(
        select(
            PracticeRow,
            func.st_x(PracticeRow.geom_wgs84),
            func.st_y(PracticeRow.geom_wgs84),
        ).where(PracticeRow.code.in_(wanted))
    )
    return {
        row.code: Practice(
            row.code,
            row.name,
            row.postcode,
            row.status,
            row.opened,
            row.closed,
            row.sub_icb_code,
            None if lon is None else (lon, lat),
        )
        for row, lon, lat in rows
    }


def grid_places(
    session: Session, codes: Iterable[str]
) -> dict[str, tuple[float, float]]:
    """Easting and northing of the practices of some codes that have a point."""
    rows = session.execute(
        select(
            PracticeRow.code, func.st_x(PracticeRow.geom), func.st_y(PracticeRow.geom)
        ).where(PracticeRow.code.in_(list(codes)), PracticeRow.geom.is_not(None))
    )
    return {code: (east, north) for code, east, north in rows}
