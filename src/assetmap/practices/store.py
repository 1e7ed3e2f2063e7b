"""The only queries of practices, networks, memberships and lists."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, cast

import numpy as np
from sqlalchemy import case, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from assetmap.crs import CRS84, NATIONAL_GRID, to_grid
from assetmap.db.copying import copy_rows
from assetmap.practices.membership import Seen
from assetmap.practices.model import (
    Area,
    Listed,
    Membership,
    Pcn,
    PcnNotFound,
    Practice,
    Source,
    Spell,
)
from assetmap.practices.tables import (
    NhsAreaRow,
    PcnRow,
    PracticeListRow,
    PracticeMembershipRow,
    PracticeOnDayRow,
    PracticeRow,
    PracticeSpellRow,
)

SPELLS = "partners"
_BATCH = 2_000


def has_list(
    session: Session, layout: str, day: date, sha256: str, is_whole: bool
) -> bool:
    """Whether a list of these bytes is loaded for the day already."""
    found = select(PracticeListRow.id).where(
        PracticeListRow.layout == layout,
        PracticeListRow.day == day,
        PracticeListRow.sha256 == sha256,
        PracticeListRow.is_whole == is_whole,
    )
    return session.scalar(found) is not None


def replace_list(
    session: Session, layout: str, day: date, is_whole: bool, rows: int, source: Source
) -> int:
    """Store that a list is loaded, in place of the same of its day; gives its id.

    Partial lists of different files stand beside each other, and beside a whole one.
    """
    is_part = layout in ("mapping", "points") and not is_whole
    part = source.file if is_part else ""
    session.execute(
        delete(PracticeListRow).where(
            PracticeListRow.layout == layout,
            PracticeListRow.day == day,
            PracticeListRow.part == part,
        )
    )
    row = PracticeListRow(
        layout=layout,
        day=day,
        part=part,
        is_whole=is_whole,
        rows=rows,
        title=source.title,
        publisher=source.publisher,
        licence=source.licence,
        attribution=source.attribution,
        source=source.file,
        sha256=source.sha256,
        loaded_by=source.loaded_by,
    )
    session.add(row)
    session.flush()
    return row.id


def add_listed(session: Session, list_id: int, listed: Iterable[Listed]) -> None:
    """Store the practices of a list."""
    columns = ("list_id", "practice_code", "name", "postcode", "pcn_code")
    copy_rows(
        session,
        "practice_on_day",
        (*columns, "sub_icb_code"),
        ("int8", "text", "text", "text", "text", "text"),
        (
            (list_id, one.code, one.name, one.postcode, one.pcn_code, one.sub_icb_code)
            for one in listed
        ),
    )


def add_spells(session: Session, list_id: int, spells: Iterable[Spell]) -> None:
    """Store the dated records of a list."""
    copy_rows(
        session,
        "practice_spell",
        ("list_id", "practice_code", "began", "pcn_code", "ended"),
        ("int8", "text", "date", "text", "date"),
        (
            (list_id, one.practice_code, one.began, one.pcn_code, one.ended)
            for one in spells
        ),
    )


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


def length_of_list_before(session: Session, day: date) -> int | None:
    """How many practices the newest whole list before a day has, if there is one."""
    return session.scalar(
        select(PracticeListRow.rows)
        .where(PracticeListRow.is_whole, PracticeListRow.day < day)
        .order_by(PracticeListRow.day.desc())
        .limit(1)
    )


def newest_spells(session: Session) -> tuple[list[Spell], date | None, str]:
    """The dated records of the newest report of them, its day and its file."""
    found = session.execute(
        select(PracticeListRow.id, PracticeListRow.day, PracticeListRow.source)
        .where(PracticeListRow.layout == SPELLS)
        .order_by(PracticeListRow.day.desc())
        .limit(1)
    ).first()
    if found is None:
        return [], None, ""
    rows = session.scalars(
        select(PracticeSpellRow).where(PracticeSpellRow.list_id == found.id)
    )
    spells = [Spell(r.practice_code, r.pcn_code, r.began, r.ended) for r in rows]
    return spells, found.day, found.source


def lists_seen(session: Session) -> list[Seen]:
    """What every list of practices says on its day."""
    lists = session.execute(
        select(
            PracticeListRow.id, PracticeListRow.day, PracticeListRow.is_whole
        ).order_by(PracticeListRow.id)
    ).all()
    pcns: dict[int, dict[str, str | None]] = {each.id: {} for each in lists}
    rows = session.execute(
        select(
            PracticeOnDayRow.list_id,
            PracticeOnDayRow.practice_code,
            PracticeOnDayRow.pcn_code,
        )
    )
    for list_id, practice, pcn in rows:
        pcns[list_id][practice] = pcn
    found = [Seen(each.day, each.is_whole, pcns[each.id]) for each in lists]
    return [each for each in found if each.pcns]


def replace_memberships(session: Session, found: Iterable[Membership]) -> None:
    """Store all memberships in place of those stored."""
    session.execute(delete(PracticeMembershipRow))
    names = ("practice_code", "pcn_code", "valid_from", "valid_to")
    columns = (*names, "began_how", "began_after", "ended_after")
    types = ("text", "text", "date", "date", "text", "date", "date")
    rows = ([getattr(one, each) for each in columns] for one in found)
    copy_rows(session, "practice_membership", columns, types, rows)


def memberships_on(session: Session, day: date) -> dict[str, Membership]:
    """The membership of each practice that is in a network on a day."""
    rows = session.scalars(
        select(PracticeMembershipRow).where(
            PracticeMembershipRow.valid_from <= day,
            or_(
                PracticeMembershipRow.valid_to.is_(None),
                PracticeMembershipRow.valid_to > day,
            ),
        )
    )
    return {row.practice_code: _membership(row) for row in rows}


def memberships_of(session: Session, pcn: str) -> list[Membership]:
    """Every time that a practice was in one network, by practice and day."""
    rows = session.scalars(
        select(PracticeMembershipRow)
        .where(PracticeMembershipRow.pcn_code == pcn)
        .order_by(PracticeMembershipRow.practice_code, PracticeMembershipRow.valid_from)
    )
    return [_membership(row) for row in rows]


def _membership(row: PracticeMembershipRow) -> Membership:
    names = Membership.__dataclass_fields__
    return Membership(**{each: getattr(row, each) for each in names})


def first_list_day(session: Session) -> date | None:
    """The day of the first list of practices."""
    return session.scalar(
        select(func.min(PracticeListRow.day)).where(PracticeListRow.is_whole)
    )


def whole_list_day(session: Session, day: date) -> date | None:
    """The day of the newest whole list that holds on or before a day."""
    return session.scalar(
        select(func.max(PracticeListRow.day)).where(
            PracticeListRow.is_whole, PracticeListRow.day <= day
        )
    )


def listed_on(session: Session, day: date) -> dict[str, Listed]:
    """The practices of the newest whole list by a day, and of later partial ones."""
    start = whole_list_day(session, day)
    rows = session.execute(
        select(PracticeOnDayRow, PracticeListRow.day)
        .join(PracticeListRow, PracticeOnDayRow.list_id == PracticeListRow.id)
        .where(
            PracticeListRow.day <= day,
            PracticeListRow.day >= (start or date.min),
        )
        .order_by(PracticeListRow.day, PracticeListRow.is_whole, PracticeListRow.id)
    )
    return {
        row.practice_code: Listed(
            row.practice_code, row.name, row.postcode, row.pcn_code, row.sub_icb_code
        )
        for row, _ in rows
    }


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


def attributions(session: Session) -> list[str]:
    """What the sources of the lists ask to be said of them."""
    rows = session.scalars(
        select(PracticeListRow.attribution)
        .distinct()
        .order_by(PracticeListRow.attribution)
    )
    return list(rows)
