"""Shapes in GeoJSON bodies, read with the place of every fault."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import shapely
from shapely.geometry import shape

from assetmap.errors import Invalid

_RINGS = {"Polygon": 1, "MultiPolygon": 2}
_LINES = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2}
"""How deep in lists the positions stand."""

Ring = list[tuple[float, float]]


class BadGeometry(Invalid):
    """A GeoJSON geometry cannot be read, or is no ground that can be measured."""

    title = "Bad geometry"


def polygon_of(sent: Any, most_vertices: int) -> shapely.Geometry:
    """The Polygon or MultiPolygon in a GeoJSON geometry, Feature or collection of one.

    Raises:
        BadGeometry: it is something else, or a position is not in degrees.
    """
    geometry = _geometry(sent)
    kind = geometry.get("type")
    if not isinstance(kind, str) or kind not in _RINGS:
        raise BadGeometry(f"type {kind!r:.80} is not Polygon or MultiPolygon.")
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list) or not coordinates:
        raise BadGeometry("coordinates is empty or not a list.", at="coordinates")
    count, rings = 0, []
    for at, ring in _rings(coordinates, _RINGS[kind], "coordinates"):
        count += len(ring)
        if count > most_vertices:
            raise _too_many(most_vertices)
        rings.append(_checked_ring(ring, at))
    return shape({"type": kind, "coordinates": _nested(kind, coordinates, rings)})


def geometry_of(sent: Any, most_vertices: int) -> shapely.Geometry:
    """The point, line or polygon (or several) in a GeoJSON geometry or Feature.

    Raises:
        BadGeometry: it is something else, or a position is not in degrees.
    """
    geometry = _geometry(sent)
    kind = geometry.get("type")
    if not isinstance(kind, str) or kind not in _LINES:
        return polygon_of(geometry, most_vertices)
    pairs = _positions(geometry.get("coordinates"), _LINES[kind], "coordinates")
    if int(shapely.get_num_coordinates(found := _shape(kind, pairs))) > most_vertices:
        raise _too_many(most_vertices)
    return found


def _shape(kind: str, pairs: Any) -> shapely.Geometry:
    try:
        return shape({"type": kind, "coordinates": pairs})
    except shapely.errors.ShapelyError as error:
        said = str(error).splitlines()[0][:100]
        raise BadGeometry(f"coordinates is no {kind}: {said}.", at="coordinates") from (
            error
        )


def _positions(sent: Any, depth: int, at: str) -> Any:
    """Positions in lists as they were sent, each as longitude and latitude."""
    if depth == 0:
        return _pair(sent, at)
    if not isinstance(sent, list) or not sent:
        raise BadGeometry(f"{at} is empty or not a list.", at=at)
    return [
        _positions(each, depth - 1, f"{at}[{place}]") for place, each in enumerate(sent)
    ]


def _too_many(most_vertices: int) -> BadGeometry:
    return BadGeometry(
        f"The shape has more than {most_vertices:,} vertices.",
        most_vertices=most_vertices,
    )


def _nested(kind: str, sent: list[Any], rings: list[Ring]) -> list[Any]:
    """The rings of a shape, in parts as they were sent."""
    if kind == "Polygon":
        return rings
    each = iter(rings)
    return [list(islice(each, len(part))) for part in sent]


def _geometry(sent: Any) -> Mapping[str, Any]:
    """The geometry within a Feature, within a FeatureCollection; no deeper."""
    found = _object(sent)
    if found.get("type") == "FeatureCollection":
        features = found.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise BadGeometry("A FeatureCollection must hold exactly one feature here.")
        found = _object(features[0])
    if found.get("type") == "Feature":
        found = _object(found.get("geometry"))
    return found


def _object(sent: Any) -> Mapping[str, Any]:
    if not isinstance(sent, Mapping):
        raise BadGeometry("The geometry is not a GeoJSON object.")
    return sent


def _rings(coordinates: Any, depth: int, at: str) -> Iterator[tuple[str, list[Any]]]:
    """Each ring with the place where it stands."""
    for place, each in enumerate(coordinates):
        here = f"{at}[{place}]"
        if not isinstance(each, list) or not each:
            raise BadGeometry(f"{here} is empty or not a list.", at=here)
        if depth == 1:
            yield here, each
        else:
            yield from _rings(each, depth - 1, here)


def _checked_ring(ring: list[Any], at: str) -> Ring:
    """Longitude and latitude of each position; what follows them is let go."""
    pairs = [_pair(position, f"{at}[{place}]") for place, position in enumerate(ring)]
    if len(pairs) < 4 or pairs[0] != pairs[-1]:
        raise BadGeometry(
            f"{at} is not a closed ring of at least four positions.", at=at
        )
    return pairs


def _pair(position: Any, at: str) -> tuple[float, float]:
    if not isinstance(position, list) or len(position) < 2:
        raise BadGeometry(
            f"{at} is {position!r:.80}, not longitude and latitude.", at=at
        )
    for place, each in enumerate(position):
        if not _is_number(each):
            here = f"{at}[{place}]"
            raise BadGeometry(f"{here} is {each!r:.80}, not a finite number.", at=here)
    lon, lat = position[:2]
    if abs(lon) > 180 or abs(lat) > 90:
        raise BadGeometry(
            f"{at} is {position[:2]!r:.80}, not longitude and latitude in degrees. "
            "Are they National Grid metres?",
            at=at,
        )
    return lon, lat


def _is_number(value: Any) -> bool:
    is_real = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_real and abs(value) < 1e12
