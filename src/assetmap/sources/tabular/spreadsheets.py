"""Rows of spreadsheets: xlsx, xlsm, xlsb, xls and ods, read by a process of its own."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

import orjson

from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.settings import settings
from assetmap.sources.tabular.headers import (
    HEAD_LINES,
    Cells,
    Record,
    header_among,
    plain_name,
    rows_under,
)

_PROGRAM = Path(__file__).with_name("sheet_process.py")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_DAMAGED = "is damaged, or needs more memory than ASSETMAP_MAX_SHEET_BYTES gives"

Sheet = dict[str, Any]


def is_spreadsheet(path: Path) -> bool:
    """Whether a file is a spreadsheet by its content, whatever its name."""
    with path.open("rb") as file:
        start = file.read(8)
    if start == _OLD_EXCEL:
        return True
    if not start.startswith(b"PK\x03\x04"):
        return False
    with suppress(zipfile.BadZipFile, OSError), zipfile.ZipFile(path) as packed:
        return not set(_PARTS).isdisjoint(packed.namelist())
    return False


def sheet_heads(path: Path, sheet: str | None = None) -> list[tuple[str, list[Record]]]:
    """The first rows of each sheet that holds any, or of the one named.

    Raises:
        BadFile: it cannot be read, or has no such sheet.
    """
    with _talk(path) as (_, stream):
        sheets = _read(stream, path.name)
    if sheet is not None:
        sheets = [sheets[_sheet_place(sheets, path.name, (), sheet)]]
    return [
        (
            each["name"],
            [Record(",", line, row) for line, row in enumerate(each["rows"], 1)],
        )
        for each in sheets
        if any(map(any, each["rows"]))
    ]


def sheet_rows(
    path: Path,
    needed: tuple[str, ...],
    issues: list[RowIssue] | None,
    sheet: str | None,
) -> Iterator[RawRow]:
    """The rows of one sheet, as text: numbers plain, dates as ISO 8601.

    Raises:
        BadFile: it cannot be read, or not told which of its sheets is meant.
    """
    with _talk(path) as talk:
        rows = _chosen(*talk, path.name, needed, sheet)
        yield from _under_header(rows, path.name, needed, issues)


def every_sheet(path: Path) -> Iterator[tuple[str, list[Cells]]]:
    """The name and the rows, as text, of each sheet that holds any.

    Raises:
        BadFile: it cannot be read.
    """
    with _talk(path) as (_, stream):
        sheets: list[Sheet] = _read(stream, path.name)
    for each in sheets:
        if any(map(any, each["rows"])):
            with _talk(path) as talk:
                yield each["name"], list(_chosen(*talk, path.name, (), each["name"]))


@contextmanager
def _talk(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """What is said to the process that reads a spreadsheet, and what it says."""
    words = [sys.executable, "-P", str(_PROGRAM), str(path.absolute())]
    with subprocess.Popen(  # noqa: S603 - our own program, and a path
        [*words, str(settings().max_sheet_bytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        finally:
            process.kill()


def _chosen(
    to: IO[bytes],
    stream: IO[bytes],
    file: str,
    needed: tuple[str, ...],
    sheet: str | None,
) -> Iterator[Cells]:
    """Each row of the sheet that is meant, with its number."""
    place = _sheet_place(_read(stream, file), file, needed, sheet)
    to.write(b"%d\n" % place)
    to.close()
    line = 0
    while (cells := _read(stream, file)) is not None:
        line += 1
        yield line, cells


def _under_header(
    rows: Iterator[Cells],
    file: str,
    needed: tuple[str, ...],
    issues: list[RowIssue] | None,
) -> Iterator[RawRow]:
    head = list(islice(rows, HEAD_LINES))
    records = [Record(",", line, cells) for line, cells in head if any(cells)]
    header = header_among(records if needed else records[:1], needed, file)
    rest = (each for each in chain(head, rows) if each[0] > header.line)
    yield from rows_under(header, rest, file, issues)


def _read(stream: IO[bytes], file: str) -> Any:
    """The next thing that the process says.

    Raises:
        BadFile: it says that it cannot read the file, or nothing any more.
    """
    line = stream.readline()
    body = orjson.loads(line) if line.endswith(b"\n") else {"fault": _DAMAGED}
    if isinstance(body, dict):
        raise BadFile(file, body["fault"])
    return body


def _sheet_place(
    sheets: list[Sheet], file: str, needed: tuple[str, ...], wanted: str | None
) -> int:
    """The sheet of that name; without one the only one that could be meant."""
    if wanted is not None:
        found = [each for each in sheets if _is_called(each, wanted)]
        names = [each["name"] for each in sheets]
        if not found:
            raise BadFile(file, f"has no sheet {wanted!r}; it has {', '.join(names)}")
        return sheets.index(found[0])
    filled = [each for each in sheets if any(map(any, each["rows"]))]
    if len(filled) > 1:
        filled = [each for each in filled if _has(each, needed)] or filled
    if len(filled) > 1:
        names = [each["name"] for each in filled]
        said = f"which of its sheets? Name one with --sheet: {', '.join(names)}"
        raise BadFile(file, said, sheets=names)
    if not filled:
        raise BadFile(file, "is empty: it holds no rows")
    return sheets.index(filled[0])


def _is_called(sheet: Sheet, name: str) -> bool:
    return plain_name(sheet["name"]) == plain_name(name)


def _has(sheet: Sheet, needed: tuple[str, ...]) -> bool:
    """Whether one of the first rows of a sheet has the needed columns."""
    wanted = {plain_name(each) for each in needed}
    return any(wanted <= set(map(plain_name, row)) for row in sheet["rows"])
