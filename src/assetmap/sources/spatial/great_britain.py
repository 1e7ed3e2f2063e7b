"""A coarse outline of Great Britain and its islands, for telling what lies elsewhere.

Drawn by hand some kilometres out to sea: it parts Kent from Calais and Galloway from
Antrim, and is no coastline.
"""

from typing import Any

import numpy as np
import shapely

_OUTLINE = (
    (-6.6, 49.75), (-5.0, 49.8), (-3.4, 50.05), (-1.2, 50.4), (0.3, 50.6),
    (1.05, 50.8), (1.5, 51.05), (1.6, 51.45), (1.95, 52.3), (1.95, 52.7),
    (1.6, 53.1), (0.6, 53.3), (0.4, 53.75), (0.0, 54.25), (-0.7, 54.75),
    (-1.2, 55.2), (-1.3, 55.8), (-1.9, 56.1), (-1.9, 57.0), (-1.55, 57.6),
    (-1.9, 57.9), (-2.7, 58.35), (-2.1, 58.8), (-2.0, 59.4), (-1.2, 59.4),
    (-0.9, 59.8), (-0.5, 60.9), (-1.0, 61.0), (-1.9, 60.6), (-2.4, 60.1),
    (-3.3, 59.5), (-4.0, 59.0), (-5.2, 58.85), (-6.0, 58.75), (-6.4, 58.75),
    (-7.6, 58.3), (-8.75, 57.95), (-8.75, 57.65), (-7.9, 56.7), (-7.3, 56.4),
    (-6.8, 55.6), (-6.4, 55.5), (-5.95, 55.25), (-5.4, 54.85), (-5.15, 54.5),
    (-4.4, 54.5), (-3.8, 54.4), (-3.6, 53.8), (-4.3, 53.6), (-4.9, 53.5),
    (-5.0, 52.7), (-4.7, 52.4), (-5.5, 52.05), (-5.75, 51.7), (-5.2, 51.4),
    (-4.9, 51.0), (-5.4, 50.6), (-6.0, 50.2), (-6.6, 50.05),
)  # fmt: skip

OUTLINE = shapely.Polygon(_OUTLINE)
shapely.prepare(OUTLINE)


def is_off(shape: Any) -> Any:
    """Whether shapes in CRS84 meet neither Great Britain nor the sea just off it.

    One answer for one shape, an array of them for an array.
    """
    return np.logical_not(shapely.intersects(OUTLINE, shape))
