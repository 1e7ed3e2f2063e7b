"""How practices stand on a day, and what changed from one to another."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assetmap.errors import Invalid
from assetmap.practices import organisations, store
from assetmap.practices.changes import Change, Standing, changes
from assetmap.practices.model import NoPracticeList, Pcn


class BadPeriod(Invalid):
    """The later of two days is not after the earlier."""

    title = "Bad period"


@dataclass(frozen=True)
class PcnChanges:
    """The practices that a network gained and lost, by code."""

    code: str
    name: str
    gained: list[str]
    lost: list[str]


@dataclass(frozen=True)
class Report:
    """What changed between two days; the days of the lists are beside them."""

    old: Standing
    new: Standing
    changes: list[Change]
    pcns: list[PcnChanges]
    attribution: list[str]


def standing_on(session: Session, day: date) -> Standing:
    """The practices that are listed on a day and the memberships that hold.

    Raises:
        NoPracticeList: no whole list is known by then.
    """
    list_day = store.whole_list_day(session, day)
    if list_day is None:
        raise NoPracticeList(day, store.first_list_day(session))
    listed = store.listed_on(session, day)
    return Standing(day, list_day, listed, store.memberships_on(session, day))


def changes_between(session: Session, old: date, new: date) -> Report:
    """What changed from one day to a later one.

    Raises:
        BadPeriod: the second day is not after the first.
        NoPracticeList: no whole list is known by one of them.
    """
    if new <= old:
        raise BadPeriod(
            f"{new} is not after {old}.",
            **{"from": old.isoformat(), "to": new.isoformat()},
        )
    was, now = standing_on(session, old), standing_on(session, new)
    found = changes(was, now)
    pcns = _by_pcn(found, organisations.list_pcns(session))
    return Report(was, now, found, pcns, store.attributions(session))


def _by_pcn(found: list[Change], known: dict[str, Pcn]) -> list[PcnChanges]:
    """The same by network: what each gained and lost."""
    gained: dict[str, set[str]] = {}
    lost: dict[str, set[str]] = {}
    for each in found:
        if each.pcn_before == each.pcn_after:
            continue
        if each.pcn_after is not None:
            gained.setdefault(each.pcn_after, set()).add(each.practice)
        if each.pcn_before is not None:
            lost.setdefault(each.pcn_before, set()).add(each.practice)
    return [
        PcnChanges(
            code,
            known[code].name if code in known else code,
            sorted(gained.get(code, ())),
            sorted(lost.get(code, ())),
        )
        for code in sorted({*gained, *lost})
    ]
