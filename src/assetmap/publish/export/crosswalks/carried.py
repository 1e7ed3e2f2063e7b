"""Counts that were carried along a crosswalk, as CSV and as JSON."""

import csv
import io
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from assetmap.issues import RowIssue
from assetmap.publish.export.crosswalks.about import METHOD, vintages_of
from assetmap.publish.export.crosswalks.interpolation import Interpolated, header
from assetmap.publish.export.csv_cells import safe_cell
from assetmap.reconciliation.crosswalks.own_table import warnings_of
from assetmap.reconciliation.crosswalks.run import Answer

Json = dict[str, Any]
OUTSIDE, UNPLACED = "(outside every target)", "(not placed: code not known)"
UNREAD, UNKNOWN, WARNED = "(value not carried)", "(code not known)", "(column {})"
CARRIED = {
    "count": "sum over the sources of weight times count",
    "rate": "both parts carried as counts, divided last",
    "margin_of_error": "root of the sum of the squares of weight times margin of error",
}


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
    said = list(warnings_of(found.columns).values())
    if found.table.unknown:
        codes = found.table.unknown
        shown = ", ".join(codes[:10]) + (" …" if len(codes) > 10 else "")
        said.append(f"Not known: {len(codes)} of {found.table.rows} codes: {shown}.")
    if found.is_fractional and not fractional:
        said.append(
            "Targets overlap each other and shared ground counts whole to each: "
            "what is allocated adds up to more than was sent."
        )
    for name, times in _unread(found).items():
        values = "1 value" if times == 1 else f"{times} values"
        said.append(
            f"{values} of {name} could not be read: taken as missing, and told."
        )
    for name, each in totals(found).items():
        if each["missing_sources"]:
            said.append(
                f"{name} is missing for {each['missing_sources']} of "
                f"{len(found.table.values[name])} sources. Missing is not zero: "
                "known_share tells how much of a target is known."
            )
    return said


def _unread(found: Interpolated) -> dict[str, int]:
    """How many values of each column of numbers were refused."""
    columns = Counter(each.column for each in found.table.issues)
    return {each: columns[each] for each in found.columns.numbers if columns[each]}


def csv_text(found: Interpolated) -> str:
    """The answer as CSV; what is not known is an empty cell.

    Nothing is lost in silence: below the rows each value that was refused and each
    column that should not be added has a row, with the reason under ``problem``.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe_cell(each) for each in header(found.columns)])
    for row in rows_of(found):
        writer.writerow([*(_text(each) for each in row), ""])
    empty = [""] * (len(header(found.columns)) - 3)
    for name, problem in _problems(found):
        writer.writerow(["", safe_cell(name), *empty, safe_cell(problem)])
    return out.getvalue()


def _problems(found: Interpolated) -> Iterator[tuple[str, str]]:
    for name, warning in warnings_of(found.columns).items():
        yield WARNED.format(name), warning
    for each in found.table.issues:
        yield _named(each, found), str(each)


def _named(issue: RowIssue, found: Interpolated) -> str:
    return UNREAD if issue.column in found.columns.numbers else UNKNOWN


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return safe_cell(str(value))


def json_body(found: Interpolated, answer: Answer, *, fractional: bool) -> Json:
    """The answer as JSON: its rows, the totals, and every value at fault."""
    names = header(found.columns)[:-1]
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
