"""One place of a look-up as the public contract writes it, joined from ready pieces."""

from collections.abc import Sequence
from typing import Any

import orjson

from assetmap.disclosure import disclosure
from assetmap.neighbourhoods.model import NeighbourhoodAt
from assetmap.publish.export.figures import percent
from assetmap.publish.export.lookups.asked import Asked
from assetmap.reconciliation.lookups.lookup import Place

Json = dict[str, Any]

NOTHING = b',"boundaries":[],"catchments":[],"neighbourhoods":[]'


def head(asked: Asked, place: Place | None) -> bytes:
    """What was asked and where that is; an error if it is nowhere. Not closed."""
    said: Json = {
        "query": asked.query,
        "point": None if place is None else _point(place),
    }
    if "postcode" in asked.query and place is not None:
        said |= {"is_live": asked.is_live, "ended": asked.ended}
    if asked.error is not None:
        said["error"] = asked.error
    if asked.did_you_mean:
        said["did_you_mean"] = asked.did_you_mean
    return orjson.dumps(said)[:-1]


def _point(place: Place) -> Json:
    return {
        "lon": round(place.lon, 6),
        "lat": round(place.lat, 6),
        "easting": round(place.east, 2),
        "northing": round(place.north, 2),
    }


def lists(boundaries: bytes, catchments: bytes, near: bytes) -> bytes:
    """What holds the place: members that follow the head."""
    return b',"boundaries":[%b],"catchments":[%b],"neighbourhoods":%b' % (
        boundaries,
        catchments,
        near,
    )


def neighbourhoods_json(near: Sequence[NeighbourhoodAt]) -> bytes:
    """The neighbourhoods that a place is in."""
    return orjson.dumps(
        [
            {
                "slug": each.slug,
                "name": each.name,
                "name_cy": each.name_cy,
                "consensus": each.share,
                "sketches": each.sketches,
                "is_simulated": each.is_simulated,
                "told": told(each),
            }
            for each in near
        ]
    )


def _nearly_all() -> str:
    """What is said where so few leave a place out that they may not be told of."""
    return f"All, or all but fewer than {disclosure().fewest_sketches},"


def told(at: NeighbourhoodAt) -> str:
    """How many of those who drew a neighbourhood include a place, as a sentence."""
    share = percent(at.share) if at.share < 1 else _nearly_all()
    if at.is_least and at.share < 1:
        share = f"At least {share}"
    if at.is_simulated:
        return f"{share} of the simulated sketches of {at.name} include this place."
    return f"{share} of the people who drew {at.name} include this place."
