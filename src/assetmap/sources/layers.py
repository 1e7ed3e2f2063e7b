"""Layers of shapes as GDAL reads them."""

import codecs
import warnings
from collections.abc import Sequence
from typing import Any

import geopandas
import orjson
import pandas as pd
import pyogrio

from assetmap.errors import BadFile
from assetmap.sources import json_text, shapefiles
from assetmap.sources.map_files import MapFile

ARC_DEGREES = 1
"""Curves become lines of so many degrees of arc: 4 cm off where the radius is 1 km."""

ALL_LAYERS = "*"

_DAMAGED = "cannot be read: it is not a file of the kind its name says, or is damaged"
_CURVES = f"its curves are read as lines, one for each {ARC_DEGREES} degree of arc"
_MEASURES = "its measures (M) are left out"
_KML_ONLY = {
    *("id", "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude"),
    *("visibility", "drawOrder", "icon", "snippet"),
}
"""Columns that GDAL makes for all KML, which say how to draw it."""

pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": ARC_DEGREES})

Frame = geopandas.GeoDataFrame


def read(
    found: MapFile, layer: str | None, encoding: str | None
) -> tuple[Frame, list[str]]:
    """The features of a layer, and what must be known of how they were read.

    Raises:
        BadFile: they cannot be read, or it is not told which layer is meant.
    """
    source: Any = found.source
    options: dict[str, Any] = {}
    if found.kind == "shapefile":
        shapefiles.check_parts(found)
        options["encoding"] = shapefiles.encoding_of(found, encoding)
    elif found.kind == "geojson":
        source = json_text.checked(found, encoding)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            frame, notes = _read(found, source, layer, options)
        except UnicodeDecodeError as error:
            raise BadFile(found.file, _undecodable(found, error)) from error
        except (RuntimeError, ValueError, OSError) as error:
            raise BadFile(found.file, _DAMAGED + _where(found)) from error
    if any("Measured" in str(each.message) for each in said):
        notes.append(_MEASURES)
    return frame, notes


def _read(
    found: MapFile, source: Any, layer: str | None, options: dict[str, Any]
) -> tuple[Frame, list[str]]:
    frames, notes = [], []
    for name in _layers_called(found, source, layer):
        frame = pyogrio.read_dataframe(source, layer=name, on_invalid="warn", **options)
        if not isinstance(frame, Frame):
            raise BadFile(found.file, "holds a table without shapes")
        _check_count(found, source, name, len(frame))
        if _is_curved(found, source, name):
            notes.append(_CURVES)
        frames.append(frame)
    whole = frames[0] if len(frames) == 1 else _joined(found, frames)
    if found.kind == "kml":
        whole = whole.drop(columns=[each for each in _KML_ONLY if each in whole])
    return whole, notes


def _joined(found: MapFile, frames: Sequence[Frame]) -> Frame:
    if len({each.crs for each in frames}) > 1:
        raise BadFile(found.file, "has layers in different coordinate systems")
    whole = pd.concat(frames, ignore_index=True)
    return Frame(whole, geometry=frames[0].geometry.name, crs=frames[0].crs)


def _layers_called(found: MapFile, source: Any, name: str | None) -> list[str]:
    """The layer of that name, or without a name the only one that has shapes."""
    kinds = {str(each): kind for each, kind in pyogrio.list_layers(source)}
    layers = [each for each, kind in kinds.items() if kind is not None]
    shown = ", ".join(layers) if layers else "none"
    if name == ALL_LAYERS and layers:
        return layers
    if name is not None:
        for each in kinds:
            if each.casefold() == name.casefold():
                return [each]
        raise BadFile(found.file, f"has no layer {name!r}; it has {shown}")
    if len(layers) != 1:
        raise BadFile(
            found.file,
            f"name one of its layers with --layer: {shown}",
            layers=layers,
        )
    return layers


def _check_count(found: MapFile, source: Any, layer: str, features: int) -> None:
    """A FlatGeobuf that has lost its end within its index gives no feature."""
    if found.kind != "flatgeobuf":
        return
    stated = pyogrio.read_info(source, layer=layer)["features"]
    if stated != features:
        raise BadFile(
            found.file, f"is cut short: it has {features:,} of {stated:,} features"
        )


def _is_curved(found: MapFile, source: Any, layer: str) -> bool:
    """Whether a layer holds curves; of those that are read, few formats can."""
    kind = str(pyogrio.read_info(source, layer=layer)["geometry_type"])
    if found.kind != "gpkg" or kind not in {"Unknown", "GeometryCollection"}:
        return "Curve" in kind or "Surface" in kind
    column = pyogrio.read_info(source, layer=layer)["geometry_name"]
    quoted = (each.replace('"', '""') for each in (column, layer))
    select = 'SELECT DISTINCT ST_GeometryType("{}") AS kind FROM "{}"'
    sql = select.format(*quoted)
    kinds = pyogrio.read_dataframe(source, sql=sql, read_geometry=False)["kind"]
    return any("CURVE" in str(each) or "SURFACE" in str(each) for each in kinds)


def _undecodable(found: MapFile, error: UnicodeDecodeError) -> str:
    byte = error.object[error.start]
    return (
        f"holds text that is not UTF-8 (the byte 0x{byte:02X}), as "
        f"{found.kind.upper()} must"
    )


def _where(found: MapFile) -> str:
    """Where JSON is broken, as far as it is."""
    if found.kind != "geojson":
        return ""
    try:
        orjson.loads(json_text.content_of(found).removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        return f" at line {error.lineno}, column {error.colno}: {error.msg}"
    return ": it is JSON, but not GeoJSON"
