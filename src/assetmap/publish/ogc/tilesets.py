"""What tile sets, TileJSON and styles say of a collection."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from assetmap.publish.features.collection import Collection, Column
from assetmap.publish.features.systems import CRS84, WEB
from assetmap.publish.ogc.described import Json, link
from assetmap.publish.ogc.formats import JSON

MVT = "application/vnd.mapbox-vector-tile"
SCHEME = "WebMercatorQuad"
SCHEME_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{SCHEME}"
SCHEME_REL = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
DEEPEST_MADE = 14
"""Maps draw larger zooms from tiles of this one; there are larger ones too."""

_FIELDS = {"number": "Number", "whole": "Number", "truth": "Boolean"}


def _at(collection: Collection, base: str) -> str:
    return f"{base}/collections/{collection.id}/tiles"


def tilesets_json(collection: Collection, base: str) -> Json:
    """The list of tile sets of a collection."""
    at = _at(collection, base)
    return {
        "links": [link("self", JSON, at, "This document")],
        "tilesets": [_head(collection, base)],
    }


def _head(collection: Collection, base: str) -> Json:
    at = f"{_at(collection, base)}/{SCHEME}"
    template = f"{at}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    title = f"Tiles of {collection.title}"
    return {
        "title": collection.title,
        "dataType": "vector",
        "crs": WEB.uri,
        "tileMatrixSetURI": SCHEME_URI,
        "links": [
            link("self", JSON, at, "The tile set"),
            link("item", MVT, template, title) | {"templated": True},
            link("describedby", JSON, f"{at}?f=tilejson", "As TileJSON"),
            link(SCHEME_REL, JSON, SCHEME_URI, "The tile matrix set"),
        ],
    }


def tileset_json(
    session: Session, collection: Collection, base: str, columns: Sequence[Column]
) -> Json:
    """A tile set as OGC API Tiles describes it."""
    properties = {each.name: {"title": each.name} for each in columns}
    layer: Json = {
        "id": collection.id,
        "title": collection.title,
        "dataType": "vector",
        "propertiesSchema": {"type": "object", "properties": properties},
    }
    told = _head(collection, base) | {
        "description": collection.description,
        "attribution": "; ".join(collection.attribution),
        "layers": [layer],
    }
    box = collection.extent(session)
    if box is None:
        return told
    corners = {"lowerLeft": list(box[:2]), "upperRight": list(box[2:])}
    return told | {"boundingBox": corners | {"crs": CRS84.uri}}


def tilejson(
    session: Session,
    collection: Collection,
    base: str,
    columns: Sequence[Column],
    properties: str | None,
) -> Json:
    """TileJSON 3.0 of a collection."""
    asked = "" if properties is None else f"?properties={quote(properties)}"
    fields = {each.name: _FIELDS.get(each.kind, "String") for each in columns}
    box = collection.extent(session)
    told: Json = {
        "tilejson": "3.0.0",
        "name": collection.title,
        "description": collection.description,
        "attribution": "; ".join(collection.attribution),
        "tiles": [f"{_at(collection, base)}/{SCHEME}/{{z}}/{{y}}/{{x}}{asked}"],
        "scheme": "xyz",
        "minzoom": 0,
        "maxzoom": DEEPEST_MADE,
        "vector_layers": [{"id": collection.id, "fields": fields}],
    }
    return told if box is None else told | {"bounds": list(box)}


_LAYERS: tuple[tuple[str, str, str, Json], ...] = (
    ("areas", "fill", "Polygon", {"fill-color": "#1f6f8b", "fill-opacity": 0.2}),
    ("edges", "line", "Polygon", {"line-color": "#12455a", "line-width": 1}),
    ("lines", "line", "LineString", {"line-color": "#12455a", "line-width": 2}),
    ("places", "circle", "Point", {"circle-color": "#b3461f", "circle-radius": 5}),
)


def style_json(collection: Collection, base: str) -> Json:
    """A MapLibre style: areas as a wash with an edge, lines, and places as dots."""
    url = f"{_at(collection, base)}/{SCHEME}?f=tilejson"
    return {
        "version": 8,
        "name": collection.title,
        "sources": {collection.id: {"type": "vector", "url": url}},
        "layers": [_layer(collection.id, *each) for each in _LAYERS],
    }


def _layer(source: str, name: str, kind: str, shape: str, paint: Any) -> Json:
    return {
        "id": name,
        "type": kind,
        "source": source,
        "source-layer": source,
        "filter": ["==", ["geometry-type"], shape],
        "paint": paint,
    }
