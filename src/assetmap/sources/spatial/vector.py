"""Layers of shapes, from any format that publishers use."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from assetmap.errors import BadFile
from assetmap.sources.file_kinds import SUFFIXES as SUFFIXES_BY_KIND
from assetmap.sources.limits import limits
from assetmap.sources.spatial import layers, parquet_layers, reference_systems
from assetmap.sources.spatial.map_files import MapFile, map_file

_AREAL = (3, 6, 7)

SUFFIXES = tuple(end for ends in SUFFIXES_BY_KIND.values() for end in ends)


@dataclass(frozen=True)
class Layer:
    """Shapes with their columns, as the supplier sent them, in the supplier's CRS.

    ``kind`` is the format that they came in, ``part`` the name of the file within an
    archive (else that of the file), ``layer`` its name, and ``notes`` what reading them
    left out or changed.
    """

    file: str
    sha256: str
    columns: pd.DataFrame
    shapes: NDArray[np.object_]
    crs: pyproj.CRS
    kind: str = ""
    part: str = ""
    layer: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """How a file is to be read where it does not say so, or says what is not so."""

    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    swap_axes: bool = False


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_layer(
    path: Path,
    layer: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    swap_axes: bool = False,
) -> Layer:
    """The shapes in a file.

    ``crs`` is for a file that states none, or one that its coordinates cannot be of;
    ``encoding`` for text that is not what the file says, and ``swap_axes`` for
    coordinates in the other order than their system asks.

    Raises:
        BadFile: the file is absent, empty, damaged, of no known format or another than
            its name says, holds several layers, or states no CRS or a wrong one.
    """
    how = Reading(layer, crs, encoding, swap_axes)
    found, name = map_file(path, how.layer, limits())
    named = None if crs is None else reference_systems.called(crs, path.name)
    frame, notes, layer_name = _frame(found, name, how)
    if len(frame) == 0:
        raise BadFile(path.name, "holds no features")
    shapes = np.asarray(frame.geometry.values, dtype=object)
    system = reference_systems.stated(frame.crs)
    if swap_axes:
        shapes = reference_systems.swapped(shapes)
        notes.append("the two coordinates of each position are swapped")
    system = _system(path.name, shapes, system, named, notes)
    notes += _dimensions(shapes)
    return Layer(
        path.name,
        sha256_of(path),
        pd.DataFrame(frame.drop(columns=frame.geometry.name)),
        shapes,
        system,
        found.kind,
        found.name,
        layer_name,
        tuple(notes),
    )


def _frame(
    found: MapFile, layer: str | None, how: Reading
) -> tuple[geopandas.GeoDataFrame, list[str], str]:
    if found.kind == "geoparquet":
        return parquet_layers.read(found, layer, limits()), [], ""
    return layers.read(found, layer, how.encoding)


def _system(
    file: str,
    shapes: NDArray[np.object_],
    stated: pyproj.CRS | None,
    named: pyproj.CRS | None,
    notes: list[str],
) -> pyproj.CRS:
    """The system that is stated, or the one named if that is none or cannot be.

    Raises:
        BadFile: there is none, or the coordinates cannot be of it.
    """
    system = named if stated is None else stated
    if system is None:
        hint = reference_systems.hint(shapes)
        raise BadFile(file, f"states no coordinate system: {hint}")
    fault = reference_systems.misfit(shapes, system)
    if fault and stated is not None and named is not None:
        notes.append(
            f"it states {reference_systems.named(stated)}, which its coordinates "
            f"cannot be: read as {reference_systems.named(named)}"
        )
        system, fault = named, reference_systems.misfit(shapes, named)
    if fault:
        raise BadFile(file, fault)
    return system


def _dimensions(shapes: NDArray[np.object_]) -> list[str]:
    """Notes on what boundaries have no use for: heights, and shapes beside polygons."""
    notes = []
    high = shapes[shapely.has_z(shapes)]
    if np.nan_to_num(shapely.get_coordinates(high, include_z=True)[:, 2]).any():
        notes.append(f"the heights (Z) of {len(high):,} shapes are left out")
    is_mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    parts = shapely.get_type_id(shapely.get_parts(shapes[is_mixed]))
    if lost := int(np.count_nonzero(~np.isin(parts, _AREAL))):
        notes.append(f"{lost:,} points and lines beside polygons are left out")
    return notes
