"""What may be published of where an asset is."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap import crs
from assetmap.assets.model import APPROXIMATE, EXACT, GRID_SQUARE_M, Asset

Shapes = NDArray[np.object_]


def shown_shapes(assets: Sequence[Asset]) -> tuple[Shapes, Shapes]:
    """The shape that each asset is shown by, in EPSG:27700 and in CRS84.

    An exact location is its own; an approximate one is the centre of its 1 km square
    of the National Grid; a hidden one, like an asset without a place, is None.
    """
    grid = np.full(len(assets), None, dtype=object)
    wgs84 = grid.copy()
    squares: list[int] = []
    for place, asset in enumerate(assets):
        if asset.geom is None:
            continue
        if asset.location_visibility == EXACT:
            grid[place], wgs84[place] = asset.geom, asset.geom_wgs84
        elif asset.location_visibility == APPROXIMATE:
            squares.append(place)
    if squares:
        points = _square_centres([assets[each].geom for each in squares])
        grid[squares], wgs84[squares] = points
    return grid, wgs84


def _square_centres(shapes: Any) -> tuple[Shapes, Shapes]:
    """Centres of the squares that shapes lie in; None where OSTN15 has no answer.

    Of several points, as an asset of several sites has them, that of the first.
    """
    points = shapely.point_on_surface(np.asarray(shapes, dtype=object))
    east, north = (
        np.floor(each / GRID_SQUARE_M) * GRID_SQUARE_M + GRID_SQUARE_M / 2
        for each in (shapely.get_x(points), shapely.get_y(points))
    )
    lon, lat = crs.to_lon_lat(east, north)
    grid: Shapes = np.asarray(shapely.points(east, north))
    wgs84: Shapes = np.asarray(shapely.points(lon, lat))
    lost = ~(np.isfinite(lon) & np.isfinite(lat))
    grid[lost] = wgs84[lost] = None
    return grid, wgs84
