"""The ground, the line or the points that an asset covers, made fit to store."""

from dataclasses import dataclass
from typing import Any

import shapely

from assetmap import crs
from assetmap.errors import BadValue
from assetmap.issues import RawRow
from assetmap.sources.spatial.shapes import mended

COLUMN = "geometry"
OUTSIDE = "lies outside Great Britain"
NOWHERE = "is what is written where no place is known"
MOST_VERTICES = 100_000
MOST_MENDED = 300
"""Vertices of a shape that is mended: were each edge to cross every other, it would
still be done in seconds."""
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True)
class PlacedShape:
    """A valid shape in EPSG:27700 and in CRS84; ``repaired`` says what was mended."""

    grid: Any
    wgs84: Any
    repaired: str | None = None

    @property
    def point(self) -> tuple[float, float, float, float]:
        """East, north, longitude and latitude of a point of it."""
        grid, wgs84 = shapely.point_on_surface([self.grid, self.wgs84])
        return grid.x, grid.y, wgs84.x, wgs84.y


@dataclass(frozen=True)
class ShapedRow(RawRow):
    """A row of a file of shapes, and its shape; None where it has none."""

    shape: PlacedShape | None = None


def placed_shape(sent: Any) -> PlacedShape:
    """The shape of an asset that was sent in CRS84: a point, a line or ground.

    Raises:
        BadValue: it holds nothing, or cannot be in Great Britain.
    """
    shape = shapely.force_2d(sent)
    if shapely.is_empty(shape):
        raise BadValue(COLUMN, "", "is empty")
    vertices = int(shapely.get_num_coordinates(shape))
    if vertices > MOST_VERTICES:
        raise BadValue(COLUMN, vertices, f"has over {MOST_VERTICES:,} vertices")
    fault = _fault(shapely.bounds(shape).tolist())
    if fault is not None:
        raise BadValue(COLUMN, _shown(shape), fault)
    reason = None if shapely.is_valid(shape) else shapely.is_valid_reason(shape)
    if reason is not None:
        shape = _mended(shape, reason)
    grid = crs.grid_shapes([shape])[0]
    if grid is None:
        raise BadValue(COLUMN, _shown(shape), OUTSIDE)
    repaired = None if reason is None else f"was not valid ({reason}); mended"
    return PlacedShape(grid, shape, repaired)


def _mended(shape: Any, reason: str) -> Any:
    if shapely.get_type_id(shape) not in _POLYGONS:
        raise BadValue(COLUMN, _shown(shape), f"is not valid: {reason}")
    if shapely.get_num_coordinates(shape) > MOST_MENDED:
        told = f"is not valid ({reason}), and has too many vertices to be mended"
        raise BadValue(COLUMN, _shown(shape), told)
    found = mended([shape])[0]
    if shapely.is_empty(found):
        raise BadValue(COLUMN, _shown(shape), f"covers no ground: {reason}")
    return found


def degrees_fault(lon: float, lat: float) -> str | None:
    """What is wrong with a longitude and latitude; None if they may be."""
    return _fault([lon, lat, lon, lat])


def _fault(bounds: list[float]) -> str | None:
    west, south, east, north = bounds
    if west == south == east == north == 0:
        return NOWHERE
    if _are_in((west, east), crs.LON) and _are_in((south, north), crs.LAT):
        return None
    if _are_in((south, north), crs.LON) and _are_in((west, east), crs.LAT):
        return "longitude and latitude are swapped"
    return OUTSIDE


def are_inside(bounds: Any) -> Any:
    """Which bounds, a row of four numbers each, can be in Great Britain; not (0, 0)."""
    west, south, east, north = bounds.T
    inside = (west >= crs.LON[0]) & (east <= crs.LON[1])
    inside &= (south >= crs.LAT[0]) & (north <= crs.LAT[1])
    return inside


def _are_in(values: tuple[float, float], limits: tuple[float, float]) -> bool:
    return limits[0] <= values[0] and values[1] <= limits[1]


def _shown(shape: Any) -> str:
    """The first position, as it was sent."""
    x, y = shapely.get_coordinates(shape)[0]
    return f"{x:.10g}, {y:.10g}"
