"""Counts in DataFrames carried along a crosswalk in a DataFrame."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from assetmap.errors import Invalid
from assetmap.reconciliation.crosswalks.interpolation import (
    Weights,
    carried,
    comparable,
    rate,
)
from assetmap.reconciliation.crosswalks.own_table import BadTable, Columns, checked
from assetmap.reconciliation.frames.columns import column_of, counts_in, in_order
from assetmap.reconciliation.model import Floats


class UnknownSource(Invalid):
    """Counts are given for sources that a crosswalk does not have."""

    title = "Unknown source"


def interpolate_counts(
    counts: "pd.Series[float]", crosswalk: pd.DataFrame, whole: bool = False
) -> "pd.Series[float]":
    """A count in each target, unrounded; nan where nothing is known of it.

    Args:
        counts: by source code, each once; nan is missing, not zero.
        crosswalk: as ``crosswalk`` gives it.
        whole: where targets overlap, what several hold counts whole to each.

    Returns:
        By target code. ``attrs`` has what was sent and what fell outside.

    Raises:
        UnknownSource: a counted source is not in the crosswalk, or stands twice.
    """
    table = counts.to_frame("count")
    found = interpolate(table, crosswalk, ["count"], whole=whole)
    result: pd.Series[float] = found["count"]
    result.name = counts.name
    result.attrs = found.attrs["count"]
    return result


def interpolate(
    table: pd.DataFrame,
    crosswalk: pd.DataFrame,
    counts: Sequence[str],
    rates: Sequence[tuple[str, str]] = (),
    margins: Mapping[str, str] | None = None,
    whole: bool = False,
) -> pd.DataFrame:
    """Counts, rates and margins of error in each target.

    ``table`` has a row for each source, its index their codes; ``rates`` are numerator
    and denominator; ``margins`` the column of each count's margin of error. Beside each
    count stand its ``_known_share`` and ``_missing_sources``. ``attrs`` has for each
    what was sent, what is in targets and what outside.

    Raises:
        UnknownSource: a source of the table is not in the crosswalk, or stands twice.
        BadTable: a column holds ranks or the like, or what is no count; or there is
            none to carry, or the crosswalk is none.
    """
    counts = [counts] if isinstance(counts, str) else counts
    columns = checked(Columns(tuple(counts), tuple(rates), dict(margins or {})))
    weights, sources, targets = _weights(crosswalk, whole)
    _check(table, sources)
    values = _values(table, columns, sources)
    found: dict[str, Any] = {}
    told: dict[Hashable, Any] = {}
    for each in columns.carried:
        margin = values.get(columns.margins.get(each, ""))
        one = carried(weights, values[each], margin)
        found[each] = one.amounts
        found[f"{each}_known_share"] = one.known_share
        found[f"{each}_missing_sources"] = one.missing
        if one.margin is not None:
            found[columns.margins[each]] = one.margin
        told[each] = {
            "sent": one.sent,
            "allocated": float(np.nansum(one.amounts)),
            "outside": one.outside,
        }
    for above, below in columns.rates:
        found[f"{above}_per_{below}"] = rate(weights, values[above], values[below])
    frame = pd.DataFrame(found, index=pd.Index(targets, name="target"))
    frame.attrs = told
    return frame


def _values(
    table: pd.DataFrame, columns: Columns, sources: list[Any]
) -> dict[str, Floats]:
    """The numbers of a table by source, in the order of the sources."""
    place = pd.Index(sources, dtype=object).get_indexer(table.index.astype(object))
    values = {each: np.full(len(sources), np.nan) for each in columns.numbers}
    for name, found_at in values.items():
        found_at[place] = counts_in(table, name, BadTable)
    return values


def _check(table: pd.DataFrame, sources: list[Any]) -> None:
    """Nothing, if the index of a table is codes of sources, each once."""
    known = set(sources)
    unknown = [each for each in table.index if each not in known]
    if unknown:
        listed = ", ".join(map(repr, unknown[:10]))
        raise UnknownSource(
            f"Not in the crosswalk: {listed}; its sources are such as "
            f"{', '.join(map(repr, sources[:3]))}.",
            codes=[str(each) for each in unknown[:100]],
        )
    twice = [str(each) for each in table.index[table.index.duplicated()]]
    if twice:
        raise UnknownSource(f"Twice: {', '.join(twice[:10])}.", codes=twice[:100])


def _weights(
    crosswalk: pd.DataFrame, whole: bool
) -> tuple[Weights, list[Any], list[Any]]:
    """The weights of a crosswalk, and its sources and targets in order of code.

    Raises:
        BadTable: it lacks a column that crosswalks have.
    """
    is_fractional = "weight_fractional" in crosswalk and not whole
    weight, overlap = (
        counts_in(crosswalk, each, BadTable, is_missing_known=False)
        for each in ("weight_fractional" if is_fractional else "weight", "overlap")
    )
    of_source, of_target, by = (
        column_of(crosswalk, each, BadTable)
        for each in ("source", "target", "weighted_by")
    )
    sources = _codes(of_source)
    targets = _codes([*of_target, *crosswalk.attrs.get("targets", ())])
    at_source, at_target = (
        pd.Index(codes, dtype=object)
        .get_indexer(column.astype(object))
        .astype(np.int64)
        for codes, column in ((sources, of_source), (targets, of_target))
    )
    amounts = comparable(at_target, overlap, (by == "area").to_numpy(), len(targets))
    found = Weights(at_source, at_target, weight, amounts, len(sources), len(targets))
    return found, sources, targets


def _codes(found: Iterable[Any]) -> list[Any]:
    """The codes that there are, each once, in order."""
    codes = list(dict.fromkeys(each for each in found if not pd.isna(each)))
    return [codes[each] for each in in_order(codes)]
