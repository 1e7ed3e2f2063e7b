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
from assetmap.sources.spatial import json_text, shapefiles
from assetmap.sources.spatial.map_files import MapFile

ARC_DEGREES = 1
"""Curves become lines of so many degrees of arc: 4 cm off where the radius is 1 km."""

ALL_LAYERS = "*"

_STRAIGHT = {"POLYGON", "MULTIPOLYGON"}

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
) -> tuple[Frame, list[str], str]:
    """The features of a layer, what must be known of how they were read, its name.

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
            frame, notes, name = _read(found, source, layer, options)
        except UnicodeDecodeError as error:
            raise BadFile(found.file, _undecodable(found, error)) from error
        except (RuntimeError, ValueError, OSError) as error:
            raise BadFile(found.file, _DAMAGED + _where(found)) from error
    if any("Measured" in str(each.message) for each in said):
        notes.append(_MEASURES)
    return frame, notes, name


def _read(
    found: MapFile, source: Any, layer: str | None, options: dict[str, Any]
) -> tuple[Frame, list[str], str]:
    frames, notes = [], []
    places = _layers_called(found, source, layer)
    for at in places:
        frame = pyogrio.read_dataframe(source, layer=at, on_invalid="warn", **options)
        if not isinstance(frame, Frame):
            raise BadFile(found.file, "holds a table without shapes")
        _check_count(found, source, len(frame))
        if _is_curved(found, source, at):
            notes.append(_CURVES)
        frames.append(frame)
    whole = frames[0] if len(frames) == 1 else _joined(found, frames)
    if found.kind == "kml":
        whole = whole.drop(columns=[each for each in _KML_ONLY if each in whole])
    names = [str(pyogrio.list_layers(source)[at][0]) for at in places]
    return whole, notes, ", ".join(names)


def _joined(found: MapFile, frames: Sequence[Frame]) -> Frame:
    if len({each.crs for each in frames}) > 1:
        raise BadFile(found.file, "has layers in different coordinate systems")
    whole = pd.concat(frames, ignore_index=True)
    return Frame(whole, geometry=frames[0].geometry.name, crs=frames[0].crs)


def _layers_called(found: MapFile, source: Any, name: str | None) -> list[int]:
    """The place of the layer of that name; without one of the only one with shapes.

    Bytes in memory have a new name each time that GDAL is shown them, and so may their
    layer: it is told by its place.
    """
    listed = [(str(each), kind) for each, kind in pyogrio.list_layers(source)]
    drawn = [at for at, (_, kind) in enumerate(listed) if kind is not None]
    names = [listed[at][0] for at in drawn]
    if name == ALL_LAYERS and drawn:
        return drawn
    shown = ", ".join(names)
    if name is not None:
        for at, (each, _) in enumerate(listed):
            if each.casefold() == name.casefold():
                return [at]
        raise BadFile(found.file, f"has no layer {name!r}; it has {shown}")
    if not drawn:
        raise BadFile(
            found.file, "holds a table without shapes" if listed else _DAMAGED
        )
    if len(drawn) > 1:
        said = f"name one of its layers with --layer: {shown}"
        raise BadFile(found.file, said, layers=names)
    return drawn


def _check_count(found: MapFile, source: Any, features: int) -> None:
    """A FlatGeobuf that has lost its end within its index gives no feature."""
    if found.kind != "flatgeobuf":
        return
    stated = pyogrio.read_info(source)["features"]
    if stated != features:
        raise BadFile(
            found.file, f"is cut short: it has {features:,} of {stated:,} features"
        )


def _is_curved(found: MapFile, source: Any, layer: int) -> bool:
    """Whether a layer holds curves; of the formats with them GeoPackage is in use."""
    if found.kind != "gpkg":
        return False
    about = pyogrio.read_info(source, layer=layer)
    name = about["layer_name"]
    kinds = _column(
        source,
        "SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = '{}'",
        name.replace("'", "''"),
    )
    if not set(kinds) <= _STRAIGHT:
        quoted = (each.replace('"', '""') for each in (about["geometry_name"], name))
        select = 'SELECT DISTINCT ST_GeometryType("{}") FROM "{}"'
        kinds = _column(source, select, *quoted)
    return any("CURVE" in each or "SURFACE" in each for each in kinds)


def _column(source: Any, select: str, *names: str) -> list[str]:
    """The first column of what a statement finds in a GeoPackage."""
    sql = select.format(*names)
    found = pyogrio.read_dataframe(source, sql=sql, read_geometry=False)
    return [str(each) for each in found.iloc[:, 0]]


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
