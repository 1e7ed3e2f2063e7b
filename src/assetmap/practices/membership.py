"""When each practice was in which network, from dated records and from lists.

A list says what holds on its day. Between two lists that differ, the change is dated
"between": nobody knows the day.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from assetmap.practices.model import Membership, Spell

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Seen:
    """What a list says on its day: the network of each practice, None for none.

    A whole list also says that no other practice was there.
    """

    day: date
    is_whole: bool
    pcns: Mapping[str, str | None]


def memberships(
    spells: Sequence[Spell], spells_day: date | None, lists: Sequence[Seen]
) -> list[Membership]:
    """The memberships of every practice, in order of practice and day.

    Dated records go before lists up to ``spells_day``, the day that they were made.
    No practice is in two networks on one day, if none is in ``spells`` or a list.
    """
    dated: dict[str, list[Spell]] = defaultdict(list)
    for spell in spells:
        dated[spell.practice_code].append(spell)
    seen: dict[str, list[tuple[date, str | None]]] = defaultdict(list)
    for each in _by_day(lists):
        for practice, pcn in each.pcns.items():
            seen[practice].append((each.day, pcn))
        if each.is_whole:
            for practice in (*seen, *(p for p in dated if p not in seen)):
                if practice not in each.pcns:
                    seen[practice].append((each.day, None))
    found: list[Membership] = []
    for practice in sorted({*dated, *seen}):
        facts = seen.get(practice, [])
        found += _of_practice(practice, dated.get(practice, []), spells_day, facts)
    return found


def _by_day(lists: Sequence[Seen]) -> list[Seen]:
    """One list for each day, in order; a whole list goes before partial ones."""
    days: dict[date, Seen] = {}
    for each in sorted(lists, key=lambda one: (one.day, one.is_whole)):
        old = days.get(each.day, each)
        pcns = {**old.pcns, **each.pcns}
        days[each.day] = Seen(each.day, old.is_whole or each.is_whole, pcns)
    return list(days.values())


def clashes(lists: Sequence[Seen]) -> list[tuple[str, date, list[str]]]:
    """Practices that lists of one day put into different networks, and these."""
    told: dict[tuple[str, date], set[str]] = defaultdict(set)
    for each in lists:
        for practice, pcn in each.pcns.items():
            told[practice, each.day].add(pcn or "none")
    return [
        (practice, day, sorted(pcns))
        for (practice, day), pcns in sorted(told.items())
        if len(pcns) > 1
    ]


def _of_practice(
    practice: str,
    spells: Sequence[Spell],
    spells_day: date | None,
    facts: Sequence[tuple[date, str | None]],
) -> list[Membership]:
    done = [_dated(each) for each in sorted(spells, key=lambda one: one.began)]
    known = None
    if done and spells_day is not None:
        known = spells_day
        facts = [each for each in facts if each[0] > spells_day]
    for day, pcn in facts:
        held = next((each for each in done if _holds(each, day)), None)
        if held is None or held.pcn_code != pcn:
            done = _told(
                done, held, Membership(practice, pcn or "", day, None, "by"), known
            )
        known = day
    return done


def _holds(each: Membership, day: date) -> bool:
    return each.valid_from <= day and (each.valid_to is None or day < each.valid_to)


def _told(
    done: Sequence[Membership],
    held: Membership | None,
    new: Membership,
    known: date | None,
) -> list[Membership]:
    """The memberships once a list has told another on a day than the one that held.

    Records of days to come stay. ``known`` is the day of what was known before.
    """
    kept = [each for each in done if each is not held]
    day = new.valid_from
    if held is not None and held.valid_from < day:
        known = max(held.valid_from, known or held.valid_from)
        kept.append(replace(held, valid_to=day, ended_after=known))
    if new.pcn_code:
        later = [each.valid_from for each in kept if each.valid_from > day]
        how: Literal["by", "between"] = "by" if known is None else "between"
        end = min(later, default=None)
        kept.append(replace(new, valid_to=end, began_how=how, began_after=known))
    return sorted(kept, key=lambda each: each.valid_from)


def _dated(spell: Spell) -> Membership:
    end = None if spell.ended is None else spell.ended + DAY
    return Membership(spell.practice_code, spell.pcn_code, spell.began, end, "dated")


def disagreements(
    spells: Sequence[Spell], spells_day: date, lists: Sequence[Seen]
) -> list[tuple[str, date, str | None, str | None]]:
    """Practices whose network a list and the dated records give differently.

    Practice, the day of the list, what the list says and what the records say.
    """
    dated: dict[str, list[Spell]] = defaultdict(list)
    for spell in spells:
        dated[spell.practice_code].append(spell)
    found = []
    for each in sorted(lists, key=lambda one: one.day):
        if each.day > spells_day:
            continue
        for practice in sorted(set(each.pcns) & set(dated)):
            told = next(
                (
                    spell.pcn_code
                    for spell in dated[practice]
                    if spell.began <= each.day
                    and (spell.ended is None or each.day <= spell.ended)
                ),
                None,
            )
            if told != each.pcns[practice]:
                found.append((practice, each.day, each.pcns[practice], told))
    return found
