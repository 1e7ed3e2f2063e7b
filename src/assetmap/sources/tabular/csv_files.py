"""Rows of CSV files, as suppliers and spreadsheets write them."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.tabular.headers import (
    HEAD_LINES,
    Cells,
    Header,
    Record,
    header_among,
    refuse,
    rows_under,
)
from assetmap.sources.tabular.spreadsheets import is_spreadsheet, sheet_rows
from assetmap.sources.tabular.text_lines import LONGEST_LINE, lines_of, opened

LONGEST_FIELD = 5_000_000
"""Characters of the longest cell: a shape of a hundred thousand vertices as text."""

_DELIMITERS = (",", ";", "\t")

_OVERLONG = "." * (LONGEST_FIELD + 1) + "\n"
"""What is read in place of a line that is too long: as little a row as it."""

# The limit holds for the whole process; its default refuses a field of 128 KB.
csv.field_size_limit(LONGEST_FIELD)


def rows_of(
    path: Path,
    needed: Iterable[str] = (),
    issues: list[RowIssue] | None = None,
    encoding: str = "utf-8",
    sheet: str | None = None,
) -> Iterator[RawRow]:
    """The rows of a CSV file, gzipped or not, or of a spreadsheet.

    Comma, semicolon or tab; with or without a byte-order mark. The header is the
    first line, or where columns are needed the line of the first ten that has them;
    capitals, spaces and underscores in names make no difference, and a needed column
    comes under the name it is asked by. A row whose cells do not fit the header is
    added to ``issues``. Of several sheets the one named, or the only one that has the
    needed columns.

    Raises:
        BadFile: it cannot be read, lacks a needed column, holds no rows, or has a
            row that does not fit and no ``issues`` to add it to.
    """
    columns = tuple(needed)
    with opened(path) as stream:
        if is_spreadsheet(path):
            yield from sheet_rows(path, columns, issues, sheet)
        elif sheet is not None:
            raise BadFile(path.name, f"is no spreadsheet: it has no sheet {sheet!r}")
        else:
            yield from rows_in(stream, path.name, columns, issues, encoding)


def rows_in(
    stream: BinaryIO,
    file: str,
    needed: Iterable[str] = (),
    issues: list[RowIssue] | None = None,
    encoding: str = "utf-8",
) -> Iterator[RawRow]:
    """The rows of CSV that is sent rather than kept in a file, as ``rows_of``."""
    lines = lines_of(stream, file, encoding, _OVERLONG)
    head = list(islice(lines, HEAD_LINES))
    columns = tuple(needed)
    header = header_among(_candidates(head, bool(columns), file), columns, file)
    rest = chain(head[header.line :], lines)
    yield from rows_under(header, _records(rest, header, file, issues), file, issues)


def head_records(stream: BinaryIO, file: str) -> list[Record]:
    """The first records, read by each delimiter in turn.

    Raises:
        BadFile: they cannot be read.
    """
    head = list(islice(lines_of(stream, file, "utf-8"), HEAD_LINES))
    return _candidates(head, is_choosy=True, file=file)


def _candidates(head: list[str], is_choosy: bool, file: str) -> list[Record]:
    """Records that may be the header; unless columns are needed, first ones only."""
    found: list[Record] = []
    for delimiter in _DELIMITERS:
        filled = [each for each in _first_records(head, delimiter) if each.filled]
        found += filled if is_choosy else filled[:1]
    if not found and any(each.strip() for each in head):
        raise BadFile(file, _too_long(1))
    return found


def _first_records(head: list[str], delimiter: str) -> Iterator[Record]:
    """Records by one delimiter, as far as they can be read by it."""
    reader = csv.reader(head, delimiter=delimiter)
    with suppress(csv.Error):
        for cells in reader:
            yield Record(delimiter, reader.line_num, cells)


def _too_long(line: int) -> str:
    return (
        f"line {line} has a field of over {LONGEST_FIELD:,} characters: "
        "is a quotation mark not closed?"
    )


def _records(
    lines: Iterable[str], header: Header, file: str, issues: list[RowIssue] | None
) -> Iterator[Cells]:
    """Records after the header, with the line that each starts on."""
    reader = csv.reader(lines, delimiter=header.delimiter, strict=True)
    while True:
        line = header.line + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # A cell too long on one line is that row's fault; over several lines the
            # quotation mark before it may not be closed, and no row after it is sure.
            is_one_line = header.line + reader.line_num == line
            refuse(_fault(file, line, error, is_one_line), issues)
            continue
        yield line, cells


def _fault(file: str, line: int, error: csv.Error, is_one_line: bool) -> RowIssue:
    """What is wrong with the row that begins on a line.

    Raises:
        BadFile: with it the rows that follow cannot be read either.
    """
    if "expected after" in str(error):
        said = "has text after a closing quotation mark"
        return RowIssue(file, line, "row", "", said)
    if "larger" not in str(error):
        reason = f"a quotation mark opened on line {line} is never closed"
        raise BadFile(file, reason, line=line) from error
    if not is_one_line:
        raise BadFile(file, _too_long(line), line=line) from error
    said = (
        f"has a cell of over {LONGEST_FIELD:,} characters, or over {LONGEST_LINE:,} in "
        "all"
    )
    return RowIssue(file, line, "row", "", said)
