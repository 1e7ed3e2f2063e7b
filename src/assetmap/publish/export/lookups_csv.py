"""Bulk look-ups as CSV: the rows that were sent, each with what holds it."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from assetmap.db.locks import hold_postcodes
from assetmap.errors import Invalid
from assetmap.publish.export.asked import asked_postcodes
from assetmap.publish.export.lookups_bulk import check_count, chosen_sets
from assetmap.reconciliation.lookup import Holder, holders
from assetmap.settings import Settings


class BadCsv(Invalid):
    """The CSV of a bulk look-up cannot be read."""

    title = "Bad CSV"


def csv_answer(
    session: Session,
    sent: bytes,
    sets: Sequence[str] | None,
    as_at: date,
    settings: Settings,
) -> str:
    """The rows of a CSV with a column ``postcode``, each with what holds it.

    Two columns are added for each set, code and name, and ``lookup_error``.

    Raises:
        BadCsv: it is not UTF-8 or has no column named postcode.
        TooManyPlaces: it has more rows than one request takes.
    """
    header, rows, column = _csv_rows(sent)
    check_count(len(rows), settings)
    hold_postcodes(session)
    chosen = chosen_sets(session, sets, as_at)
    asked = asked_postcodes(session, [row[column] for row in rows])
    places = [each.place for each in asked if each.place is not None]
    held = iter(holders(session, places, chosen))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [row.name for row in chosen]
    added = [f"{name}_{what}" for name in names for what in ("code", "name")]
    writer.writerow([*map(safe_cell, header), *added, "lookup_error"])
    for row, each in zip(rows, asked, strict=True):
        found = next(held) if each.place is not None else []
        writer.writerow([*map(safe_cell, row), *_cells(found, names), each.error or ""])
    return out.getvalue()


def _cells(held: Sequence[Holder], names: Sequence[str]) -> list[str]:
    cells = []
    for name in names:
        own = [each for each in held if each.boundary_set.name == name]
        cells += [
            "; ".join(each.code for each in own),
            "; ".join(each.name for each in own),
        ]
    return cells


def safe_cell(text: str) -> str:
    """The text, so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _csv_rows(sent: bytes) -> tuple[list[str], list[list[str]], int]:
    try:
        text = sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = sent[: error.start].count(b"\n") + 1
        raise BadCsv(f"Line {line} is not UTF-8.", line=line) from error
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except csv.Error as error:
        raise BadCsv(f"It cannot be read: {error}.") from error
    header = rows[0] if rows else []
    names = [each.strip().lower() for each in header]
    if "postcode" not in names:
        raise BadCsv(
            f"It has no column named postcode; it has {', '.join(header) or 'none'}.",
            columns=header,
        )
    width = len(header)
    body = [(row + [""] * width)[:width] for row in rows[1:]]
    return header, body, names.index("postcode")
