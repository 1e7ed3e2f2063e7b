"""Shapes in any projected system in metres in which ground has its true size."""

from typing import Any

import geopandas
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from assetmap import crs
from assetmap.errors import Invalid
from assetmap.sources.spatial import reference_systems
from assetmap.sources.spatial.shapes import both_shapes

Shapes = NDArray[np.object_]
Numbers = NDArray[np.float64]

OFF_SIZE = 0.02
"""How far from 1 the size of ground in a system may be, as a share."""


class BadSystem(Invalid):
    """A coordinate system is not one in which ground can be measured."""

    title = "Bad coordinate system"


def measuring_system(name: str, shapes: Shapes, sent: pyproj.CRS) -> pyproj.CRS:
    """The system of a name, if ground can be measured in it where shapes lie.

    Raises:
        BadSystem: it is unknown, in degrees or feet, or shows that ground at another
            size than it has; told with one that would do.
    """
    try:
        found = reference_systems.flat(pyproj.CRS.from_user_input(name))
    except pyproj.exceptions.CRSError as error:
        raise BadSystem(
            f"--crs {name!r} is no coordinate system that is known; write it as "
            "EPSG:27700",
            crs=name,
        ) from error
    middle = _middle(shapes, sent)
    instead = f": take one in metres made for the place, such as {_zone(*middle)}"
    if not found.is_projected:
        raise BadSystem(
            f"--crs {name} is not projected, and ground cannot be measured in "
            f"degrees{instead}",
            crs=name,
        )
    if any(each.unit_conversion_factor != 1 for each in found.axis_info[:2]):
        unit = found.axis_info[0].unit_name
        raise BadSystem(f"--crs {name} is in {unit}, not in metres{instead}", crs=name)
    size = float(sizes(np.array([middle]), found)[0])
    if not abs(size - 1) <= OFF_SIZE:
        told = f"{size:.2f} times" if np.isfinite(size) else "no"
        raise BadSystem(
            f"--crs {name} gives ground at {middle[0]:.2f}, {middle[1]:.2f} {told} "
            f"its true size{instead}",
            crs=name,
        )
    return found


def system_for(shapes: Shapes, sent: pyproj.CRS) -> str:
    """A name of the system to measure in where none is named.

    The file's own if it is projected in metres, else the National Grid.
    """
    own = reference_systems.flat(sent)
    is_metric = all(each.unit_conversion_factor == 1 for each in own.axis_info[:2])
    if own.is_projected and is_metric:
        return reference_systems.named(own)
    lon, lat = _middle(shapes, sent)
    if crs.LON[0] <= lon <= crs.LON[1] and crs.LAT[0] <= lat <= crs.LAT[1]:
        return f"EPSG:{crs.NATIONAL_GRID}"
    raise BadSystem(
        "The drawings lie outside Great Britain: name a projected system in metres "
        f"with --crs, such as {_zone(lon, lat)}"
    )


def measured(shapes: Shapes, sent: pyproj.CRS, system: pyproj.CRS) -> Shapes:
    """Shapes in the system to measure in; to the National Grid by OSTN15.

    Where a vertex has no place there a shape has coordinates that are not finite, or
    is None.
    """
    flat: Shapes = shapely.force_2d(np.asarray(shapes, dtype=object))
    if reference_systems.is_national_grid(system):
        return both_shapes(flat, sent)[0]
    if reference_systems.flat(sent) == system:
        return flat
    moved = geopandas.GeoSeries(flat, crs=sent).to_crs(system)
    found: Shapes = np.asarray(moved.values, dtype=object)
    return found


def in_degrees(shapes: Any, system: pyproj.CRS) -> Shapes:
    """Shapes of the system measured in, in CRS84 to be published."""
    flat = np.asarray(shapes, dtype=object)
    if reference_systems.is_national_grid(system):
        return crs.wgs84_shapes(flat)
    moved = geopandas.GeoSeries(flat, crs=system).to_crs(crs.CRS84)
    found: Shapes = np.asarray(moved.values, dtype=object)
    return found


def corners_at_size(
    shapes: Shapes, sent: pyproj.CRS, system: pyproj.CRS
) -> NDArray[np.bool_]:
    """Whether all four corners of each shape's box have nearly their true size.

    Shapes are as they were sent: a system may show the far side of the Earth as near.
    """
    west, south, east, north = shapely.bounds(shapes).T
    corners = np.stack(
        [np.r_[west, west, east, east], np.r_[south, north, south, north]], axis=1
    )
    to = pyproj.Transformer.from_crs(
        reference_systems.flat(sent), crs.CRS84, always_xy=True
    )
    lon_lat = np.column_stack(to.transform(corners[:, 0], corners[:, 1]))
    off = np.abs(sizes(lon_lat, system) - 1).reshape(4, -1)
    # Nowhere is nan, which is not within any distance.
    found: Any = (off <= OFF_SIZE).all(axis=0)
    fits: NDArray[np.bool_] = found
    return fits


def sizes(lon_lat: Numbers, system: pyproj.CRS) -> Numbers:
    """By how much a system shows ground larger than it is, at places in degrees."""
    factors = pyproj.Proj(system).get_factors(lon_lat[:, 0], lon_lat[:, 1])
    found: Numbers = np.atleast_1d(np.asarray(factors.areal_scale, dtype=float))
    return np.where(np.isfinite(found), found, np.nan)


def _middle(shapes: Shapes, sent: pyproj.CRS) -> tuple[float, float]:
    """The middle of most of the shapes in degrees: far ones do not move it."""
    points = shapely.get_coordinates(shapes)
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) == 0:
        return 0.0, 0.0
    x, y = np.median(points, axis=0)
    to = pyproj.Transformer.from_crs(
        reference_systems.flat(sent), crs.CRS84, always_xy=True
    )
    lon, lat = to.transform(x, y)
    return float(lon), float(lat)


def _zone(lon: float, lat: float) -> str:
    """The zone of UTM at a place."""
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        return "a zone of UTM"
    zone = min(int((lon + 180) // 6) + 1, 60)
    north = "N" if lat >= 0 else "S"
    return f"EPSG:{32600 + zone + (0 if lat >= 0 else 100)} (UTM zone {zone}{north})"
