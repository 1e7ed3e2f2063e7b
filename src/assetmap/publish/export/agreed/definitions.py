"""Rival definitions of a neighbourhood, as the public contract writes them."""

from typing import Any

import numpy as np
import shapely

from assetmap import crs
from assetmap.footprints.consensus.by_area import statistics_by_area
from assetmap.footprints.consensus.grid import published_levels
from assetmap.footprints.consensus.named import few_hidden
from assetmap.footprints.consensus.rivals import rivals
from assetmap.footprints.consensus.statistics import MAJORITY
from assetmap.footprints.consensus.sweep import shared_table
from assetmap.publish.export.geojson import rounded

Json = dict[str, Any]
_SAID = ("mean", "union", "core", "majority", "vagueness", "mean_agreement")


def definitions_json(shapes: Any, votes: Any, fewest: int, grid_m: float) -> list[Json]:
    """Each definition that enough sketches hold, the most supported first.

    Sizes are by area in m², and null where fewer sketches than may be told of are in
    no definition: the numbers of all less these would tell of the few. The ground shown
    is that of the definition's majority, on the published grid.
    """
    shared = shared_table(shapes)
    found = rivals(shared, votes, fewest)
    is_told = few_hidden(found, len(shapes), fewest)
    told = []
    for place, each in enumerate(found.definitions):
        held, own = shapes[each.members], votes[each.members]
        pairs = shared[np.ix_(each.members, each.members)]
        said = statistics_by_area(held, own, pairs)
        (ground,) = published_levels(held, own, [MAJORITY], grid_m)
        told.append(
            {
                "label": chr(ord("A") + place),
                "sketches": len(held),
                "share_of_sketches": each.share_of_votes,
                **{name: getattr(said, name) if is_told else None for name in _SAID},
                "geometry": _published(ground),
            }
        )
    return told


def _published(ground: Any) -> Json | None:
    if shapely.is_empty(ground):
        return None
    return rounded(crs.wgs84_shapes(np.array([ground], dtype=object))[0])
