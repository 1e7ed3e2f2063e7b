"""Between the National Grid and longitude and latitude, by OSTN15.

``geom`` (EPSG:27700, metres) is for measuring and ``geom_wgs84`` (CRS84 longitude,
latitude) for publishing. Both are written once, at ingest, from here. PROJ and
ST_Transform lack the OSTN15 grid by default and are up to 4 m out without saying so.
"""

from typing import Any

import numpy as np
import shapely
from convertbng.cutil import convert_bng, convert_lonlat
from numpy.typing import NDArray

from assetmap.errors import AssetmapError

Numbers = NDArray[np.float64]

NATIONAL_GRID = 27700
CRS84 = 4326
EAST_M = (0.0, 700_000.0)
NORTH_M = (0.0, 1_300_000.0)
LON = (-8.75, 2.1)
LAT = (49.75, 61.0)

# The Ordnance Survey's worked example: Caister water tower.
CHECK_LON_LAT = (1.716073973, 52.658007833)
CHECK_EAST_NORTH = (651409.804, 313177.450)

_METRES_PER_DEGREE = 111_200.0

_FEW = 64
"""So few points are converted one by one, in the thread that asks: to have others wake
up for them takes longer, and far longer where all processors are busy."""


class TransformationWrong(AssetmapError):
    """The check point does not come out where the Ordnance Survey says it must."""

    title = "Transformation wrong"


def to_lon_lat(east: Numbers, north: Numbers) -> tuple[Numbers, Numbers]:
    """Longitude and latitude of grid points; nan where OSTN15 has no answer."""
    east, north = np.atleast_1d(east).astype(float), np.atleast_1d(north).astype(float)
    lon, lat = convert_lonlat(east, north)
    return np.asarray(lon), np.asarray(lat)


def to_grid(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """National Grid metres of points; nan where OSTN15 has no answer."""
    lon, lat = np.atleast_1d(lon).astype(float), np.atleast_1d(lat).astype(float)
    east, north = _converted(lon, lat)
    lost = np.isnan(east) & _in_degrees(lon, lat)
    if lost.any():
        east[lost], north[lost] = _solved(lon[lost], lat[lost])
    return east, north


def _converted(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    if len(lon) > _FEW:
        east, north = convert_bng(lon, lat)
        return np.array(east), np.array(north)
    found = np.empty((2, len(lon)))
    for at in range(len(lon)):
        here = slice(at, at + 1)
        found[:, here] = convert_bng(lon[here], lat[here])
    return found[0], found[1]


def _in_degrees(lon: Numbers, lat: Numbers) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (
        (lon >= LON[0]) & (lon <= LON[1]) & (lat >= LAT[0]) & (lat <= LAT[1])
    )
    return inside


def _solved(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """Grid points found by stepping until they turn back into the given degrees.

    The forward conversion gives nan in the far south (the Isles of Scilly) where its
    inverse is defined. The step is the plain scale of a degree, which the grid's
    distortion changes by a few percent only, so each step gains more than a digit.
    """
    along = _METRES_PER_DEGREE * np.cos(np.radians(lat))
    east = 400_000 + (lon + 2.0) * along
    north = -100_000 + (lat - 49.0) * _METRES_PER_DEGREE
    north = np.maximum(north, 1.0)
    for _ in range(25):
        at_lon, at_lat = convert_lonlat(east, north)
        east = east + (lon - at_lon) * along
        north = north + (lat - at_lat) * _METRES_PER_DEGREE
    at_lon, at_lat = convert_lonlat(east, north)
    off = np.hypot((lon - at_lon) * along, (lat - at_lat) * _METRES_PER_DEGREE)
    wrong = ~(off < 0.01)
    east[wrong] = north[wrong] = np.nan
    return np.round(east, 3), np.round(north, 3)


def grid_shapes(shapes: Any) -> NDArray[np.object_]:
    """Shapes in EPSG:27700 from shapes in CRS84; None where a vertex has no answer."""
    return _moved(shapes, to_grid)


def wgs84_shapes(shapes: Any) -> NDArray[np.object_]:
    """Shapes in CRS84 from shapes in EPSG:27700; None where a vertex has no answer."""
    return _moved(shapes, to_lon_lat)


def _moved(shapes: Any, move: Any) -> NDArray[np.object_]:
    shapes = shapely.force_2d(np.atleast_1d(np.asarray(shapes, dtype=object))).copy()
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    moved = np.column_stack(move(points[:, 0], points[:, 1]))
    is_lost = ~np.isfinite(moved).all(axis=1)
    if is_lost.any():
        lost = np.unique(owner[is_lost])
        moved = moved[~np.isin(owner, lost)]
        shapes[lost] = None
    result: NDArray[np.object_] = shapely.set_coordinates(shapes, moved)
    return result


def check() -> float:
    """How far the check point is out, in metres: under 0.01 when OSTN15 is in use.

    Raises:
        TransformationWrong: it is more than 0.1 m out.
    """
    east, north = to_grid(*(np.array([each]) for each in CHECK_LON_LAT))
    off = float(np.hypot(east[0] - CHECK_EAST_NORTH[0], north[0] - CHECK_EAST_NORTH[1]))
    if not off < 0.1:
        raise TransformationWrong(
            f"Caister water tower comes out {off:.2f} m from where it stands; "
            "OSTN15 is not in use.",
            off_m=off,
        )
    return off
