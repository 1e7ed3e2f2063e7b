"""Coordinate reference systems: the National Grid under its many names, and misfits."""

import math
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from assetmap import crs
from assetmap.errors import BadFile
from assetmap.sources.spatial import great_britain

_AIRY_1830 = (6_377_563.396, 299.3249646)
_GRID = {
    "Latitude of natural origin": 49.0,
    "Longitude of natural origin": -2.0,
    "Scale factor at natural origin": 0.9996012717,
    "False easting": 400_000.0,
    "False northing": -100_000.0,
}
DEGREES = pyproj.CRS(crs.CRS84)
"""Longitude and latitude as they are published, and as clients draw."""
_SAMPLE = 20_000
_kept = lru_cache(maxsize=256)
"""What is found of a system: every drawing asks the same of the same one."""


def called(name: str, file: str) -> pyproj.CRS:
    """The coordinate system of a name such as EPSG:27700.

    Raises:
        BadFile: none has it.
    """
    try:
        return pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError as error:
        said = f"--crs {name!r} is no coordinate system that is known"
        raise BadFile(file, f"{said}; write it as EPSG:27700", crs=name) from error


def stated(system: Any) -> pyproj.CRS | None:
    """The system that a file states; None for one that is no place on the Earth."""
    if system is None:
        return None
    found = pyproj.CRS.from_user_input(system)
    is_unknown = found.is_engineering or found.name.startswith("Undefined")
    return None if is_unknown or flat(found).ellipsoid is None else found


@_kept
def flat(system: pyproj.CRS) -> pyproj.CRS:
    """A system without heights, and without a shift to another that it may carry."""
    if system.is_compound:
        system = system.sub_crs_list[0]
    if system.is_bound and system.source_crs is not None:
        return flat(system.source_crs)
    return system.to_2d()


@_kept
def is_national_grid(system: pyproj.CRS) -> bool:
    """Whether a system is the National Grid, whatever its name or authority."""
    system = flat(system)
    if not system.is_projected or not is_osgb36(system):
        return False
    operation = system.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return False
    found = {each.name: float(each.value) for each in operation.params}
    in_metres = all(each.unit_conversion_factor == 1 for each in system.axis_info)
    return in_metres and all(
        math.isclose(found.get(name, math.nan), value, rel_tol=1e-10)
        for name, value in _GRID.items()
    )


@_kept
def is_osgb36(system: pyproj.CRS) -> bool:
    """Whether a system has the datum of the National Grid: nothing else is on Airy."""
    ellipsoid = flat(system).ellipsoid
    if ellipsoid is None:
        return False
    axis, flattening = _AIRY_1830
    return math.isclose(
        ellipsoid.semi_major_metre, axis, abs_tol=0.01
    ) and math.isclose(ellipsoid.inverse_flattening, flattening, abs_tol=1e-4)


@_kept
def is_degrees(system: pyproj.CRS) -> bool:
    """Whether a system is longitude and latitude as they are published."""
    found = flat(system)
    return found.to_string() == "OGC:CRS84" or found.to_epsg() == crs.CRS84


def named(system: pyproj.CRS) -> str:
    """A short name of a system, by its authority if that knows it."""
    authority = system.to_authority()
    return ":".join(authority) if authority else system.name


def swapped(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Shapes whose first coordinate becomes the second."""
    found: NDArray[np.object_] = shapely.transform(
        shapely.force_2d(shapes), lambda xy: xy[:, ::-1]
    )
    return found


def misfit(shapes: NDArray[np.object_], system: pyproj.CRS) -> str | None:
    """Why most coordinates cannot be of a system, with the option that mends it."""
    xy = _sample(shapes)
    if len(xy) == 0:
        return None
    x, y = np.median(xy, axis=0)
    shown = f"should be in {named(system)}, but its coordinates"
    if flat(system).is_geographic:
        if abs(x) > 360 or abs(y) > 360:
            return f"{shown} are metres ({x:,.0f}, {y:,.0f}): {_suggested(x, y)}"
        if _is_british(y, x) and not _is_british(x, y):
            return (
                f"{shown} are latitude and longitude ({x:.5f}, {y:.5f}), in that "
                "order: load it with --swap-axes"
            )
        return None
    if (np.abs(xy) <= 360).all():
        return f"{shown} are degrees ({x:.5f}, {y:.5f}): {_suggested(x, y)}"
    if is_national_grid(system) and _is_grid_backwards(xy):
        return (
            f"{shown} are northing and easting ({x:,.0f}, {y:,.0f}), in that order: "
            "load it with --swap-axes"
        )
    return None


def hint(shapes: NDArray[np.object_]) -> str:
    """What the coordinates of a file that states no system look like."""
    xy = _sample(shapes)
    return _suggested(*np.median(xy, axis=0)) if len(xy) else "name one with --crs"


def _sample(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Some coordinates of shapes, those that are numbers."""
    step = max(1, len(shapes) // _SAMPLE)
    xy = shapely.get_coordinates(shapes[::step])
    return xy[np.isfinite(xy).all(axis=1)]


def _is_british(x: float, y: float) -> bool:
    return bool(crs.LON[0] <= x <= crs.LON[1] and crs.LAT[0] <= y <= crs.LAT[1])


def _suggested(x: float, y: float) -> str:
    if _is_british(x, y):
        return "name the true one with --crs, which looks like EPSG:4326"
    if _is_british(y, x):
        return (
            "name the true one with --crs, which looks like EPSG:4326, and its order "
            "with --swap-axes"
        )
    if crs.EAST_M[0] <= x <= crs.EAST_M[1] and crs.NORTH_M[0] <= y <= crs.NORTH_M[1]:
        return "name the true one with --crs, which looks like EPSG:27700"
    return "name the true one with --crs"


def _is_grid_backwards(xy: NDArray[np.float64]) -> bool:
    """Whether places are off Great Britain as they stand, and on it the other way."""
    some = xy[:: max(1, len(xy) // 200)]
    return _share_on(some) < 0.1 and _share_on(some[:, ::-1]) > 0.9


def _share_on(xy: NDArray[np.float64]) -> float:
    lon, lat = crs.to_lon_lat(xy[:, 0], xy[:, 1])
    found = np.isfinite(lon) & np.isfinite(lat)
    points: Any = shapely.points(lon[found], lat[found])
    return float(np.count_nonzero(~great_britain.is_off(points))) / len(xy)
