"""Who uses assets: people near them, fewer with distance."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.reconciliation.model import Floats, Shapes
from assetmap.reconciliation.severance.assets import REACH, Demand, kernel


@dataclass(frozen=True)
class Uses:
    """The demand for one asset: people times how much they use it, and the latter."""

    demand: Demand
    use: Floats


def uses_of(
    assets: Shapes, xs: Floats, ys: Floats, people: Floats, bandwidth_m: float
) -> Iterator[Uses]:
    """Who uses each asset, asset by asset; places are those of the points.

    The distance to a line or an area is that to its nearest place.
    """
    order = np.argsort(xs, kind="stable")
    sorted_xs = xs[order]
    reach = REACH * bandwidth_m
    for asset, (west, south, east, north) in zip(
        assets, shapely.bounds(assets), strict=True
    ):
        first = np.searchsorted(sorted_xs, west - reach, side="left")
        last = np.searchsorted(sorted_xs, east + reach, side="right")
        band = order[first:last]
        near = band[(ys[band] >= south - reach) & (ys[band] <= north + reach)]
        distance = _distances(asset, xs[near], ys[near])
        within = distance <= reach
        places = near[within]
        use = kernel(distance[within], bandwidth_m)
        yield Uses(Demand(places, people[places] * use), use)


def _distances(asset: Any, xs: Floats, ys: Floats) -> Floats:
    if asset.geom_type == "Point":
        from_point: Floats = np.hypot(xs - asset.x, ys - asset.y)
        return from_point
    shapely.prepare(asset)
    from_shape: Floats = shapely.distance(asset, shapely.points(xs, ys))
    return from_shape
