"""Queries of lists of practices and of the memberships worked out from them."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from assetmap.db.copying import copy_rows
from assetmap.practices.membership import Seen
from assetmap.practices.model import (
    Listed,
    Membership,
    Source,
    Spell,
)
from assetmap.practices.tables import (
    PracticeListRow,
    PracticeMembershipRow,
    PracticeOnDayRow,
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


def attributions(session: Session) -> list[str]:
    """What the sources of the lists ask to be said of them."""
    rows = session.scalars(
        select(PracticeListRow.attribution)
        .distinct()
        .order_by(PracticeListRow.attribution)
    )
    return list(rows)
