"""Columns of DataFrames, read with every fault named: column, row and value."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from assetmap.errors import BadValue, Invalid
from assetmap.issues import RawRow, number
from assetmap.reconciliation.crosswalks.own_table import MISSING, MOST
from assetmap.reconciliation.model import Floats


def column_of(frame: pd.DataFrame, name: Any, error: type[Invalid]) -> "pd.Series[Any]":
    """A column by name.

    Raises:
        error: there is none, or there are two.
    """
    if name not in frame.columns:
        raise error(
            f"There is no column {name!r}; there are {', '.join(map(str, frame))}.",
            column=name,
        )
    found: pd.Series[Any] | pd.DataFrame = frame[name]
    if isinstance(found, pd.DataFrame):
        raise error(f"Column {name!r} stands twice.", column=name)
    return found


def counts_in(
    frame: pd.DataFrame, name: Any, error: type[Invalid], is_missing_known: bool = True
) -> Floats:
    """The numbers of a column, none of them below 0; nan where one is missing.

    Text is read as in the service: ``c`` or ``..`` is missing.

    Raises:
        error: a value is no number, below 0, or too large; or it is missing and
            ``is_missing_known`` does not allow for that.
    """
    column = column_of(frame, name, error)
    found = _numbers(column)
    faults = (
        (_is_no_number(column, found), "is not a number"),
        (np.isnan(found) & (not is_missing_known), "is missing"),
        (found < 0, "is below 0"),
        (found > MOST, f"is more than {MOST:g}"),
    )
    for wrong, reason in faults:
        if wrong.any():
            place = int(np.flatnonzero(wrong)[0])
            row, value = column.index[[place]].tolist()[0], _plain(column.iloc[place])
            raise error(
                f"Column {name!r}, row {row!r}: {value!r} {reason}.",
                column=name,
                row=row,
                value=str(value),
            )
    return found


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _numbers(column: "pd.Series[Any]") -> Floats:
    """The numbers of a column, nan where it has none."""
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=float, na_value=np.nan)
    return np.array([_number(each) for each in column], dtype=float)


def _is_no_number(column: "pd.Series[Any]", found: Floats) -> Any:
    """Where a column holds what is neither a number nor says that there is none."""
    unread = np.isnan(found)
    unread[unread] = [not _is_missing(each) for each in column[unread]]
    return unread


def _number(value: Any) -> float:
    try:
        if isinstance(value, str):
            return number(RawRow("", 0, {"": value}), "", -np.inf, np.inf)
        return float(value)
    except (BadValue, TypeError, ValueError):
        return float("nan")


def _is_missing(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower().strip("[]()") in MISSING
    return bool(pd.isna(value))


def in_order(codes: Sequence[Any]) -> list[int]:
    """The places of codes in the order of the codes, whatever these are."""
    try:
        return sorted(range(len(codes)), key=codes.__getitem__)
    except TypeError:
        return sorted(
            range(len(codes)),
            key=lambda place: (type(codes[place]).__name__, str(codes[place])),
        )


def column_of_codes(codes: Iterable[Any]) -> Any:
    """A column of codes as they are; missing ones leave whole numbers whole."""
    listed = list(codes)
    known = [each for each in listed if each is not None]
    if known and all(type(each) is int for each in known):
        return pd.array(listed, dtype="int64" if len(known) == len(listed) else "Int64")
    found = np.empty(len(listed), dtype=object)
    found[:] = listed
    return found
