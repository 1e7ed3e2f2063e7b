"""A user's own counts, carried along a crosswalk: CSV in, CSV or JSON out."""

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assetmap.errors import BadParameter
from assetmap.issues import RawRow
from assetmap.publish.export.crosswalks.about import METHOD, vintages_of
from assetmap.publish.export.csv_cells import safe_cell
from assetmap.reconciliation.crosswalks.interpolation import (
    Carried,
    carried,
    rate,
    weights_of,
)
from assetmap.reconciliation.crosswalks.own_table import (
    BadTable,
    Columns,
    OwnTable,
    checked,
    read_table,
)
from assetmap.reconciliation.crosswalks.run import Answer
from assetmap.reconciliation.crosswalks.store import Side, Sides

Json = dict[str, Any]
OUTSIDE, UNPLACED = "(outside every target)", "(not placed: code not known)"


@dataclass(frozen=True)
class Interpolated:
    """A table carried from one set to another; counts and rates by column name."""

    columns: Columns
    table: OwnTable
    targets: Side
    counts: dict[str, Carried]
    rates: dict[str, Any]
    is_fractional: bool


CARRIED = {
    "count": "sum over the sources of weight times count",
    "rate": "both parts carried as counts, divided last",
    "margin_of_error": "root of the sum of the squares of weight times margin of error",
}


def columns_of(
    counts: Sequence[str],
    rates: Sequence[str],
    margins: Sequence[str],
    code: str | None,
) -> Columns:
    """Columns as they are written: ``NUM/DEN`` is a rate, ``COL:MOE`` a margin.

    Raises:
        BadParameter: one is not written so.
        BadTable: they cannot be carried.
    """
    divided = [_pair("rate", each, "/") for each in rates]
    of = dict(_pair("moe", each, ":") for each in margins)
    return checked(Columns(tuple(dict.fromkeys(counts)), tuple(divided), of, code))


def _pair(option: str, text: str, between: str) -> tuple[str, str]:
    first, _, second = text.partition(between)
    if not first.strip() or not second.strip():
        raise BadParameter(option, text, f"is not two columns joined by {between}")
    return first.strip(), second.strip()


def interpolated(
    rows: Iterable[RawRow],
    columns: Columns,
    answer: Answer,
    sides: Sides,
    *,
    fractional: bool,
) -> Interpolated:
    """A table of counts by source, in the boundaries of the target set.

    Raises:
        BadTable: it cannot be read, or two columns of the answer had one name.
    """
    _check_names(header(columns))
    table = read_table(rows, columns, sides.source.codes, answer.run.source)
    weights = weights_of(
        answer.rows,
        len(sides.source.codes),
        len(sides.target.codes),
        fractional=fractional,
    )
    margins = {count: table.values[column] for count, column in columns.margins.items()}
    counts = {
        each: carried(weights, table.values[each], margins.get(each))
        for each in columns.carried
    }
    rates = {
        f"{above}_per_{below}": rate(weights, table.values[above], table.values[below])
        for above, below in columns.rates
    }
    return Interpolated(
        columns, table, sides.target, counts, rates, answer.run.is_fractional
    )


def header(columns: Columns) -> list[str]:
    """The columns of the answer."""
    names = ["code", "name"]
    for each in columns.carried:
        names += [each, f"{each}_known_share", f"{each}_missing_sources"]
        if each in columns.margins:
            names.append(columns.margins[each])
    return [
        *names,
        *dict.fromkeys(f"{one}_per_{other}" for one, other in columns.rates),
    ]


def _check_names(names: Sequence[str]) -> None:
    """Let pass only names of which each stands once: as JSON one would hide another."""
    for name, times in Counter(names).items():
        if times > 1:
            raise BadTable(
                f"The answer would have {times} columns named {name!r}: give yours "
                "another name.",
                column=name,
            )


def rows_of(found: Interpolated) -> Iterator[list[Any]]:
    """A row for each target, then what is outside, then what has no place."""
    for at, (code, name) in enumerate(
        zip(found.targets.codes, found.targets.names, strict=True)
    ):
        yield [code, name, *_cells(found, at)]
    for name, amounts in (
        (OUTSIDE, {key: each.outside for key, each in found.counts.items()}),
        (UNPLACED, found.table.unplaced),
    ):
        row: list[Any] = [None, name]
        for each in found.counts:
            row += [float(amounts[each]), None, None]
            row += [None] if each in found.columns.margins else []
        yield [*row, *[None] * len(found.rates)]


def _cells(found: Interpolated, at: int) -> Iterator[Any]:
    for each in found.counts.values():
        yield _number(each.amounts[at])
        yield _number(each.known_share[at])
        yield int(each.missing[at])
        if each.margin is not None:
            yield _number(each.margin[at])
    for values in found.rates.values():
        yield _number(values[at])


def _number(value: Any) -> float | None:
    return None if math.isnan(value) else float(value)


def totals(found: Interpolated) -> Json:
    """What was sent and where it went, by column: the parts add up to what was sent."""
    result = {}
    for name, each in found.counts.items():
        unplaced = float(found.table.unplaced[name])
        result[name] = {
            "sent": each.sent + unplaced,
            "allocated": float(np.nansum(each.amounts)),
            "outside": each.outside,
            "unplaced": unplaced,
            "missing_sources": int(np.isnan(found.table.values[name]).sum()),
        }
    return result


def notes(found: Interpolated, *, fractional: bool) -> list[str]:
    """What a reader must know of the numbers."""
    said = []
    if found.table.unknown:
        codes = found.table.unknown
        shown = ", ".join(codes[:10]) + (" …" if len(codes) > 10 else "")
        said.append(f"Not known: {len(codes)} of {found.table.rows} codes: {shown}.")
    if found.is_fractional and not fractional:
        said.append(
            "Targets overlap each other and shared ground counts whole to each: "
            "what is allocated adds up to more than was sent."
        )
    for name, each in totals(found).items():
        if each["missing_sources"]:
            said.append(
                f"{name} is missing for {each['missing_sources']} of "
                f"{len(found.table.values[name])} sources. Missing is not zero: "
                "known_share tells how much of a target is known."
            )
    return said


def csv_text(found: Interpolated) -> str:
    """The answer as CSV; what is not known is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe_cell(each) for each in header(found.columns)])
    for row in rows_of(found):
        writer.writerow([_text(each) for each in row])
    return out.getvalue()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return safe_cell(str(value))


def json_body(found: Interpolated, answer: Answer, *, fractional: bool) -> Json:
    """The answer as JSON: its rows, the totals, and every value at fault."""
    names = header(found.columns)
    return {
        "source": answer.run.source,
        "target": answer.run.target,
        "measure": answer.run.measure,
        "overlapping": "fractional" if fractional else "whole",
        "computed_by": answer.run.computed_by,
        "method": {"weights": METHOD[answer.run.measure], **CARRIED},
        "settings": answer.run.settings
        | {"counts": answer.run.counts}
        | vintages_of(answer.question),
        "inputs": answer.run.inputs,
        "assetmap": answer.run.assetmap_version,
        "totals": totals(found),
        "notes": [
            *answer.question.notes,
            *notes(found, fractional=fractional),
        ],
        "issues": [str(each) for each in found.table.issues],
        "rows": [dict(zip(names, row, strict=True)) for row in rows_of(found)],
    }
