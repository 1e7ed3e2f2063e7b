"""Whether a table that came has the columns and about the rows that it should."""

import csv
from pathlib import Path

from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.plan import Plan
from assetmap.sources.tabular.headers import plain_name

_CHUNK = 1 << 20


def rows_in_table(path: Path, has_header: bool) -> int:
    """How many records a CSV file holds, line breaks in quotation marks not counted."""
    ends, in_quotes, last = 0, False, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            last = chunk[-1:]
            for place, piece in enumerate(chunk.split(b'"')):
                if place:
                    in_quotes = not in_quotes
                if not in_quotes:
                    ends += piece.count(b"\n")
    records = ends + (last not in (b"\n", b""))
    return max(0, records - has_header)


def check_table(target: Target, plan: Plan, path: Path) -> int:
    """The rows of a table that has the columns and rows that its source names.

    Raises:
        FetchFailed: it lacks columns, or is too short or too long.
    """
    if plan.has_header and plan.columns:
        _check_columns(target, plan, path)
    rows = rows_in_table(path, plan.has_header)
    check_rows(target, plan, rows)
    return rows


def check_rows(target: Target, plan: Plan, rows: int) -> None:
    """Let pass a number of rows that the source expects.

    Raises:
        FetchFailed: there are fewer, as in a file cut short, or more.
    """
    low, high = plan.rows
    if rows < low:
        raise FetchFailed(
            target,
            f"holds {rows:,} rows, and should hold at least {low:,}: it seems cut "
            "short, and is refused",
            rows=rows,
        )
    if rows > high:
        raise FetchFailed(
            target,
            f"holds {rows:,} rows, and should hold {high:,} at most: is it another "
            "file?",
            rows=rows,
        )


def _check_columns(target: Target, plan: Plan, path: Path) -> None:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        header = next(csv.reader(file), [])
    there = {plain_name(each) for each in header}
    missing = [each for each in plan.columns if plain_name(each) not in there]
    if missing:
        shown = ", ".join(each[:60] for each in header[:30])
        raise FetchFailed(
            target,
            f"has no column named {', '.join(missing)}; it has {shown}",
            missing=missing,
        )
