"""Rows of CSV files, as suppliers and spreadsheets write them."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.text_lines import lines_of, opened

LONGEST_FIELD = 1_000_000
_HEAD_LINES = 10
_DELIMITERS = (",", ";", "\t")

# The limit holds for the whole process; its default refuses a field of 128 KB.
csv.field_size_limit(LONGEST_FIELD)


@dataclass(frozen=True)
class _Record:
    """A record near the top of a file: the last line it stands on, and its cells."""

    delimiter: str
    line: int
    cells: list[str]

    @property
    def plain(self) -> list[str]:
        return [plain_name(each) for each in self.cells]

    @property
    def filled(self) -> int:
        return sum(bool(each) for each in self.plain)


@dataclass(frozen=True)
class _Header:
    """Where the header ends, and the column names; empty for those ignored."""

    delimiter: str
    line: int
    names: tuple[str, ...]

    @property
    def least(self) -> int:
        """The fewest cells that a row may have."""
        return max(place for place, name in enumerate(self.names, 1) if name)


def rows_of(
    path: Path,
    needed: Iterable[str] = (),
    issues: list[RowIssue] | None = None,
    encoding: str = "utf-8",
) -> Iterator[RawRow]:
    """The rows of a CSV file, gzipped or not; a needed column under that name.

    Comma, semicolon or tab; with or without a byte-order mark. The header is the
    first line, or where columns are needed the line of the first ten that has them;
    capitals, spaces and underscores in names make no difference. A row whose cells
    do not fit the header is added to ``issues``.

    Raises:
        BadFile: it cannot be read, lacks a needed column, holds no rows, or has a
            row that does not fit and no ``issues`` to add it to.
    """
    with opened(path) as stream:
        yield from rows_in(stream, path.name, needed, issues, encoding)


def rows_in(
    stream: BinaryIO,
    file: str,
    needed: Iterable[str] = (),
    issues: list[RowIssue] | None = None,
    encoding: str = "utf-8",
) -> Iterator[RawRow]:
    """The rows of CSV that is sent rather than kept in a file, as ``rows_of``."""
    lines = lines_of(stream, file, encoding)
    head = list(islice(lines, _HEAD_LINES))
    header = _header(head, tuple(needed), file)
    rest = chain(head[header.line :], lines)
    records = _records(rest, header, file, issues)
    is_bare = True
    for line, cells in filter(_is_filled, records):
        is_bare = False
        if fault := _misfit(cells, header):
            shown = header.delimiter.join(cells)[:200]
            _refuse(RowIssue(file, line, "row", shown, fault), issues)
            continue
        pairs = zip(header.names, cells, strict=False)
        yield RawRow(file, line, {name: cell for name, cell in pairs if name})
    if is_bare and not issues:
        raise BadFile(file, f"holds no rows below its header on line {header.line}")


def _is_filled(record: tuple[int, list[str]]) -> bool:
    return any(each.strip() for each in record[1])


def plain_name(column: str) -> str:
    """A column name without what makes no difference: case, spaces, underscores."""
    return re.sub(r"[\s_\ufeff]+", "", column).casefold()


def _header(head: list[str], needed: tuple[str, ...], file: str) -> _Header:
    """The header among the first lines of a file."""
    best = _likeliest(head, [plain_name(each) for each in needed], file)
    plain = best.plain
    shown = ", ".join(each.strip()[:40] for each in best.cells[:40] if each.strip())
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
        called.get(name, cell.strip().strip("\ufeff"))
        for name, cell in zip(plain, best.cells, strict=True)
    )
    return _Header(best.delimiter, best.line, tuple(names))


def _likeliest(head: list[str], needed: list[str], file: str) -> _Record:
    """The record with the most needed columns; where none is needed, the first."""
    found: list[_Record] = []
    for delimiter in _DELIMITERS:
        filled = [each for each in _first_records(head, delimiter) if each.filled]
        found += filled if needed else filled[:1]
    if not found:
        is_blank = not any(each.strip() for each in head)
        raise BadFile(file, "is empty: it holds no rows" if is_blank else _too_long(1))

    def score(record: _Record) -> tuple[int, int]:
        matched = len(set(needed) & set(record.plain))
        return matched, record.filled if matched or not needed else 0

    return max(found, key=score)


def _first_records(head: list[str], delimiter: str) -> Iterator[_Record]:
    """Records by one delimiter, as far as they can be read by it."""
    reader = csv.reader(head, delimiter=delimiter)
    with suppress(csv.Error):
        for cells in reader:
            yield _Record(delimiter, reader.line_num, cells)


def _too_long(line: int) -> str:
    return (
        f"line {line} has a field of over {LONGEST_FIELD:,} characters: "
        "is a quotation mark not closed?"
    )


def _records(
    lines: Iterable[str], header: _Header, file: str, issues: list[RowIssue] | None
) -> Iterator[tuple[int, list[str]]]:
    """Records after the header, with the line that each starts on."""
    reader = csv.reader(lines, delimiter=header.delimiter, strict=True)
    while True:
        line = header.line + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "expected after" not in str(error):
                reason = f"a quotation mark opened on line {line} is never closed"
                if "larger" in str(error):
                    reason = _too_long(line)
                raise BadFile(file, reason, line=line) from error
            fault = "has text after a closing quotation mark"
            _refuse(RowIssue(file, line, "row", "", fault), issues)
            continue
        yield line, cells


def _misfit(cells: list[str], header: _Header) -> str | None:
    """Why cells do not fit under the header; empty ones too many do no harm."""
    columns = len(header.names)
    if len(cells) < header.least or any(each.strip() for each in cells[columns:]):
        return f"has {len(cells)} cells where the header has {columns}"
    return None


def _refuse(issue: RowIssue, issues: list[RowIssue] | None) -> None:
    if issues is None:
        said = f"line {issue.line} {issue.reason}"
        raise BadFile(issue.file, said, line=issue.line)
    issues.append(issue)
