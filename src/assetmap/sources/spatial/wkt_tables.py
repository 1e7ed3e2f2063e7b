"""Layers of shapes from tables that hold them as text: well-known text, or hex WKB."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.spatial import reference_systems
from assetmap.sources.spatial.vector import Layer, read_layer, sha256_of
from assetmap.sources.tabular.csv_files import rows_of

TABLES = (".csv", ".tsv", ".txt")
NAMES = ("wkt", "geometry", "geom", "the_geom", "wkb", "shape", "wkb_geometry")
"""What columns of shapes are called, in the order in which they are tried."""

_WKT = re.compile(
    r"\s*(?:SRID\s*=\s*(\d+)\s*;)?\s*((?:MULTI)?POLYGON|GEOMETRYCOLLECTION|"
    r"(?:MULTI)?POINT|(?:MULTI)?LINESTRING)\b",
    re.IGNORECASE,
)
_HEX = re.compile(r"\s*0[01][0-9A-Fa-f]{16,}\s*")
_LOOKED_AT = 50


@dataclass(frozen=True)
class Drawn:
    """A layer with the line of each of its rows, and what could not be read of it.

    ``column`` is what the shapes stand under in the file.
    """

    layer: Layer
    lines: list[int]
    issues: list[RowIssue]
    column: str = "geometry"


def is_table(path: Path) -> bool:
    """Whether a file is a table of text by its name."""
    return path.suffix.lower() in TABLES


def read_drawn(
    path: Path,
    layer: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    swap_axes: bool = False,
    instead: str | None = None,
) -> Drawn:
    """The shapes in a file of any kind: a map file, or CSV with shapes as text.

    ``layer`` names the column of shapes of a table; one that has none needs none if it
    has the column ``instead``. Coordinates of a table that states no system are
    longitude and latitude if they can be.

    Raises:
        BadFile: it cannot be read, or does not say what it should.
    """
    if not is_table(path):
        found = read_layer(path, layer, crs, encoding, swap_axes)
        return Drawn(found, list(range(1, len(found.shapes) + 1)), [])
    issues: list[RowIssue] = []
    rows = list(rows_of(path, (), issues, encoding or "utf-8"))
    if not rows:
        raise BadFile(path.name, "holds no features")
    names = {each.strip().lower() for each in _cells(rows[0])}
    if instead in names and layer is None and not _has_shapes(rows):
        return _without_shapes(path, rows, issues)
    column = _column(path.name, rows, layer)
    shapes, system, unread = _shapes(path.name, rows, column)
    if swap_axes:
        shapes = reference_systems.swapped(shapes)
    columns = pd.DataFrame([dict(_cells(each)) for each in rows]).drop(columns=column)
    named = None if crs is None else reference_systems.called(crs, path.name)
    chosen, notes = _system(path.name, shapes, system, named)
    found = Layer(
        path.name, sha256_of(path), columns, shapes, chosen, "csv", notes=notes
    )
    return Drawn(found, [each.line for each in rows], issues + unread, column)


def _has_shapes(rows: list[RawRow]) -> bool:
    """Whether some cell among the first rows is a shape."""
    return any(
        _WKT.match(text) or _HEX.fullmatch(text)
        for row in rows[:_LOOKED_AT]
        for text in _cells(row).values()
    )


def _without_shapes(path: Path, rows: list[RawRow], issues: list[RowIssue]) -> Drawn:
    """A table without shapes as a layer: each row's is None."""
    columns = pd.DataFrame([dict(_cells(each)) for each in rows])
    shapes = np.full(len(rows), None, dtype=object)
    system = reference_systems.DEGREES
    layer = Layer(path.name, sha256_of(path), columns, shapes, system, "csv")
    return Drawn(layer, [each.line for each in rows], issues)


def _cells(row: RawRow) -> Mapping[str, str]:
    return row.values  # noqa: PD011 - no table of pandas


def _column(file: str, rows: list[RawRow], wanted: str | None) -> str:
    """The column of shapes: the one named, or the first that holds them.

    Raises:
        BadFile: there is none.
    """
    names = list(rows[0].values)
    shown = ", ".join(names)
    if wanted is not None:
        for each in names:
            if each.casefold() == wanted.casefold():
                return each
        raise BadFile(file, f"has no column {wanted!r}; it has {shown}")
    ranked = sorted(names, key=lambda it: (it.lower() not in NAMES, names.index(it)))
    for each in ranked:
        texts = [_cells(row).get(each, "") for row in rows[:_LOOKED_AT]]
        if any(_WKT.match(text) or _HEX.fullmatch(text) for text in texts):
            return each
    raise BadFile(
        file,
        "has no column of shapes as well-known text, such as POLYGON ((…)): name it "
        f"with --layer; it has {shown}",
    )


def _shapes(
    file: str, rows: list[RawRow], column: str
) -> tuple[NDArray[np.object_], pyproj.CRS | None, list[RowIssue]]:
    """The shape of each row, None where there is none, and the system they state.

    Raises:
        BadFile: rows state different systems.
    """
    shapes = np.full(len(rows), None, dtype=object)
    systems: set[str] = set()
    issues: list[RowIssue] = []
    for place, row in enumerate(rows):
        text = _cells(row).get(column, "").strip()
        stated = _WKT.match(text)
        if stated and stated.group(1):
            systems.add(stated.group(1))
            text = text.partition(";")[2]
        try:
            shapes[place] = _shape(text)
        except (shapely.errors.GEOSException, ValueError) as error:
            reason = f"cannot be read as a shape: {_reason(error)}"
            issues.append(RowIssue(file, row.line, column, text[:60], reason))
    if len(systems) > 1:
        told = ", ".join(f"EPSG:{each}" for each in sorted(systems))
        raise BadFile(file, f"has rows in different coordinate systems: {told}")
    code = next(iter(systems), None)
    system = None if code is None else reference_systems.called(f"EPSG:{code}", file)
    return shapes, system, issues


def _shape(text: str) -> Any:
    if not text:
        return None
    return shapely.from_wkb(text) if _HEX.fullmatch(text) else shapely.from_wkt(text)


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0].removeprefix("ParseException: ")


def _system(
    file: str,
    shapes: NDArray[np.object_],
    stated: pyproj.CRS | None,
    named: pyproj.CRS | None,
) -> tuple[pyproj.CRS, tuple[str, ...]]:
    """The system stated, else the one named, else degrees if they can be that.

    Raises:
        BadFile: there is none, or the coordinates cannot be of it.
    """
    system = stated or named
    if system is not None:
        fault = reference_systems.misfit(shapes, system)
        if fault:
            raise BadFile(file, fault)
        return system, ()
    points = shapely.get_coordinates(shapes)
    points = points[np.isfinite(points).all(axis=1)]
    if (np.abs(points) <= (180.0, 90.0)).all():
        said = "it states no coordinate system: read as longitude and latitude"
        return reference_systems.DEGREES, (said,)
    hint = reference_systems.hint(shapes)
    raise BadFile(file, f"states no coordinate system: {hint}")
