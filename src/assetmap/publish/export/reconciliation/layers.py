"""A reconciliation as a map: each boundary a feature with what it shares."""

from datetime import date
from typing import Any

import orjson
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.publish.deps import dumped
from assetmap.publish.export.geojson import collection_text

Json = dict[str, Any]

_KEPT = (
    "footprint",
    "ledger",
    "method",
    "settings",
    "inputs",
    "assetmap",
    "notes",
    "attribution",
)


def reconciliation_layers(session: Session, body: Json, as_at: date | None) -> bytes:
    """Every boundary of an answer as a feature, with what it shares as properties."""
    features = [
        feature
        for against in body["against"]
        for feature in _features(session, against, as_at)
    ]
    return collection_text(features, {key: body[key] for key in _KEPT})


def _features(session: Session, against: Json, as_at: date | None) -> list[str]:
    """The features of one set, as JSON text."""
    row = boundary_store.get_set(session, against["set"], as_at)
    rows = {each["code"]: each for each in against["rows"]}
    found = boundary_items.geojson_items(session, row, len(rows) + 1, codes=list(rows))
    features = []
    for _, text in found:
        feature = orjson.loads(text)
        own = rows[feature["id"]]
        feature["id"] = f"{row.name}/{feature['id']}"
        feature["properties"] |= {"set": row.name, "kind": row.kind, **own}
        features.append(dumped(feature).decode())
        del rows[feature["properties"]["code"]]
    return [
        *features,
        *(_without_edge(row.name, row.kind, each) for each in rows.values()),
    ]


def _without_edge(name: str, kind: str, row: Json) -> str:
    """The feature of a network that has most patients nowhere."""
    feature = {
        "type": "Feature",
        "id": f"{name}/{row['code']}",
        "geometry": None,
        "properties": {"set": name, "kind": kind, **row},
    }
    return dumped(feature).decode()
