"""The tables that a file holds, by their first rows: CSV, sheets, or CSV in a zip."""

import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.limits import limits
from assetmap.sources.tabular.csv_files import head_records, rows_in, rows_of
from assetmap.sources.tabular.headers import Record, plain_name
from assetmap.sources.tabular.spreadsheets import is_spreadsheet, sheet_heads
from assetmap.sources.tabular.text_lines import check_is_file, opened
from assetmap.sources.tabular.zipped_tables import check_table, zipped_tables

_AREA = (
    r"(oa|outputarea|lsoa|msoa|dz|datazone|iz|sa|sdz|lad|ltla|utla|localauthority"
    r"(district)?|wd|ward|blocks?|area)"
)
CODE = re.compile(
    rf"geographycode|code|gsscode|{_AREA}(\d\d|\d{{4}})?(cd|code)(\(\d{{4}}\))?"
)
"""What publishers call a column of codes, as names are compared."""

Source = Path | zipfile.Path


@dataclass(frozen=True)
class TableHead:
    """The first records of a table; ``sheet`` is the sheet of a workbook."""

    source: Source
    sheet: str | None
    records: list[Record]

    @property
    def name(self) -> str:
        """What it is called, for messages."""
        return self.sheet or self.source.name

    def below(self, header: Record) -> list[list[str]]:
        """The cells of the records under a header."""
        return [
            each.cells
            for each in self.records
            if each.line > header.line and each.delimiter == header.delimiter
        ]

    def rows(
        self, columns: tuple[str, ...], issues: list[RowIssue]
    ) -> Iterator[RawRow]:
        """The table's rows; those that do not fit its header are added to ``issues``.

        Raises:
            BadFile: it cannot be read.
        """
        if isinstance(self.source, Path):
            yield from rows_of(self.source, columns, issues, sheet=self.sheet)
            return
        with opened(self.source) as stream:
            yield from rows_in(stream, self.source.name, columns, issues)


def heads_of(path: Path, sheet: str | None) -> Iterator[TableHead]:
    """Each table that a file holds, or the sheet of that name.

    Raises:
        BadFile: it cannot be read, or has no such sheet.
    """
    check_is_file(path)
    if is_spreadsheet(path):
        for name, head in sheet_heads(path, sheet):
            yield TableHead(path, name, head)
    elif sheet is not None:
        raise BadFile(path.name, f"is no spreadsheet: it has no sheet {sheet!r}")
    elif zipfile.is_zipfile(path):
        for each in zipped_tables(path, limits()):
            check_table(each, limits())
            with opened(each) as stream:
                yield TableHead(each, None, head_records(stream, each.name))
    else:
        with opened(path) as stream:
            yield TableHead(path, None, head_records(stream, path.name))


def headings(record: Record) -> list[str]:
    """The cells of a header, each on one line."""
    return [" ".join(each.replace("\ufeff", " ").split()) for each in record.cells]


def called(record: Record, name: str | None, pattern: re.Pattern[str]) -> list[str]:
    """The headings of a record that are called so, or else as the pattern says."""
    return [
        heading
        for heading, plain in zip(headings(record), record.plain, strict=True)
        if (plain == plain_name(name) if name else pattern.fullmatch(plain))
    ]


def code_column(
    head: TableHead, record: Record, known: Collection[str], name: str | None = None
) -> tuple[str, int] | None:
    """The column of codes under a header, and how many of the first rows are known.

    Of several that with most codes known; None if there is none.
    """
    below = head.below(record)

    def hits(heading: str) -> int:
        place = record.plain.index(plain_name(heading))
        return sum(len(row) > place and row[place].strip() in known for row in below)

    found = called(record, name, CODE)
    best = max(found, key=hits, default=None)
    return None if best is None else (best, hits(best))
