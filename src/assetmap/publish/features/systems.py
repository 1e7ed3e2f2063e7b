"""Coordinate reference systems that features are given in, and asked by."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import SQLColumnExpression, func

from assetmap import crs
from assetmap.errors import BadParameter
from assetmap.publish.features.collection import Collection

MERCATOR = 3857


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
