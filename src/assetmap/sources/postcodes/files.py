"""Postcodes of ONSPD, NSPL and the like, from CSV files and from zips as published."""

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assetmap.errors import BadFile
from assetmap.issues import RowIssue
from assetmap.sources.limits import limits
from assetmap.sources.postcodes.columns import (
    councils,
    digits_of,
    ended_of,
    has_needed,
    needed,
    numbers,
    pair_of,
    weighed,
    weights_of,
)
from assetmap.sources.postcodes.table import PostcodeTable, joined
from assetmap.sources.tabular.text_lines import check_is_file
from assetmap.sources.tabular.text_table import TextTable, read_text_table
from assetmap.sources.tabular.zipped_tables import tables_in

NO_LATITUDE = 99
"""From here on a latitude is how ONS writes that a postcode has no place."""

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
_GRID_QUALITIES = "1234568"


def read_postcodes(path: Path, weight: str | None = None) -> PostcodeTable:
    """The postcodes of a CSV file (gzipped or not), or of a zip with such files.

    A zip as ONS publishes it holds the whole country in one file, or an area in each,
    or both: then the one is read. A coordinate that is no number refuses its row; a
    council that is no GSS code is left out and noted. ``weight`` names a column of
    households or people.

    Raises:
        BadFile: it cannot be read, or lacks a column for postcode or place.
    """
    check_is_file(path)
    if not _is_archive(path):
        return _read(path, weight)
    try:
        found = tables_in(path, has_needed, "a postcode and its place", limits())
        return joined([_read(each, weight) for each in found], path.name)
    except _DAMAGED as error:
        raise BadFile(path.name, f"cannot be unpacked: {error}") from error


def _is_archive(path: Path) -> bool:
    """Whether a file is a zip, and no spreadsheet (which is one inside)."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as packed:
        return "[Content_Types].xml" not in packed.namelist()


def _read(path: Path | zipfile.Path, weight: str | None) -> PostcodeTable:
    def chosen(names: list[str]) -> dict[str, str]:
        return needed(names, path.name) | weighed(names, weight, path.name)

    table = read_text_table(path, lambda names: chosen(names).values())
    found = chosen(list(table.columns))
    text = {what: table.columns[name] for what, name in found.items()}
    pair = pair_of(found)
    (x, x_faults), (y, y_faults) = (numbers(text[each]) for each in pair)
    is_grid = pair == ("east", "north") and not _are_degrees(found, x, y)
    _leave_out_nowhere(x, y, is_grid)
    rows = len(table.lines)
    owners, strange = councils(text.get("council"), rows)
    ended, is_live, odd = ended_of(text.get("ended"), rows)
    weights, unweighed = weights_of(text.get("weight"))
    faults = (
        (pair[0], x_faults), (pair[1], y_faults), ("council", strange), ("ended", odd),
        ("weight", unweighed),
    )  # fmt: skip
    return PostcodeTable(
        path.name,
        text["postcode"],
        x,
        y,
        owners,
        is_live,
        is_grid,
        lines=table.lines,
        issues=tuple(_issues(path.name, table, found, faults)),
        refused=np.union1d(x_faults, y_faults),
        ended=ended,
        is_large=digits_of(text.get("large"), rows, "01", -1),
        quality=digits_of(text.get("quality"), rows, _GRID_QUALITIES, 0),
        weights=weights,
    )


def _are_degrees(
    found: Mapping[str, str], x: NDArray[np.float64], y: NDArray[np.float64]
) -> bool:
    """Whether columns called x and y, which tell no unit, hold degrees."""
    if found["east"].strip().lower() != "x":
        return False
    far = np.nanmax(np.abs(np.r_[x, y, 0.0]))
    return bool(far <= 180)


def _leave_out_nowhere(
    x: NDArray[np.float64], y: NDArray[np.float64], is_grid: bool
) -> None:
    """Make nan of every way to write that there is no place."""
    nowhere = ((x == 0) & (y == 0)) | np.isnan(x) | np.isnan(y)
    if not is_grid:
        nowhere |= y >= NO_LATITUDE
    x[nowhere] = y[nowhere] = np.nan


_KEPT = {
    "council": "is no GSS code: kept without a council",
    "ended": "is no month: kept as one that has ended",
    "weight": "is no number from 0: kept without a weight",
}


def _issues(
    file: str,
    table: TextTable,
    found: Mapping[str, str],
    faults: Iterable[tuple[str, NDArray[np.intp]]],
) -> Iterator[RowIssue]:
    """What is told of values at fault, given as what they hold and their places."""
    for what, places in faults:
        for place in places:
            column = found[what]
            value = table.columns[column][int(place)].as_py()
            line = int(table.lines[place])
            if what in _KEPT:
                yield RowIssue(file, line, column, value, _KEPT[what], "noted")
            else:
                yield RowIssue(file, line, column, value, "is not a number")
