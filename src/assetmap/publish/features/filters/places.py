"""What filters ask of places: of the place as it is shown."""

import math
from collections.abc import Callable
from typing import Any

import orjson
import shapely
from sqlalchemy import ColumnElement, false, func, literal
from sqlalchemy.dialects.postgresql import BYTEA

from assetmap import crs
from assetmap.db.copying import ewkb
from assetmap.errors import BadParameter
from assetmap.publish.features.asked import boxes_of
from assetmap.publish.features.collection import GEOMETRY, Collection
from assetmap.publish.features.conditions import Condition
from assetmap.publish.features.filters.caps import MOST_POSITIONS
from assetmap.publish.features.filters.named import is_property
from assetmap.publish.features.systems import MERCATOR, System, unrolled

_KINDS = frozenset(
    {
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    }
)


def spatial(
    collection: Collection,
    asks: Callable[..., Any],
    one: Any,
    other: Any,
    system: System,
) -> Condition:
    """What a spatial function asks of the place of a feature.

    Raises:
        BadParameter: it does not compare the place with one geometry.
    """
    is_turned = is_property(other)
    if is_turned:
        one, other = other, one
    if not is_property(one) or one["property"] != GEOMETRY:
        raise BadParameter("filter", str(one)[:50], f"is not {GEOMETRY}")
    shape, srid = shape_of(other, system)
    place = collection.grid if srid == crs.NATIONAL_GRID else collection.degrees
    if place is None:
        return false()
    bound = func.st_geomfromewkb(literal(bytes(ewkb([shape], srid)[0]), BYTEA))
    asked: ColumnElement[bool] = asks(bound, place) if is_turned else asks(place, bound)
    # A row without a place is in no answer about places, negated or not.
    return asked


def shape_of(sent: Any, system: System) -> tuple[Any, int]:
    """A valid shape in one of the systems that places are stored in, and which.

    Raises:
        BadParameter: it is no geometry of this world, or has too many positions.
    """
    if isinstance(sent, dict) and isinstance(sent.get("bbox"), list):
        return _box(sent["bbox"], system)
    if not isinstance(sent, dict) or sent.get("type") not in _KINDS:
        raise BadParameter("filter", str(sent)[:50], "is no geometry")
    try:
        shape = shapely.from_geojson(orjson.dumps(sent))
    except (shapely.errors.ShapelyError, TypeError, ValueError, orjson.JSONEncodeError):
        raise BadParameter("filter", str(sent)[:50], "is no geometry") from None
    shape = shapely.force_2d(shape)
    points = shapely.get_coordinates(shape)
    if not 0 < len(points) <= MOST_POSITIONS:
        reason = f"has no position, or over {MOST_POSITIONS:,}"
        raise BadParameter("filter", str(sent)[:50], reason)
    shape = _turned(shape, system)
    _check_reach(sent, shape, system)
    if not shapely.is_valid(shape):
        said = shapely.is_valid_reason(shape)
        raise BadParameter("filter", str(sent)[:50], f"is not valid: {said}")
    return _stored(shape, system)


def _box(numbers: list[Any], system: System) -> tuple[Any, int]:
    text = ",".join(str(each) for each in numbers[:7])
    try:
        boxes = boxes_of(text, system)
    except BadParameter as bad:
        raise BadParameter("filter", f"BBOX({text})"[:50], bad.reason) from None
    assert boxes is not None  # noqa: S101 - a text was given
    drawn = [shapely.box(*each) for each in boxes.each]
    return shapely.union_all(drawn), boxes.srid


def _turned(shape: Any, system: System) -> Any:
    if not system.is_turned:
        return shape
    return shapely.transform(shape, lambda points: points[:, ::-1])


def _check_reach(sent: Any, shape: Any, system: System) -> None:
    west, south, east, north = shapely.bounds(shape).tolist()
    across, up = (180.0, 90.0) if system.srid == crs.CRS84 else (1e9, 1e9)
    reach = max(abs(west), abs(east)) / across, max(abs(south), abs(north)) / up
    if not (math.isfinite(sum(reach)) and max(reach) <= 1):
        raise BadParameter("filter", str(sent)[:50], "is not of this world")


def _stored(shape: Any, system: System) -> tuple[Any, int]:
    if system.srid != MERCATOR:
        return shape, system.srid
    return shapely.transform(shape, unrolled), crs.CRS84
