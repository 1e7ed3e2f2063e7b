"""One place of a look-up as the public contract writes it."""

from collections.abc import Sequence
from typing import Any

from assetmap.neighbourhoods.model import NeighbourhoodAt
from assetmap.publish.export.asked import Asked
from assetmap.reconciliation.lookup import Holder

Json = dict[str, Any]


def miss(asked: Asked) -> Json:
    """What is told of a place that is not known."""
    return {
        "query": asked.query,
        "point": None,
        "error": asked.error,
        "boundaries": [],
        "catchments": [],
        "neighbourhoods": [],
    }


def hit(asked: Asked, held: Sequence[Holder], near: Sequence[NeighbourhoodAt]) -> Json:
    """What is told of a place: what holds it, and the neighbourhoods that it is in."""
    place = asked.place
    if place is None:
        return miss(asked)
    return {
        "query": asked.query,
        "point": {
            "lon": round(place.lon, 6),
            "lat": round(place.lat, 6),
            "easting": round(place.east, 2),
            "northing": round(place.north, 2),
        },
        "boundaries": [
            {
                "set": each.boundary_set.name,
                "kind": each.boundary_set.kind,
                "code": each.code,
                "name": each.name,
            }
            for each in held
            if each.boundary_set.kind != "pcn"
        ],
        "catchments": [
            {
                "set": each.boundary_set.name,
                "code": each.code,
                "name": each.name,
                "share": None,
                "made_how": each.boundary_set.made_how,
            }
            for each in held
            if each.boundary_set.kind == "pcn"
        ],
        "neighbourhoods": [
            {
                "slug": each.slug,
                "name": each.name,
                "consensus": each.share,
                "sketches": each.sketches,
                "is_simulated": each.is_simulated,
            }
            for each in near
        ],
    }
