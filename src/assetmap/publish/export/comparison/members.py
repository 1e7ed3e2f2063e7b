"""A comparison as the public contract writes it: three parts, and how far they agree.

People are named for what was counted, as in every answer.
"""

from typing import Any

import numpy as np
import shapely

from assetmap.footprints.model import Footprint
from assetmap.publish.export.agreed.withheld import people_withheld, suppressed_of
from assetmap.publish.export.geojson import feature_collection, rounded
from assetmap.publish.export.provenance import METHODS, made_json
from assetmap.publish.export.reconciliation.answers import NOT_PEOPLE
from assetmap.reconciliation.comparison.parts import CUT_AT, PARTS, Amounts
from assetmap.reconciliation.comparison.run import Compared
from assetmap.reconciliation.counting import MOST_UNCOUNTED
from assetmap.sources.spatial.shapes import published

Json = dict[str, Any]

GRADED = (
    "Where a footprint is graded each place counts by its membership: to both by the "
    "lesser of the two, to one alone by what is left. It is shown cut at 0.5."
)

DISTANCES = "Hausdorff and between centroids, in EPSG:27700, of the ground shown"


def comparison_json(found: Compared) -> Json:
    """A FeatureCollection of only a, both and only b, with the statistics beside."""
    comparison = found.comparison
    measures = _measures(found)
    degrees = published(np.array(comparison.shapes, dtype=object))
    features = [
        _feature(part, shape, measures)
        for part, shape in zip(PARTS, degrees, strict=True)
    ]
    body = feature_collection(features)
    body["a"] = _side(found.a, measures, "a")
    body["b"] = _side(found.b, measures, "b")
    for name, each in measures.items():
        for said in ("agreement", "share_of_a", "share_of_b"):
            body[f"{said}_{name}"] = _told(each, said)
    body["hausdorff_m"] = comparison.hausdorff_m
    body["centroid_distance_m"] = comparison.centroid_distance_m
    body["undefined"] = _undefined(found)
    body["measures"] = list(measures)
    body[f"{found.measure}_at"] = found.people_at
    body |= made_json(_method(found), _settings(found), found.inputs)
    body["suppressed"] = _suppressed(found)
    body["notes"] = notes(found)
    body["attribution"] = list(found.attribution)
    return body


def _suppressed(found: Compared) -> list[Json]:
    """What is left out of each side, and which parts' people are withheld."""
    of_each = [
        {**said, "of": side}
        for side, made in zip("ab", found.made, strict=True)
        for said in suppressed_of(made)
    ]
    people = found.comparison.people
    if people is None:
        return of_each
    parts = [({"of": part}, getattr(people, part)) for part in PARTS]
    return of_each + people_withheld(parts)


def notes(found: Compared) -> list[str]:
    """What must be said beside the numbers."""
    said = list(found.notes)
    if "graded" in {found.a.kind, found.b.kind}:
        said.append(GRADED)
    if found.measure != "people":
        said.append(NOT_PEOPLE)
    return said


def _measures(found: Compared) -> dict[str, Amounts | None]:
    """Amounts by the name of their measure."""
    comparison = found.comparison
    return {
        "area": comparison.area,
        found.measure: comparison.people,
        "assets": comparison.assets,
    }


def _method(found: Compared) -> Json:
    told = {name: METHODS[name] for name in ("area", found.measure, "assets")}
    return told | {"distances": DISTANCES}


def _settings(found: Compared) -> Json:
    return {**found.settings, "cut_at": CUT_AT, "most_uncounted": MOST_UNCOUNTED}


def _undefined(found: Compared) -> Json:
    said = found.comparison.undefined
    return {found.measure if key == "people" else key: said[key] for key in said}


def _told(amounts: Amounts | None, name: str) -> float | None:
    """One of the numbers of a measure; None where the measure is not told."""
    return None if amounts is None else getattr(amounts, name)


def _amounts(measures: dict[str, Amounts | None], part: str) -> Json:
    return {
        "area_m2" if name == "area" else name: _told(each, part)
        for name, each in measures.items()
    }


def _feature(part: str, shape: Any, measures: dict[str, Amounts | None]) -> Json:
    return {
        "type": "Feature",
        "id": part,
        "properties": {"part": part, **_amounts(measures, part)},
        "geometry": None if shapely.is_empty(shape) else rounded(shape),
    }


def _side(footprint: Footprint, measures: dict[str, Amounts | None], side: str) -> Json:
    return {
        "label": footprint.label,
        "kind": footprint.kind,
        "made_how": footprint.made_how,
        "sha256": footprint.sha256,
        **_amounts(measures, side),
        "area_m2": footprint.area_m2,
    }
