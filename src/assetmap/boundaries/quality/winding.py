"""Which way round rings must run, by the format of the file they came in."""

from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

_COUNTER_CLOCKWISE = {
    ".geojson": "GeoJSON (RFC 7946)",
    ".json": "GeoJSON (RFC 7946)",
    ".geojsonl": "GeoJSON (RFC 7946)",
    ".geojsons": "GeoJSON (RFC 7946)",
    ".kml": "KML",
}
_CLOCKWISE = {".shp": "a Shapefile", ".zip": "a Shapefile"}


def wrongly_wound(
    shapes: NDArray[np.object_], file: str, crs: pyproj.CRS
) -> tuple[str, NDArray[np.intp]]:
    """What asks for a winding, and for each shape how many rings run against it.

    GeoJSON in another coordinate system than longitude and latitude is older than the
    rule; other formats have none.
    """
    suffix = "." + file.rsplit(".", 1)[-1].lower()
    none = np.zeros(len(shapes), dtype=np.intp)
    if suffix in _CLOCKWISE:
        return _CLOCKWISE[suffix], _against(shapes, outer_is_ccw=False)
    if suffix not in _COUNTER_CLOCKWISE or not crs.is_geographic:
        return "", none
    return _COUNTER_CLOCKWISE[suffix], _against(shapes, outer_is_ccw=True)


def _against(shapes: Any, outer_is_ccw: bool) -> NDArray[np.intp]:
    once, shape = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(once, return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    owner = shape[inner][areal]
    rings, part = shapely.get_rings(parts[areal], return_index=True)
    is_outer = np.r_[True, part[1:] != part[:-1]][: len(part)]
    has_area = shapely.area(shapely.polygons(rings)) > 0
    wrong = (shapely.is_ccw(rings) == (is_outer != outer_is_ccw)) & has_area
    return np.bincount(owner[part[wrong]], minlength=len(shapes))
