"""Layers of shapes, from any format that GDAL reads, and GeoParquet."""

import hashlib
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePath

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pyproj
from numpy.typing import NDArray

from assetmap.errors import BadFile
from assetmap.sources.text_lines import opened

SUFFIXES = (
    ".geojson",
    ".json",
    ".geojsonl",
    ".geojsons",
    ".gpkg",
    ".shp",
    ".zip",
    ".fgb",
    ".parquet",
    ".kml",
)


@dataclass(frozen=True)
class Layer:
    """Shapes with their columns, as the supplier sent them, in the supplier's CRS."""

    file: str
    sha256: str
    columns: pd.DataFrame
    shapes: NDArray[np.object_]
    crs: pyproj.CRS


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_layer(path: Path, layer: str | None = None, crs: str | None = None) -> Layer:
    """The shapes in a file; ``crs`` is for a file that does not state its own.

    Raises:
        BadFile: the file is absent, empty, of no known format, or states no CRS; or
            no coordinate system is called ``crs``.
    """
    opened(path).close()
    named = None if crs is None else _crs_called(crs, path.name)
    frame = _frame(path, layer)
    if len(frame) == 0:
        raise BadFile(path.name, "holds no features")
    stated = frame.crs if frame.crs is not None else named
    if stated is None:
        raise BadFile(path.name, "states no coordinate system: name one with --crs")
    columns = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return Layer(
        path.name,
        sha256_of(path),
        columns,
        np.asarray(frame.geometry.values, dtype=object),
        pyproj.CRS.from_user_input(stated),
    )


def _crs_called(name: str, file: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError as error:
        said = f"--crs {name!r} is no coordinate system that is known"
        raise BadFile(file, f"{said}; write it as EPSG:27700", crs=name) from error


def _frame(path: Path, layer: str | None) -> geopandas.GeoDataFrame:
    """The features of a file, without what GDAL says beside them.

    GDAL advises on its own options, which users of ours cannot set.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise BadFile(path.name, f"is none of {', '.join(SUFFIXES)}")
    _check_parts(path)
    try:
        with warnings.catch_warnings(action="ignore"):
            if suffix == ".parquet":
                return geopandas.read_parquet(path)
            return _read(path, layer)
    except (RuntimeError, ValueError, OSError) as error:
        raise BadFile(
            path.name,
            "cannot be read: it is not a file of the kind its name says, or is damaged",
        ) from error


def _check_parts(path: Path) -> None:
    """Nothing, if each Shapefile has beside it the files that it cannot do without.

    Raises:
        BadFile: one of them is missing.
    """
    if path.suffix.lower() == ".shp":
        names = [each.name for each in path.parent.iterdir()]
        shapes = [path.name]
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
        shapes = [each for each in names if each.lower().endswith(".shp")]
    else:
        return
    there = {each.lower() for each in names}
    for shape in map(PurePath, shapes):
        for suffix, holds in (("dbf", "its columns"), ("shx", "the places of shapes")):
            part = shape.with_suffix(f".{suffix}")
            if str(part).lower() not in there:
                raise BadFile(
                    path.name, f"lacks {part}, the part of a Shapefile with {holds}"
                )


def _read(path: Path, layer: str | None) -> geopandas.GeoDataFrame:
    frame = pyogrio.read_dataframe(
        path, layer=_layer_called(path, layer), on_invalid="warn"
    )
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise BadFile(path.name, "holds a table without shapes")
    return frame


def _layer_called(path: Path, name: str | None) -> str:
    """The layer of that name, or without a name the only one that has shapes."""
    kinds = {str(each): kind for each, kind in pyogrio.list_layers(path)}
    layers = [each for each, kind in kinds.items() if kind is not None]
    found = ", ".join(layers) if layers else "none"
    if name is not None:
        if name not in kinds:
            raise BadFile(path.name, f"has no layer {name!r}; it has {found}")
        return name
    if len(layers) != 1:
        raise BadFile(
            path.name, f"name one of its layers with --layer: {found}", layers=layers
        )
    return layers[0]
