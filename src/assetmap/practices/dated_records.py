"""Dated records of practices in networks, without any of two networks on one day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from assetmap.issues import RawRow, RowIssue
from assetmap.practices.membership import DAY
from assetmap.practices.model import Spell


def consistent(
    sent: Sequence[tuple[RawRow, Spell]],
) -> tuple[list[Spell], list[RowIssue]]:
    """The records that can all hold, and an issue for each that cannot.

    A record that is repeated counts once. Where one ends on the day on which the next
    begins, the next has that day. Of two that overlap by more, the first is ended
    before the other began (a move whose end was not entered), and told; where both
    began on one day and name two networks, both are refused. Row order decides nothing.
    """
    by_practice: dict[str, list[tuple[RawRow, Spell]]] = defaultdict(list)
    for row, spell in sent:
        by_practice[spell.practice_code].append((row, spell))
    kept: list[Spell] = []
    issues: list[RowIssue] = []
    for each in sorted(by_practice):
        kept += _of_practice(by_practice[each], issues)
    return kept, issues


def _of_practice(
    sent: Sequence[tuple[RawRow, Spell]], issues: list[RowIssue]
) -> list[Spell]:
    rows = _distinct(sent, issues)
    by_start = defaultdict(list)
    for row, spell in rows:
        by_start[spell.began].append((row, spell))
    kept: list[tuple[RawRow, Spell]] = []
    for began in sorted(by_start):
        same = by_start[began]
        if len({spell.pcn_code for _, spell in same}) > 1:
            issues += [
                _two(row, spell, same, "neither is taken") for row, spell in same
            ]
            continue
        row, new = max(same, key=lambda one: (one[1].ended is None, str(one[1].ended)))
        if kept:
            _end_before(kept, row, new, issues)
        kept.append((row, new))
    return [spell for _, spell in kept]


def _end_before(
    kept: list[tuple[RawRow, Spell]],
    row: RawRow,
    new: Spell,
    issues: list[RowIssue],
) -> None:
    """End the last record the day before a new one begins; told if that is news."""
    old_row, old = kept[-1]
    if old.ended is not None and old.ended < new.began:
        return
    kept[-1] = (old_row, replace(old, ended=new.began - DAY))
    if old.ended == new.began or old.pcn_code == new.pcn_code:
        return
    both = ((old_row, old), (row, new))
    told = _two(old_row, old, both, f"taken to end before {new.began}")
    issues.append(replace(told, outcome="repaired"))


def _distinct(
    sent: Sequence[tuple[RawRow, Spell]], issues: list[RowIssue]
) -> list[tuple[RawRow, Spell]]:
    first: dict[Spell, RawRow] = {}
    for row, spell in sorted(sent, key=lambda one: one[0].line):
        if spell in first:
            reason = f"repeats line {first[spell].line}: counted once"
            issues.append(
                RowIssue(
                    row.file, row.line, "code", spell.practice_code, reason, "noted"
                )
            )
        first.setdefault(spell, row)
    return [(row, spell) for spell, row in first.items()]


def _two(
    row: RawRow, spell: Spell, both: Sequence[tuple[RawRow, Spell]], what: str
) -> RowIssue:
    said = " and ".join(f"{other.pcn_code} (line {at.line})" for at, other in both)
    reason = f"is in two PCNs on one day, {said}: {what}"
    return RowIssue(row.file, row.line, "pcn_code", spell.practice_code, reason)
