"""Lists of practices and networks: checked, stored, and made into dated memberships."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from assetmap.errors import BadFile
from assetmap.issues import RowIssue
from assetmap.practices import organisations, store
from assetmap.practices.dated_records import consistent
from assetmap.practices.membership import clashes, disagreements, memberships
from assetmap.practices.model import (
    Area,
    ListTooShort,
    NoPractices,
    Pcn,
    Practice,
    Source,
)
from assetmap.practices.rows import Read, extract_day, read_table
from assetmap.sources.nhs.practice_files import PracticeTable

Places = Callable[[Sequence[str]], dict[str, tuple[float, float, float, float]]]
"""Easting, northing, longitude and latitude of postcodes, as ``people`` knows them."""

LEAST_LEFT = 0.5
"""A list with fewer than this share of the practices before it is cut off, not news."""


@dataclass
class Loaded:
    """What a file of practices came to, counted, and the rows at fault."""

    is_new: bool = True
    practices: int = 0
    networks: int = 0
    without_pcn: int = 0
    days: list[date] = field(default_factory=list)
    issues: list[RowIssue] = field(default_factory=list)


def load_practices(
    session: Session,
    tables: Sequence[PracticeTable],
    source: Source,
    day: date | None,
    today: date,
    is_partial: bool = False,
) -> Loaded:
    """Store what a file says of practices and networks, and work out memberships anew.

    ``day`` is when it held, for layouts whose rows do not say; absent: ``today``. A
    partial list says nothing of practices that it does not have.

    Raises:
        NoPractices: no row could be used.
        ListTooShort: it lacks most practices of the list before, and is not partial.
        BadFile: its rows say several days, or another than ``day``.
    """
    done = Loaded()
    changed = [
        _load(session, table, source, day, today, is_partial, done) for table in tables
    ]
    done.is_new = any(changed)
    if done.is_new:
        done.issues += rebuild_memberships(session)
    return done


def _load(
    session: Session,
    table: PracticeTable,
    source: Source,
    day: date | None,
    today: date,
    is_partial: bool,
    done: Loaded,
) -> bool:
    """Store a table; whether it is news."""
    read = read_table(table)
    held_on = _day_of(table, read, day, today)
    done.days.append(held_on)
    if not (read.practices or read.pcns):
        raise NoPractices(_why_none(table, read), file=table.file)
    spells, overlaps = consistent(read.spells)
    done.issues += [*read.issues, *overlaps]
    done.practices += len(read.practices)
    done.networks += len(read.pcns)
    listed = list(read.listed.values())
    done.without_pcn += sum(each.pcn_code is None for each in listed)
    is_whole = table.layout == "mapping" and not is_partial
    if store.has_list(session, table.layout, held_on, source.sha256, is_whole):
        return False
    if is_whole:
        _check_length(session, table, held_on, len(listed))
    list_id = store.replace_list(
        session, table.layout, held_on, is_whole, len(table.rows), source
    )
    store.add_listed(session, list_id, listed)
    store.add_spells(session, list_id, spells)
    _save(session, read, held_on)
    return True


def _save(session: Session, read: Read, held_on: date) -> None:
    practices: list[Practice] = list(read.practices.values())
    pcns: list[Pcn] = _with_parents(read)
    areas: list[Area] = list(read.areas.values())
    organisations.save_practices(session, practices, held_on)
    organisations.save_pcns(session, pcns, held_on)
    organisations.save_areas(session, areas, held_on)


def _day_of(table: PracticeTable, read: Read, day: date | None, today: date) -> date:
    said = extract_day(table, read)
    if said is not None and day is not None and said != day:
        raise BadFile(table.file, f"says that it holds on {said}, not on {day}")
    return said or day or today


def _why_none(table: PracticeTable, read: Read) -> str:
    if read.issues:
        return f"{table.file} holds no practice that can be used: {read.issues[0]}"
    return (
        f"{table.file} holds no GP practice: none of its {len(table.rows)} rows has "
        "the prescribing setting RO76 (or 4)."
    )


def _check_length(
    session: Session, table: PracticeTable, held_on: date, length: int
) -> None:
    before = store.length_of_list_before(session, held_on)
    if before is not None and length < LEAST_LEFT * before:
        raise ListTooShort(
            f"{table.file} lists {length:,} practices and the list before it "
            f"{before:,}. Is it cut off? If it is meant to hold only some, load it "
            "with --partial.",
            practices=length,
            before=before,
        )


def _with_parents(read: Read) -> list[Pcn]:
    """The networks, those without a stated parent in the sub-ICB of most practices."""
    votes: dict[str, Counter[str]] = {}
    for each in read.listed.values():
        if each.pcn_code is not None and each.sub_icb_code:
            votes.setdefault(each.pcn_code, Counter())[each.sub_icb_code] += 1
    found = []
    for code, pcn in sorted(read.pcns.items()):
        parent = pcn.sub_icb_code
        if parent is None and code in votes:
            parent = min(votes[code], key=lambda area: (-votes[code][area], area))
        found.append(Pcn(code, pcn.name, parent, pcn.opened, pcn.closed))
    return found


def rebuild_memberships(session: Session) -> list[RowIssue]:
    """Work out every membership anew from all that is loaded.

    Gives an issue for each practice that two lists of one day put into two networks,
    and a note for each that a list and the dated records tell differently.
    """
    spells, spells_day, file = store.newest_spells(session)
    seen = store.lists_seen(session)
    store.replace_memberships(session, memberships(spells, spells_day, seen))
    issues = [
        RowIssue(
            "lists",
            0,
            "pcn_code",
            practice,
            f"is in {' and '.join(pcns)} by different lists of {on}: the whole list, "
            "or the one loaded last, is believed",
        )
        for practice, on, pcns in clashes(seen)
    ]
    if spells_day is None:
        return issues
    return issues + [
        RowIssue(
            file,
            0,
            "pcn_code",
            practice,
            f"is in {told or 'no PCN'} on {on}; the list of that day says "
            f"{listed or 'none'}: the dated record is taken",
            "noted",
        )
        for practice, on, listed, told in disagreements(spells, spells_day, seen)
    ]
