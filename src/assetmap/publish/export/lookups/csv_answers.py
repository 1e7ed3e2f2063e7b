"""Bulk look-ups as CSV: the rows that were sent, each with what holds it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet
from assetmap.db.locks import hold_postcodes
from assetmap.neighbourhoods.model import NeighbourhoodAt
from assetmap.publish.export.csv_cells import safe_cell
from assetmap.publish.export.lookups.asked import Asked
from assetmap.publish.export.lookups.bulk import check_count, chosen_sets
from assetmap.publish.export.lookups.fragments import fragments_of, picked
from assetmap.publish.export.lookups.rows import told
from assetmap.publish.export.lookups.single import neighbourhoods
from assetmap.publish.export.lookups.table import asked_rows, read_lookup_table
from assetmap.reconciliation.lookups.lookup import Place, columns_of, held_by
from assetmap.settings import Settings

ADDED = ("neighbourhoods", "told", "lookup_error", "lookup_note")


@dataclass(frozen=True)
class CsvAnswer:
    """The rows that were sent, with what holds them; ``missed`` of them are marked."""

    text: str
    rows: int
    missed: int


def csv_answer(
    session: Session,
    sent: bytes,
    sets: Sequence[str] | None,
    as_at: date,
    settings: Settings,
) -> CsvAnswer:
    """The rows of a CSV that tell places, each with what holds it, in their order.

    Two columns are added for each set, code and name; then the neighbourhoods there,
    what share of those who drew each includes it, ``lookup_error`` and ``lookup_note``.
    Cells are parted as they were in what was sent.

    Raises:
        BadCsv: it is not UTF-8, cannot be read, or no columns tell a place.
        TooManyPlaces: it has more rows than one request takes.
    """
    table = read_lookup_table(sent)
    check_count(len(table.rows), settings)
    hold_postcodes(session)
    chosen = chosen_sets(session, sets, as_at)
    asked = asked_rows(session, table)
    places = [each.place for each in asked if each.place is not None]
    held = zip(
        _cells(session, places, chosen),
        map(_near, neighbourhoods(session, places, settings)),
        strict=True,
    )
    nothing = (("",) * (2 * len(chosen)), ("", ""))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=table.delimiter, lineterminator="\n")
    added = [f"{row.name}_{what}" for row in chosen for what in ("code", "name")]
    writer.writerow([*map(safe_cell, table.header), *added, *ADDED])
    writer.writerows(
        [
            *map(safe_cell, row),
            *chain(*(nothing if each.place is None else next(held))),
            each.error or "",
            note(each),
        ]
        for row, each in zip(table.rows, asked, strict=True)
    )
    missed = len(asked) - len(places)
    return CsvAnswer(out.getvalue(), len(asked), missed)


def _cells(
    session: Session, places: Sequence[Place], sets: Sequence[BoundarySet]
) -> list[tuple[str, ...]]:
    """Code and name of what holds each place, set by set."""
    columns: list[list[str]] = []
    for held in held_by(session, columns_of(places), sets):
        made = fragments_of(session, held.boundary_set)
        columns.append(picked(made.codes, held, "; "))
        columns.append(picked(made.names, held, "; "))
    return list(zip(*columns, strict=True)) if columns else [()] * len(places)


def _near(found: Sequence[NeighbourhoodAt]) -> tuple[str, str]:
    """The slugs of the neighbourhoods at a place, and the sentence about each."""
    said = " ".join(told(each) for each in found)
    return "; ".join(each.slug for each in found), safe_cell(said)


def note(asked: Asked) -> str:
    """What else a row is told: that its postcode has ended, or what it may be."""
    if asked.did_you_mean:
        return f"did you mean {' or '.join(asked.did_you_mean)}?"
    return "terminated" if asked.is_live is False else ""
