"""Assets just across the edge of a footprint."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.assets.model import AssetsInBox
from assetmap.reconciliation.model import Floats
from assetmap.reconciliation.severance.sets import HALF


@dataclass(frozen=True)
class AcrossEdge:
    """Assets outside a footprint, and how far each is from the ground shown for it."""

    assets: AssetsInBox
    distances_m: Floats


def by_name(assets: AssetsInBox, kept: Any) -> Any:
    """The places of the assets that are kept, in the order of their names."""
    order = np.lexsort((assets.ids, assets.names.astype(str)))
    return order[kept[order]]


def picked(assets: AssetsInBox, places: Any) -> AssetsInBox:
    """The assets at these places."""
    return AssetsInBox(
        assets.ids[places],
        assets.names[places],
        assets.categories[places],
        assets.shapes[places],
        assets.attributions,
    )


def across_edge(
    around: AssetsInBox, held: Floats, shown: Any, edge_m: float
) -> AcrossEdge:
    """Assets of which the footprint holds less than half, near the ground shown."""
    distances = shapely.distance(shown, around.shapes)
    near = by_name(around, (held < HALF) & (distances <= edge_m))
    return AcrossEdge(picked(around, near), distances[near])
