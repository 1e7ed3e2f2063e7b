"""Rows of files of shapes: GeoJSON, GeoPackage, Shapefile, FlatGeobuf, KML, Parquet."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyogrio
import shapely

from assetmap.assets.shapes import (
    COLUMN,
    MOST_VERTICES,
    NOWHERE,
    OUTSIDE,
    PlacedShape,
    ShapedRow,
    are_inside,
    placed_shape,
)
from assetmap.errors import BadFile, BadValue
from assetmap.issues import RowIssue, refused
from assetmap.sources.file_kinds import HEAD_BYTES, SUFFIXES, kind_of
from assetmap.sources.limits import limits
from assetmap.sources.spatial.map_files import map_file
from assetmap.sources.spatial.shapes import both_shapes
from assetmap.sources.spatial.vector import Layer, Reading, read_layer

CHUNK = 10_000

_MAPS = tuple(
    end
    for kind, ends in SUFFIXES.items()
    if kind not in ("zip", "gzip")
    for end in ends
)


def is_map(path: Path, names: Sequence[str]) -> bool:
    """Whether a file, or what is in a zip of ``names``, holds shapes by its name."""
    inside = [path.name, *names]
    if any(each.lower().endswith(_MAPS) for each in inside):
        return True
    with path.open("rb") as file:
        return kind_of(file.read(HEAD_BYTES)) == "gpkg"


def layers_in(path: Path) -> list[str]:
    """What the layers of a file are called; none where it cannot be read so far."""
    with suppress(BadFile):
        found, _ = map_file(path, None, limits())
        with suppress(RuntimeError, ValueError, OSError):
            return [str(each) for each, _ in pyogrio.list_layers(found.source)]
    return []


def columns_of(layer: Layer) -> list[str]:
    """What the columns of a layer are called."""
    return [str(each) for each in layer.columns.columns]


def read_map(path: Path, how: Reading) -> Layer:
    """The layer of a file.

    Raises:
        BadFile: it cannot be read, or holds several and none is named.
    """
    return read_layer(path, how.layer, how.crs, how.encoding, how.swap_axes)


def rows_of_map(layer: Layer, issues: list[RowIssue]) -> Iterator[ShapedRow]:
    """The features of a layer, each counted from 1; those at fault are refused.

    A feature without a shape stays, since its columns may say where it is.
    """
    names = columns_of(layer)
    for start in range(0, len(layer.shapes), CHUNK):
        part = slice(start, start + CHUNK)
        grid, wgs84 = both_shapes(layer.shapes[part], layer.crs)
        records = layer.columns.iloc[part].itertuples(index=False, name=None)
        sound = _are_sound(grid, wgs84)
        rows = enumerate(zip(records, grid, wgs84, sound, strict=True), start + 1)
        for line, (cells, on_grid, shape, is_sound) in rows:
            values = _texts(names, cells)
            placed = PlacedShape(on_grid, shape) if is_sound else None
            row = ShapedRow(layer.file, line, values, placed)
            if is_sound or shape is None or shapely.is_empty(shape):
                yield row
            else:
                yield from _mended(row, on_grid, shape, issues)


def _are_sound(grid: Any, wgs84: Any) -> Any:
    """Which shapes can be stored as they are."""
    there = ~(shapely.is_missing(grid) | shapely.is_missing(wgs84))
    there &= shapely.is_valid(grid) & shapely.is_valid(wgs84) & ~shapely.is_empty(wgs84)
    there &= shapely.get_num_coordinates(wgs84) <= MOST_VERTICES
    return there & are_inside(shapely.bounds(wgs84))


def _mended(
    row: ShapedRow, on_grid: Any, shape: Any, issues: list[RowIssue]
) -> Iterator[ShapedRow]:
    """The row with its shape made valid; or none, and why."""
    try:
        found = placed_shape(shape)
    except BadValue as bad:
        where = "" if bad.reason not in (OUTSIDE, NOWHERE) else _at(on_grid, shape)
        told = BadValue(COLUMN, bad.value or where, bad.reason)
        issues.append(refused(row, told))
        return
    if found.repaired is not None:
        told_row = (row.file, row.line, COLUMN, "", found.repaired)
        issues.append(RowIssue(*told_row, "repaired"))
    yield ShapedRow(row.file, row.line, row.values, found)


def _at(*shapes: Any) -> str:
    for each in shapes:
        if each is not None and not shapely.is_empty(each):
            x, y = shapely.get_coordinates(each)[0]
            return f"{x:.10g}, {y:.10g}"
    return ""


def _texts(names: Sequence[str], cells: Sequence[Any]) -> Mapping[str, str]:
    return {name: _text(cell) for name, cell in zip(names, cells, strict=True)}


def _text(cell: Any) -> str:
    """A cell as a table would have it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, list | tuple | dict | np.ndarray):
        return orjson.dumps(cell, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    if cell is None or pd.isna(cell):
        return ""
    if isinstance(cell, float | np.floating) and math.isfinite(cell):
        return str(int(cell)) if float(cell).is_integer() else repr(float(cell))
    if isinstance(cell, datetime):
        is_day = cell.time() == datetime.min.time()
        return cell.date().isoformat() if is_day else cell.isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
