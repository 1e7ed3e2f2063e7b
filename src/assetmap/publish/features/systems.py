"""Coordinate reference systems that features are given in, and asked by."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import SQLColumnExpression, func

from assetmap import crs
from assetmap.errors import BadParameter
from assetmap.publish.features.collection import Collection

MERCATOR = 3857
_RADIUS_M = 6_378_137.0


@dataclass(frozen=True)
class System:
    """A coordinate reference system by its address.

    ``is_turned``: latitude comes first. ``decimals`` of a coordinate are about 0.1 m
    in degrees, and 1 cm in metres.
    """

    uri: str
    srid: int
    decimals: int
    is_turned: bool = False


CRS84 = System("http://www.opengis.net/def/crs/OGC/1.3/CRS84", crs.CRS84, 6)
DEGREES = System("http://www.opengis.net/def/crs/EPSG/0/4326", crs.CRS84, 6, True)
GRID = System("http://www.opengis.net/def/crs/EPSG/0/27700", crs.NATIONAL_GRID, 2)
WEB = System("http://www.opengis.net/def/crs/EPSG/0/3857", MERCATOR, 2)
SYSTEMS = {each.uri: each for each in (CRS84, DEGREES, GRID, WEB)}


def system_of(parameter: str, uri: str | None) -> System:
    """The system with an address; CRS84 without one.

    Raises:
        BadParameter: it is none of those that are given here.
    """
    if uri is None:
        return CRS84
    if uri not in SYSTEMS:
        raise BadParameter(parameter, uri, f"is not one of {', '.join(SYSTEMS)}")
    return SYSTEMS[uri]


def shape_in(collection: Collection, system: System) -> SQLColumnExpression[Any] | None:
    """The geometry of features in a system, its axes in the system's own order."""
    if collection.degrees is None:
        return None
    if system.srid == crs.NATIONAL_GRID:
        return collection.grid
    if system.srid == MERCATOR:
        # From degrees to a sphere: no datum is changed, so none is needed.
        return func.st_transform(collection.degrees, MERCATOR)
    if system.is_turned:
        return func.st_flipcoordinates(collection.degrees)
    return collection.degrees


def unrolled(points: Any) -> Any:
    """Longitude and latitude of rows of Web Mercator's metres: it is a sphere."""
    lon = np.degrees(points[:, 0] / _RADIUS_M)
    up = np.clip(points[:, 1] / _RADIUS_M, -10, 10)
    lat = 90.0 - np.degrees(2 * np.arctan(np.exp(-up)))
    return np.column_stack([lon, lat])


def in_degrees(shape: Any, system: System) -> Any:
    """A shape in a system as one in CRS84; None where a vertex has no answer."""
    if system.srid == crs.NATIONAL_GRID:
        return crs.wgs84_shapes([shape])[0]
    if system.srid == MERCATOR:
        return shapely.transform(shape, unrolled)
    if system.is_turned:
        return shapely.transform(shape, lambda points: points[:, ::-1])
    return shape
