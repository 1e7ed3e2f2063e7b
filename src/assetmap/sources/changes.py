"""Registers of codes that came after others: by year, between censuses, or by day."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from assetmap.errors import BadFile, BadValue
from assetmap.issues import RawRow, RowIssue, checked_code, refused, required
from assetmap.sources.tabular.csv_files import rows_of
from assetmap.sources.tabular.headers import plain_name

_YEARLY = re.compile(r"^(?P<area>[a-z]+?)(?P<year>\d\d)_?(?P<what>cd|nm|code|name)$")
_BY_DAY = ("code_from", "code_to", "changed_on")

COUNCILS = ("lad", "ltla", "utla", "ctyua")
"""Councils are changed by orders that take effect on the first day of April."""

CENSUS_DAYS = {11: date(2011, 3, 27), 21: date(2021, 3, 21)}
CENSUS_AREAS = ("oa", "lsoa", "msoa")

Coded = tuple[str, str]
"""A code and its name, or the columns of both."""


@dataclass(frozen=True)
class Change:
    """One row of a register: an old and a new code with their names, from a day on."""

    old: Coded
    new: Coded
    on: date


Read = Callable[[RawRow], list[Change]]


def read_changes(
    path: Path, on: date | None, issues: list[RowIssue], area: str | None = None
) -> list[Change]:
    """Every old and new code of a register, those that stayed as they were included.

    Either columns ``code_from``, ``code_to`` and ``changed_on`` (and ``name_from``,
    ``name_to``), or a code and a name for each of several years, as ONS look-ups have
    them (``LSOA11CD, LSOA21CD``; ``ltla22_code, ltla23_code``). ``on`` is the day of
    the change for a register of two years that does not imply one.

    Raises:
        BadFile: it cannot be read, or does not tell its columns or its days.
    """
    rows = list(rows_of(path, issues=issues))
    names = {plain_name(each): each for each in rows[0].values}
    if all(plain_name(each) in names for each in _BY_DAY):
        changes = _each_row(rows, lambda row: [_by_day(row, names)], issues)
    else:
        steps = _steps(list(rows[0].values), path.name, on, area)
        changes = _each_row(rows, lambda row: _by_year(row, steps), issues)
    return list(dict.fromkeys(changes))


def _each_row(
    rows: Iterable[RawRow], read: Read, issues: list[RowIssue]
) -> Iterator[Change]:
    for row in rows:
        try:
            yield from read(row)
        except BadValue as bad:
            issues.append(refused(row, bad))


def _by_day(row: RawRow, names: Mapping[str, str]) -> Change:
    def cell(column: str) -> str:
        return row.values.get(names.get(plain_name(column), ""), "").strip()

    old, new = (_code(row, names[plain_name(each)]) for each in _BY_DAY[:2])
    text = required(row, names[plain_name("changed_on")])
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise BadValue("changed_on", text, "is not a day as YYYY-MM-DD") from None
    name_to = cell("name_to") or new
    return Change((old, cell("name_from") or old), (new, name_to), on)


def _code(row: RawRow, column: str) -> str:
    return checked_code(column, required(row, column))


@dataclass(frozen=True)
class _Step:
    """The columns of two years that follow each other, and the day between them."""

    old: Coded
    new: Coded
    on: date


def _by_year(row: RawRow, steps: Iterable[_Step]) -> list[Change]:
    def coded(columns: Coded) -> Coded:
        code = _code(row, columns[0])
        return code, row.values.get(columns[1], "").strip() or code

    return [Change(coded(each.old), coded(each.new), each.on) for each in steps]


def _steps(
    names: list[str], file: str, on: date | None, area: str | None
) -> list[_Step]:
    columns = _columns(names)
    found = [each for each in columns if area is None or each == area.lower()]
    if len(found) != 1:
        several = ", ".join(found or columns)
        raise BadFile(
            file,
            "which columns hold the old and the new code? It needs code_from, code_to "
            "and changed_on, or a code for each of several years"
            + (f"; say with --area which of {several}" if several else "")
            + f"; it has {', '.join(names)}",
            columns=names,
        )
    years = columns[found[0]]
    ordered = sorted(years)
    return [
        _Step(years[one], years[other], _day(found[0], one, other, on, file))
        for one, other in pairwise(ordered)
    ]


def _columns(names: list[str]) -> dict[str, dict[int, Coded]]:
    """Columns of code and name by area and year, of areas that have several years."""
    parts: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for name in names:
        if match := _YEARLY.match(name.strip().strip("\ufeff").casefold()):
            what = "code" if match["what"] in {"cd", "code"} else "name"
            parts[match["area"], int(match["year"])][what] = name
    found: dict[str, dict[int, Coded]] = defaultdict(dict)
    for (area, year), columns in parts.items():
        if "code" in columns:
            found[area][year] = (columns["code"], columns.get("name", columns["code"]))
    return {area: years for area, years in found.items() if len(years) > 1}


def _day(area: str, old: int, new: int, on: date | None, file: str) -> date:
    """The first day of the newer year's codes.

    Raises:
        BadFile: nothing implies it and it was not given.
    """
    if on is not None:
        return on
    if area in CENSUS_AREAS and old in CENSUS_DAYS and new in CENSUS_DAYS:
        return CENSUS_DAYS[new]
    if area in COUNCILS:
        return date(2000 + new, 4, 1)
    raise BadFile(
        file, f"does not say on which day the codes of 20{new:02} began: use --on"
    )
