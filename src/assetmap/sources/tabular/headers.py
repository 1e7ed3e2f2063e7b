"""Rows of cells under a header, wherever among the first rows it stands."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue

HEAD_LINES = 10
"""How far down a header is looked for."""

Cells = tuple[int, list[str]]
"""The line on which a row starts, and its cells."""


@dataclass(frozen=True)
class Record:
    """A record near the top of a table: the last line it stands on, and its cells."""

    delimiter: str
    line: int
    cells: list[str]

    @property
    def plain(self) -> list[str]:
        """The cells as column names are compared."""
        return [plain_name(each) for each in self.cells]

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(bool(each) for each in self.plain)


@dataclass(frozen=True)
class Header:
    """Where the header ends, and the column names; empty for those ignored."""

    delimiter: str
    line: int
    names: tuple[str, ...]

    @property
    def least(self) -> int:
        """The fewest cells that a row may have."""
        return max(place for place, name in enumerate(self.names, 1) if name)


def plain_name(column: str) -> str:
    """A column name without what makes no difference: case, spaces, underscores."""
    return re.sub(r"[\s_\ufeff]+", "", column).casefold()


def header_among(
    records: Iterable[Record], needed: tuple[str, ...], file: str
) -> Header:
    """The header: the record with the most needed columns, or else the fullest.

    Raises:
        BadFile: there is none, it lacks a column, or has several of one name.
    """
    best = _likeliest(records, [plain_name(each) for each in needed], file)
    plain = best.plain
    shown = ", ".join(_one_line(each)[:40] for each in best.cells[:40] if each.strip())
    missing = [each for each in needed if plain_name(each) not in plain]
    if missing:
        raise BadFile(
            file,
            f"has no column named {', '.join(missing)}; line {best.line} has {shown}",
            missing=missing,
        )
    twice = [name for name, times in Counter(plain).items() if name and times > 1]
    if twice:
        raise BadFile(file, f"has several columns named {', '.join(twice)}: {shown}")
    called = {plain_name(each): each for each in needed}
    names = (
        called.get(name, _one_line(cell))
        for name, cell in zip(plain, best.cells, strict=True)
    )
    return Header(best.delimiter, best.line, tuple(names))


def _one_line(cell: str) -> str:
    """A heading without the line breaks that spreadsheets wrap it by."""
    return " ".join(cell.replace("\ufeff", " ").split())


def _likeliest(records: Iterable[Record], needed: list[str], file: str) -> Record:
    def score(record: Record) -> tuple[int, int]:
        matched = len(set(needed) & set(record.plain))
        return matched, record.filled if matched or not needed else 0

    best = max(records, key=score, default=None)
    if best is None:
        raise BadFile(file, "is empty: it holds no rows")
    return best


def rows_under(
    header: Header,
    records: Iterable[Cells],
    file: str,
    issues: list[RowIssue] | None,
) -> Iterator[RawRow]:
    """The rows below a header; one whose cells do not fit it is added to ``issues``.

    Raises:
        BadFile: there are none, or one does not fit and no ``issues`` were given.
    """
    is_bare = True
    for line, cells in records:
        if not any(each.strip() for each in cells):
            continue
        is_bare = False
        if fault := _misfit(cells, header):
            shown = header.delimiter.join(cells)[:200]
            refuse(RowIssue(file, line, "row", shown, fault), issues)
            continue
        pairs = zip(header.names, cells, strict=False)
        yield RawRow(file, line, {name: cell for name, cell in pairs if name})
    if is_bare and not issues:
        raise BadFile(file, f"holds no rows below its header on line {header.line}")


def _misfit(cells: list[str], header: Header) -> str | None:
    """Why cells do not fit under the header; empty ones too many do no harm."""
    columns = len(header.names)
    if len(cells) < header.least or any(each.strip() for each in cells[columns:]):
        return f"has {len(cells)} cells where the header has {columns}"
    return None


def refuse(issue: RowIssue, issues: list[RowIssue] | None) -> None:
    """Add an issue to those that are gathered, or stop at it.

    Raises:
        BadFile: none are gathered.
    """
    if issues is None:
        said = f"line {issue.line} {issue.reason}"
        raise BadFile(issue.file, said, line=issue.line)
    issues.append(issue)
