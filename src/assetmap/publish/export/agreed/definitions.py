"""Parts of a consensus, definitions and groups, as the public contract writes them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from assetmap import crs
from assetmap.footprints.consensus.named import Part
from assetmap.publish.export.agreed.members import statistics_json
from assetmap.publish.export.geojson import rounded

Json = dict[str, Any]
_SAID = ("mean", "union", "core", "majority", "vagueness", "mean_agreement")


def parts_json(parts: Sequence[Part], shown: Sequence[float] | None) -> list[Json]:
    """Each definition, or each group, with its majority as its ground.

    Sizes are by area in m², and null where they would tell of the few who are in none,
    or what the ``shown`` levels do not tell.
    """
    majorities = [each.majority for each in parts]
    return [
        {
            "label": each.label,
            "sketches": each.sketches,
            "share_of_sketches": each.share_of_sketches,
            **_said(each, shown),
            "geometry": shape,
        }
        for each, shape in zip(parts, published(majorities), strict=True)
    ]


def _said(part: Part, shown: Sequence[float] | None) -> Json:
    if part.statistics is None:
        return dict.fromkeys(_SAID)
    told = statistics_json(part.statistics, shown)
    return {name: told[name] for name in _SAID}


def published(shapes: Sequence[Any]) -> list[Json | None]:
    """Shapes in the National Grid as GeoJSON geometry; None of an empty one."""
    held = np.empty(len(shapes), dtype=object)
    held[:] = list(shapes)
    return [
        None if shapely.is_empty(each) else rounded(each)
        for each in crs.wgs84_shapes(held)
    ]
