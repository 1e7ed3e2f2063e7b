"""A user's own counts, carried along a crosswalk."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assetmap.errors import BadParameter
from assetmap.issues import RawRow
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

PROBLEM = "problem"
"""The column that tells what could not be read, and what should not be added."""


@dataclass(frozen=True)
class Interpolated:
    """A table carried from one set to another; counts and rates by column name."""

    columns: Columns
    table: OwnTable
    targets: Side
    counts: dict[str, Carried]
    rates: dict[str, Any]
    is_fractional: bool


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
        PROBLEM,
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
