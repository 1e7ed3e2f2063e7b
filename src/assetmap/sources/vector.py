"""Layers of shapes, from any format that GDAL reads, and GeoParquet."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pyproj
from numpy.typing import NDArray

from assetmap.errors import BadFile

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
        BadFile: the file is absent, empty, of no known format, or states no CRS.
    """
    if not path.is_file():
        raise BadFile(path.name, "there is no such file")
    frame = _frame(path, layer)
    if len(frame) == 0:
        raise BadFile(path.name, "holds no features")
    stated = frame.crs if frame.crs is not None else crs
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


def _frame(path: Path, layer: str | None) -> geopandas.GeoDataFrame:
    if path.suffix.lower() not in SUFFIXES:
        raise BadFile(path.name, f"is none of {', '.join(SUFFIXES)}")
    try:
        if path.suffix.lower() == ".parquet":
            return geopandas.read_parquet(path)
        chosen = layer if layer is not None else _only_layer(path)
        return _read(path, chosen)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise BadFile(path.name, f"cannot be read: {_first_line(error)}") from error
    except (ValueError, OSError) as error:
        raise BadFile(path.name, f"cannot be read: {_first_line(error)}") from error


def _read(path: Path, layer: Any) -> geopandas.GeoDataFrame:
    frame = pyogrio.read_dataframe(path, layer=layer, on_invalid="warn")
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise BadFile(path.name, "holds a table without shapes")
    return frame


def _only_layer(path: Path) -> str:
    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if len(layers) != 1:
        found = ", ".join(layers) if layers else "none"
        raise BadFile(
            path.name, f"name one of its layers with --layer: {found}", layers=layers
        )
    return layers[0]


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else "unknown"
