"""Tables as lists of cells, for reports that may come without a header."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from assetmap.errors import BadFile
from assetmap.sources.tabular.spreadsheets import every_sheet, is_spreadsheet
from assetmap.sources.tabular.text_lines import check_is_file, lines_of, opened

Record = tuple[int, list[str]]
"""The line that a record starts on, and its cells."""

_SNIFFED = 5


@dataclass(frozen=True)
class Cells:
    """A table without any knowledge of what its columns are."""

    file: str
    records: list[Record]


def read_cells(path: Path) -> list[Cells]:
    """The tables of a file: one of a CSV, one for each sheet of a spreadsheet.

    Rows without any text are left out.

    Raises:
        BadFile: it cannot be read.
    """
    check_is_file(path)
    if is_spreadsheet(path):
        return [
            Cells(f"{path.name} [{name}]", [each for each in rows if _is_filled(each)])
            for name, rows in every_sheet(path)
        ]
    records = [each for each in _records(path) if _is_filled(each)]
    if not records:
        raise BadFile(path.name, "is empty: it holds no rows")
    return [Cells(path.name, records)]


def _is_filled(record: Record) -> bool:
    return any(cell.strip() for cell in record[1])


def _records(path: Path) -> Iterator[Record]:
    with opened(path) as stream:
        lines = lines_of(stream, path.name, "utf-8")
        head = list(islice(lines, _SNIFFED))
        first = head[0] if head else ""
        delimiter = max(",;\t", key=first.count)
        reader = csv.reader(_chained(head, lines), delimiter=delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                said = f"line {line} has a quotation mark that is never closed"
                raise BadFile(path.name, said, line=line) from error
            yield line, cells


def _chained(head: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from head
    yield from rest
