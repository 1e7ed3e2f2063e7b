"""Single drawings as a file for the stewards of their place."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import orjson

from assetmap.neighbourhoods.sketches.model import DrawnSketch
from assetmap.publish.export.csv_cells import safe_cell

CONSENT = (
    "Drawn by residents so that a consensus can be made of all drawings together. "
    "Whoever drew may withdraw: use the newest export, and delete the ones before."
)
LICENCE = (
    "None was given: single drawings are for the stewards of the neighbourhood, and "
    "are not published or passed on. The consensus is."
)
COLUMNS = (
    *("id", "drawn_at", "updated_at", "version", "years_lived", "note", "weight"),
    *("is_simulated", "source", "repaired", "answers", "made_how", "weight_reason"),
    *("hidden_at", "hidden_why", "hidden_note"),
)


def features(found: Iterable[DrawnSketch], slug: str, more: str | None) -> bytes:
    """Drawings as GeoJSON in CRS84, with what was agreed to, and the next page."""
    return orjson.dumps(
        {
            "type": "FeatureCollection",
            "neighbourhood": slug,
            "consent": CONSENT,
            "licence": LICENCE,
            "next": more,
            "features": [
                {
                    "type": "Feature",
                    "id": each.id,
                    "geometry": each.geometry,
                    "properties": _properties(each),
                }
                for each in found
            ],
        }
    )


def rows(found: Iterable[DrawnSketch]) -> bytes:
    """Drawings as CSV: a row each, the shape as GeoJSON, and what was agreed to."""
    text = io.StringIO()
    told = csv.writer(text)
    told.writerow([*COLUMNS, "geometry", "consent", "licence"])
    for each in found:
        cells = [_cell(value) for value in _properties(each).values()]
        shape = orjson.dumps(each.geometry).decode()
        told.writerow([*cells, shape, CONSENT, LICENCE])
    return text.getvalue().encode()


def _properties(each: DrawnSketch) -> dict[str, Any]:
    return {name: getattr(each, name) for name in COLUMNS}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    plain = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return safe_cell(plain.lower() if isinstance(value, bool) else plain)
