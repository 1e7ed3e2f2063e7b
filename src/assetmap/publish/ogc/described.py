"""What a collection says of itself: where it lies, in which systems, and its links."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetmap.publish.deps import GEOJSON
from assetmap.publish.features.collection import Collection
from assetmap.publish.features.systems import CRS84, GRID, SYSTEMS
from assetmap.publish.ogc.formats import HTML, JSON, WHOLE

Json = dict[str, Any]

QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA_OF = "http://www.opengis.net/def/rel/ogc/1.0/schema"
TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
SCHEMA = "application/schema+json"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


def link(rel: str, kind: str, href: str, title: str) -> Json:
    """A link as the standards write it."""
    return {"rel": rel, "type": kind, "href": href, "title": title}


def described(session: Session, collection: Collection, base: str) -> Json:
    """A collection as OGC API Features describes it; ``base`` has no slash at its end.

    ``itemCount`` is how many there are, where that is known without counting.
    """
    at = f"{base}/collections/{collection.id}"
    told: Json = {
        "id": collection.id,
        "title": collection.title,
        "description": collection.description,
        "itemType": "feature",
        "attribution": "; ".join(collection.attribution),
        "license": collection.licence,
        "extent": _extent(session, collection),
        "crs": list(SYSTEMS),
        "storageCrs": GRID.uri,
        "links": _links(collection, at),
    }
    if collection.count is not None:
        told["itemCount"] = collection.count
    if collection.degrees is None:
        told |= {"crs": [CRS84.uri], "storageCrs": CRS84.uri}
    return {key: value for key, value in told.items() if value not in ("", {})}


def _extent(session: Session, collection: Collection) -> Json:
    found: Json = {}
    box = collection.extent(session)
    if box is not None:
        found["spatial"] = {"bbox": [list(box)], "crs": CRS84.uri}
    if collection.interval is not None:
        ends = [_moment(each) for each in collection.interval]
        found["temporal"] = {"interval": [ends], "trs": GREGORIAN}
    return found


def _moment(day: date | None) -> str | None:
    return None if day is None else f"{day.isoformat()}T00:00:00Z"


def _links(collection: Collection, at: str) -> list[Json]:
    items = f"{at}/items"
    return [
        link("self", JSON, f"{at}?f=json", "This document"),
        link("alternate", HTML, f"{at}?f=html", "This document as a page"),
        link("items", GEOJSON, items, f"{collection.title} as GeoJSON"),
        link("items", HTML, f"{items}?f=html", f"{collection.title} as pages"),
        *(
            link("enclosure", kind, f"{at}/download?f={form}", f"All of it as {form}")
            for form, kind in WHOLE.items()
        ),
        link(TILESETS, JSON, f"{at}/tiles", "Its tiles"),
        link("style", JSON, f"{at}/style", "How it may be drawn"),
        link(QUERYABLES, SCHEMA, f"{at}/queryables", "What it can be asked by"),
        link(SCHEMA_OF, SCHEMA, f"{at}/schema", "Its properties"),
    ]
