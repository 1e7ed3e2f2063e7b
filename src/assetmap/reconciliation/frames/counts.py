"""Counts in DataFrames carried along a crosswalk in a DataFrame."""

from collections.abc import Hashable, Mapping, Sequence
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
from assetmap.reconciliation.crosswalks.own_table import Columns, checked


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
        BadTable: a column holds ranks or the like, or there is none to carry.
    """
    columns = checked(Columns(tuple(counts), tuple(rates), dict(margins or {})))
    weights, sources, targets = _weights(crosswalk, whole)
    _check(table, sources)
    values = {
        each: table[each].reindex(sources).to_numpy(dtype=float)
        for each in columns.numbers
    }
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


def _check(table: pd.DataFrame, sources: list[str]) -> None:
    """Nothing, if the index of a table is codes of sources, each once."""
    unknown = [str(each) for each in table.index.difference(sources)]
    if unknown:
        raise UnknownSource(
            f"Not in the crosswalk: {', '.join(unknown[:10])}.", codes=unknown[:100]
        )
    twice = [str(each) for each in table.index[table.index.duplicated()]]
    if twice:
        raise UnknownSource(f"Twice: {', '.join(twice[:10])}.", codes=twice[:100])


def _weights(
    crosswalk: pd.DataFrame, whole: bool
) -> tuple[Weights, list[str], list[str]]:
    is_fractional = "weight_fractional" in crosswalk and not whole
    weight = crosswalk["weight_fractional" if is_fractional else "weight"]
    sources = sorted(set(crosswalk["source"]))
    seen = set(crosswalk["target"].dropna())
    targets = sorted(seen | set(crosswalk.attrs.get("targets", ())))
    at_source = pd.Index(sources).get_indexer(crosswalk["source"])
    at_target = pd.Index(targets).get_indexer(crosswalk["target"])
    by_area = (crosswalk["weighted_by"] == "area").to_numpy()
    amount = crosswalk["overlap"].to_numpy(dtype=float)
    overlap = comparable(at_target, amount, by_area, len(targets))
    found = Weights(
        at_source.astype(np.int64),
        at_target.astype(np.int64),
        weight.to_numpy(dtype=float),
        overlap,
        len(sources),
        len(targets),
    )
    return found, sources, targets
