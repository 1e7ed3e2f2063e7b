"""Rows of a supplier under our own columns, by the supplier's layout."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from assetmap.assets.hours import opening_hours
from assetmap.assets.layout import Layout, Rule
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.tabular.headers import plain_name

_INITIALS = {
    "NHS",
    "GP",
    "UK",
    "RFC",
    "FC",
    "CC",
    "CIC",
    "LLP",
    "PCN",
    "CVS",
    "BT",
    "LTD",
}
_SMALL = {"and", "at", "by", "for", "in", "of", "on", "the", "upon", "with"}
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_EMAIL = re.compile(r"[^\s<>()\[\],;:]+@[^\s<>()\[\],;:]+")
_COMPACT_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")


def mapped(
    rows: Iterable[RawRow], layout: Layout, issues: list[RowIssue]
) -> Iterator[RawRow]:
    """The rows under our columns; those that the layout leaves out are noted."""
    for row in rows:
        there = {plain_name(name): value for name, value in row.values.items()}
        said = _without_nothings(there, layout)
        left_out = _first(layout.left_out, said)
        if left_out is not None:
            value = said.get(plain_name(left_out.column), "")
            told = (row.file, row.line, left_out.column, value)
            issues.append(RowIssue(*told, f"{left_out.reason}: left out", "noted"))
            continue
        yield replace(row, values=_ours(said, layout))


def _without_nothings(there: Mapping[str, str], layout: Layout) -> dict[str, str]:
    return {
        name: "" if value.strip().casefold() in layout.no_value else value.strip()
        for name, value in there.items()
    }


def _first(rules: Iterable[Rule], said: Mapping[str, str]) -> Rule | None:
    return next((each for each in rules if _applies(each, said)), None)


def _applies(rule: Rule, said: Mapping[str, str]) -> bool:
    value = said.get(plain_name(rule.column), "")
    return rule.matches.fullmatch(" ".join(value.split())) is not None


def _ours(said: Mapping[str, str], layout: Layout) -> dict[str, str]:
    values = dict(layout.constants)
    for ours, theirs in layout.columns.items():
        values[ours] = _joined(said, theirs, 1 if ours in layout.first_of else None)
    for ours, theirs in layout.otherwise.items():
        values[ours] = values.get(ours) or _joined(said, theirs)
    for each in layout.title_case:
        values[each] = title_cased(values.get(each, ""))
    for each in layout.dates:
        values[each] = _COMPACT_DAY.sub(r"\1-\2-\3", values.get(each, ""))
    _take_email(values)
    if layout.hours:
        _take_hours(said, layout, values)
    for rule in layout.rules:
        if _applies(rule, said):
            values |= rule.sets
    return values


def _joined(
    said: Mapping[str, str], theirs: Iterable[str], most: int | None = None
) -> str:
    """What stands in some columns, joined by commas; at most so many of them."""
    parts = [part for each in theirs if (part := said.get(plain_name(each), ""))]
    return ", ".join(" ".join(each.split()) for each in parts[:most])


def _take_email(values: dict[str, str]) -> None:
    """The address alone of ``Name <name@example.org>``, if there is just one."""
    found = _EMAIL.findall(values.get("email", ""))
    if len(found) == 1:
        values["email"] = found[0]


def _take_hours(
    said: Mapping[str, str], layout: Layout, values: dict[str, str]
) -> None:
    """Opening hours in one syntax; what nobody can read as it was, day by day."""
    days = {
        day: next((v for each in theirs if (v := said.get(plain_name(each), ""))), "")
        for day, theirs in layout.hours.items()
    }
    found = opening_hours(days)
    words = "; ".join(f"{day} {text}" for day, text in days.items() if text)
    values["opening_hours"] = words if found is None else found


def title_cased(text: str) -> str:
    """Text that is all in capitals, as a person would write it; other text as it is."""
    if not text.isupper():
        return text
    words = list(_WORD.finditer(text))

    def cased(match: re.Match[str]) -> str:
        word = match[0]
        if word in _INITIALS:
            return word
        small = word.lower()
        return small if small in _SMALL and match.start() > 0 else small.capitalize()

    return _WORD.sub(cased, text) if words else text
