"""Shapes in GeoJSON bodies, read with the place of every fault."""

from collections.abc import Iterator, Mapping
from typing import Any

import shapely
from shapely.geometry import shape

from assetmap.errors import Invalid

_RINGS = {"Polygon": 1, "MultiPolygon": 2}


class BadGeometry(Invalid):
    """A GeoJSON geometry cannot be read, or is no ground that can be measured."""

    title = "Bad geometry"


def polygon_of(sent: Any, most_vertices: int) -> shapely.Geometry:
    """The Polygon or MultiPolygon in a GeoJSON geometry, Feature or collection of one.

    Raises:
        BadGeometry: it is something else, or a position is no pair of finite numbers.
    """
    geometry = _geometry(sent)
    kind = geometry.get("type")
    if not isinstance(kind, str) or kind not in _RINGS:
        raise BadGeometry(f"type {kind!r:.80} is not Polygon or MultiPolygon.")
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list) or not coordinates:
        raise BadGeometry("coordinates is empty or not a list.", at="coordinates")
    count = 0
    for at, ring in _rings(coordinates, _RINGS[kind], "coordinates"):
        count += len(ring)
        if count > most_vertices:
            raise BadGeometry(
                f"The shape has more than {most_vertices:,} vertices.",
                most_vertices=most_vertices,
            )
        _check_ring(ring, at)
    return shape({"type": kind, "coordinates": coordinates})


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


def _check_ring(ring: list[Any], at: str) -> None:
    for place, position in enumerate(ring):
        is_pair = isinstance(position, list) and len(position) >= 2
        if not is_pair or not all(_is_number(each) for each in position[:2]):
            here = f"{at}[{place}]"
            raise BadGeometry(
                f"{here} is {position!r:.80}, not longitude and latitude as finite "
                "numbers.",
                at=here,
            )
    if len(ring) < 4 or ring[0][:2] != ring[-1][:2]:
        raise BadGeometry(
            f"{at} is not a closed ring of at least four positions.", at=at
        )


def _is_number(value: Any) -> bool:
    is_real = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_real and abs(value) < 1e12
