"""A user's own table of counts by code: read with every value at fault named."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from assetmap.errors import BadValue, Invalid
from assetmap.issues import RawRow, RowIssue, number, refused
from assetmap.reconciliation.model import Floats

MISSING = {
    *("", "-", "..", "…", ":", ".", "*", "**", "c", "x", "u", "z"),
    *("na", "n/a", "nan", "null", "none", "missing", "suppressed", "low"),
}
"""How publishers write that a number is withheld or not there; brackets aside."""

MOST = 1e15
_ORDER = re.compile(
    r"(?:^|[^a-z])(rank|decile|quintile|quartile|percentile|vigintile)s?(?:$|[^a-z])"
)
_NO_COUNT = re.compile(
    r"(?:^|[^a-z])(score|rate|ratio|percent|percentage|pct|proportion|share|density|"
    r"mean|average|avg|median|index|per)s?(?:$|[^a-z])"
)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class BadTable(Invalid):
    """A table of counts cannot be carried from one boundary set to another."""

    title = "Bad table"


@dataclass(frozen=True)
class Columns:
    """Which columns of a table are what; each margin belongs to a count."""

    counts: tuple[str, ...]
    rates: tuple[tuple[str, str], ...] = ()
    margins: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None

    @property
    def carried(self) -> tuple[str, ...]:
        """Every column that is carried as a count, once."""
        parts = [each for pair in self.rates for each in pair]
        return tuple(dict.fromkeys([*self.counts, *parts]))

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every column that is read as a number."""
        return tuple(dict.fromkeys([*self.carried, *self.margins.values()]))


@dataclass(frozen=True)
class OwnTable:
    """Numbers by source, in the order of its codes; nan where there is none.

    ``unplaced`` adds up what stands under codes that the source set has not:
    ``unknown`` names them.
    """

    values: Mapping[str, Floats]
    unplaced: Mapping[str, float]
    unknown: Sequence[str]
    issues: Sequence[RowIssue]
    rows: int


def checked(columns: Columns) -> Columns:
    """The columns, once it is seen that they can be carried.

    Raises:
        BadTable: there is nothing to carry, a margin belongs to no count, or a column
            holds an order, which no sum or mean keeps.
    """
    if not columns.carried:
        raise BadTable("Name at least one column to carry.")
    for count in columns.margins:
        if count not in columns.carried:
            raise BadTable(f"The margin of {count!r} has no count of that name.")
    for name in columns.carried:
        if found := _ORDER.search(_in_words(name)):
            raise BadTable(
                f"Column {name!r} is a {found[1]}: those cannot be added or averaged. "
                "Carry the counts that they were made from.",
                column=name,
            )
    return columns


def _in_words(name: str) -> str:
    """A column's name in lower case, words run together parted: ``meanAge`` too."""
    return _WORDS.sub("_", name).lower()


def warnings_of(columns: Columns) -> dict[str, str]:
    """What is to be said of columns that are carried as counts and look like none."""
    said = {}
    for name in columns.carried:
        found = _NO_COUNT.search(_in_words(name))
        kind = found[1] if found else "%" if "%" in name else None
        if kind is not None:
            said[name] = (
                f"Column {name!r} looks like no count ({kind}) and was added up as "
                "one. Carry the counts that it was made from: a rate as NUM/DEN."
            )
    return said


def read_table(
    rows: Iterable[RawRow], columns: Columns, codes: Sequence[str], set_name: str
) -> OwnTable:
    """The numbers of a table by source; values at fault are issues and missing.

    Raises:
        BadTable: no column holds codes of the set, a code stands twice, or a column
            is not there.
    """
    listed = list(rows)
    place = {code: at for at, code in enumerate(codes)}
    code_column = columns.code or _code_column(listed, place, set_name)
    _check_columns(listed, (code_column, *columns.numbers))
    reader = _Reader(columns, len(codes))
    for row in listed:
        reader.take(row, code_column, place, set_name)
    if not reader.lines:
        raise BadTable(
            f"No value of {code_column!r} is a code of {set_name!r}: "
            f"{', '.join(reader.unknown[:5])}. Is it of another vintage?",
            column=code_column,
        )
    return OwnTable(
        reader.values, reader.unplaced, reader.unknown, reader.issues, len(listed)
    )


class _Reader:
    """Takes rows one by one; what they add up to is in its fields."""

    def __init__(self, columns: Columns, sources: int) -> None:
        self.columns = columns
        self.values = {each: np.full(sources, np.nan) for each in columns.numbers}
        self.unplaced = dict.fromkeys(columns.carried, 0.0)
        self.unknown: list[str] = []
        self.issues: list[RowIssue] = []
        self.lines: dict[str, int] = {}

    def take(
        self, row: RawRow, code_column: str, place: Mapping[str, int], set_name: str
    ) -> None:
        """Read one row.

        Raises:
            BadTable: its code stood in a row before it.
        """
        code = row.values.get(code_column, "").strip()
        found = {each: self._number(row, each) for each in self.columns.numbers}
        at = place.get(code)
        if at is None:
            self.unknown.append(code)
            reason = f"is no code of {set_name}"
            self.issues.append(RowIssue(row.file, row.line, code_column, code, reason))
            for each in self.columns.carried:
                self.unplaced[each] += np.nan_to_num(found[each])
            return
        if code in self.lines:
            raise BadTable(
                f"{row.file}:{row.line}: {code_column} {code!r} stands on line "
                f"{self.lines[code]} too.",
                line=row.line,
                code=code,
            )
        self.lines[code] = row.line
        for each, value in found.items():
            self.values[each][at] = value

    def _number(self, row: RawRow, column: str) -> float:
        """A number, or nan for one that is missing or at fault."""
        text = row.values.get(column, "").strip().lower().strip("[]()")
        if text in MISSING:
            return float("nan")
        try:
            return number(row, column, 0, MOST)
        except BadValue as bad:
            self.issues.append(refused(row, bad))
            return float("nan")


def _code_column(rows: list[RawRow], place: Mapping[str, int], set_name: str) -> str:
    """The one column that holds codes of the set."""
    names = list(rows[0].values) if rows else []
    counts = {
        name: sum(row.values.get(name, "").strip() in place for row in rows)
        for name in names
    }
    most = max(counts.values(), default=0)
    best = [name for name in names if counts[name] == most]
    if most == 0:
        raise BadTable(
            f"No column holds codes of {set_name!r}; there are {', '.join(names)}."
        )
    if len(best) > 1:
        raise BadTable(
            f"Which column holds the codes of {set_name!r}: {' or '.join(best)}?"
        )
    return best[0]


def _check_columns(rows: list[RawRow], wanted: Iterable[str]) -> None:
    names = set(rows[0].values) if rows else set()
    for each in wanted:
        if each not in names:
            raise BadTable(
                f"There is no column {each!r}; there are {', '.join(sorted(names))}.",
                column=each,
            )
