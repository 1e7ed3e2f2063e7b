"""Short ways to ask for features."""

import shapely
from shapely.geometry import shape

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
DEGREES, GRID, WEB = (EPSG.format(each) for each in (4326, 27700, 3857))
COLLECTIONS = (
    "blocks",
    "old-wards",
    "pcns",
    "wards",
    "assets",
    "neighbourhoods",
    "organisations",
    "quality",
)


def items(client, name, **asked):
    """The answer for features; parameters that are spelt with a hyphen take _."""
    named = {
        key.replace("_", "-") if key.endswith(("crs", "lang")) else key: value
        for key, value in asked.items()
    }
    answer = client.get(f"/collections/{name}/items", params=named)
    assert answer.status_code == 200, answer.text
    return answer


def ids(client, name, **asked):
    return [each["id"] for each in items(client, name, **asked).json()["features"]]


def names(client, name="assets", **asked):
    found = items(client, name, **asked).json()["features"]
    return {each["properties"]["name"] for each in found}


def bbox_of(place, margin=0.0):
    west, south, east, north = place.buffer(margin).bounds if margin else place.bounds
    return f"{west},{south},{east},{north}"


def shapes(answer):
    """The shapes of features by identifier."""
    found = answer.json()["features"]
    return {each["id"]: each["geometry"] and shape(each["geometry"]) for each in found}


def link_of(body, rel, kind=None):
    """The address of the one link with a relation, and of a type."""
    found = [
        each["href"]
        for each in body["links"]
        if each["rel"] == rel and kind in (None, each["type"])
    ]
    assert found, (rel, kind, body["links"])
    return found[0]


def distance(one, other):
    return shapely.hausdorff_distance(one, other)
