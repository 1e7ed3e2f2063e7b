"""Counts by building block as publishers send them: which table, and which columns.

Census tables (TS001) come as a zip with a file for each level, the small-area estimates
as a workbook with a sheet for each year and titles above the header, others as CSV.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.tabular.headers import Record
from assetmap.sources.tabular.table_heads import (
    TableHead,
    called,
    code_column,
    heads_of,
)

_COUNT = re.compile(
    r"count|population|people|persons|residents|usualresidents|total|totalpopulation|"
    r"allpersons|allages|allusualresidents|obsvalue|observation|"
    r"residencetype:total;measures:value"
)
_YEAR = re.compile(r"\b(?:mid[- ]?)?((?:19|20)\d\d)\b", re.I)


@dataclass(frozen=True)
class CountTable:
    """One table of counts, the columns that are read of it, and what it is of.

    ``hits`` is how many of its first rows have a code of the blocks.
    """

    head: TableHead
    code: str
    count: str
    hits: int

    @property
    def name(self) -> str:
        """What it is called, for messages."""
        return self.head.name

    @property
    def year(self) -> int | None:
        """The year in the name of the sheet."""
        found = _YEAR.search(self.head.sheet or "")
        return int(found[1]) if found else None

    @property
    def mid_year(self) -> date | None:
        """The day that estimates for a year are of."""
        return date(self.year, 6, 30) if self.year else None

    def rows(self, issues: list[RowIssue]) -> Iterator[RawRow]:
        """Its rows; those that do not fit its header are added to ``issues``."""
        yield from self.head.rows((self.code, self.count), issues)


def find_counts(
    path: Path,
    known: Collection[str],
    code: str | None = None,
    count: str | None = None,
    sheet: str | None = None,
) -> CountTable:
    """The table of counts in a file whose codes are those known.

    Columns that are not named are found by how publishers call them. Of the sheets of
    several years the newest is taken.

    Raises:
        BadFile: it cannot be read, or does not tell which table or columns are meant.
    """
    heads = list(heads_of(path, sheet))
    found = [
        table
        for head in heads
        if (table := _table(head, known, code, count)) is not None
    ]
    if not found:
        raise _no_columns(path, code, count, heads)
    best = max(each.hits > 0 for each in found)
    return _only([each for each in found if (each.hits > 0) == best], path.name)


def _table(
    head: TableHead, known: Collection[str], code: str | None, count: str | None
) -> CountTable | None:
    """The table under the first record that has both columns; None if none has."""
    for record in head.records:
        codes = code_column(head, record, known, code)
        counts = called(record, count, _COUNT)
        if codes is not None and counts:
            return CountTable(head, codes[0], counts[0], codes[1])
    return None


def _only(found: list[CountTable], file: str) -> CountTable:
    """The one table, or of those of several years the newest.

    Raises:
        BadFile: several could be meant.
    """
    if len(found) == 1:
        return found[0]
    years = {each.year for each in found}
    if None not in years and len(years) == len(found):
        return max(found, key=lambda each: each.year or 0)
    names = ", ".join(each.name for each in found)
    is_sheet = found[0].head.sheet is not None
    how = "Name one with --sheet" if is_sheet else "Unpack the one that is meant"
    raise BadFile(file, f"which of its tables? {how}: {names}")


def _no_columns(
    path: Path, code: str | None, count: str | None, heads: list[TableHead]
) -> BadFile:
    if not any(each.records for each in heads):
        return BadFile(path.name, "is empty: it holds no rows")
    wanted = [each for each in (code, count) if each] or ["code", "count"]
    return BadFile(
        path.name,
        f"has no column named {', '.join(wanted)}; {shown(heads)}. "
        "Name its columns with --code and --count",
    )


def shown(heads: list[TableHead]) -> str:
    """The first record of each of some tables, for messages."""

    def of(record: Record) -> str:
        cells = [each.strip()[:40] for each in record.cells[:40] if each.strip()]
        return f"line {record.line} has {', '.join(cells)}"

    told = [of(each.records[0]) for each in heads[:3] if each.records]
    return "; ".join(told) or "it holds no table"
