"""A program that turns the sheets of a spreadsheet into lines of JSON.

It runs in a process of its own, because a sheet of a few bytes can claim a cell in its
last row and column, for which the reader asks so much memory that its process ends.
It is given a path and a limit of memory; it writes the sheets there are with their
first rows, reads the number of the sheet wanted, and writes its rows and ``null``.
"""

import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import orjson
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

_HEAD_ROWS = 10
_MOST_SECONDS = 300
_WHOLE = 1e15
"""From here on a float does not tell one whole number from the next."""


def main(path: str, most_bytes: int) -> None:
    """Write what a spreadsheet holds, or an object that says why not."""
    _limit(resource.RLIMIT_AS, most_bytes)
    _limit(resource.RLIMIT_CPU, _MOST_SECONDS)
    try:
        _tell(CalamineWorkbook.from_path(path))
    except PasswordError:
        _write({"fault": "is protected by a password: save it without one"})
    except CalamineError:
        _write({"fault": "is no spreadsheet that can be read, or is damaged"})


def _limit(what: int, most: int) -> None:
    highest = resource.getrlimit(what)[1]
    within = most if highest == resource.RLIM_INFINITY else min(most, highest)
    resource.setrlimit(what, (within, highest))


def _tell(book: CalamineWorkbook) -> None:
    names, heads, last = book.sheet_names, [], None
    for name, about in zip(names, book.sheets_metadata, strict=True):
        rows: list[list[str]] = []
        is_seen = about.visible == SheetVisibleEnum.Visible
        if is_seen and about.typ == SheetTypeEnum.WorkSheet:
            last = book.get_sheet_by_name(name)
            rows = list(islice(_rows(last), _HEAD_ROWS))
        heads.append({"name": name, "rows": rows})
    _write(heads)
    sys.stdout.buffer.flush()
    wanted = sys.stdin.readline().strip()
    if not wanted:
        return
    name = names[int(wanted)]
    if last is None or last.name != name:
        last = book.get_sheet_by_name(name)
    for row in _rows(last):
        _write(row)
    _write(None)


def _write(body: Any) -> None:
    sys.stdout.buffer.write(orjson.dumps(body) + b"\n")


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Each row as text, from the first of the sheet on; empty ones too."""
    return ([_text(cell) for cell in row] for row in sheet.iter_rows())


def _text(value: Any) -> str:
    """A cell as plain text: whole numbers without a point, dates as ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
