"""Shapes cut into pieces of few vertices, so that overlaps cost what they touch."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.sources.spatial.shapes import polygons_of

Shapes = NDArray[np.object_]

MOST_VERTICES = 128


def pieces_of(shape: Any, most: int = MOST_VERTICES) -> Shapes:
    """Polygons of at most about ``most`` vertices that together make up the shape."""
    done: list[Any] = []
    waiting = list(polygons_of([shape]))
    while waiting:
        polygon = waiting.pop()
        if shapely.get_num_coordinates(polygon) <= most:
            done.append(polygon)
            continue
        halves = shapely.intersection(polygon, _halves(shapely.bounds(polygon)))
        parts = [each for each in polygons_of(halves) if shapely.area(each) > 0]
        if len(parts) < 2:
            done.append(polygon)
        else:
            waiting += parts
    return np.array(done, dtype=object)


def _halves(bounds: Any) -> Shapes:
    """The two halves of a box, cut across its longer side."""
    west, south, east, north = bounds
    if east - west >= north - south:
        middle = (west + east) / 2
        boxes = ((west, south, middle, north), (middle, south, east, north))
    else:
        middle = (south + north) / 2
        boxes = ((west, south, east, middle), (west, middle, east, north))
    return np.array([shapely.box(*each) for each in boxes], dtype=object)
