"""Shapes made valid, with what was wrong, where, and what it did to their area."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from assetmap.boundaries.quality.discrepancies import Discrepancy
from assetmap.sources.spatial.shapes import Repair, as_multipolygons, mended, published

Shapes = NDArray[np.object_]

METHOD: Repair = "linework"
"""Published sets keep their lines when they are repaired: neighbours still fit."""

_PLACE = re.compile(r"^(.*?)\s*\[\s*(\S+)\s+(\S+?)\s*\]$")


def mend(frame: pd.DataFrame, found: list[Discrepancy]) -> pd.DataFrame:
    """Valid MultiPolygons; a repair is told with what it did to the area."""
    shapes, degrees = (
        np.asarray(frame[each], dtype=object) for each in ("grid", "wgs84")
    )
    with ThreadPoolExecutor(2) as beside:
        valid = beside.map(shapely.is_valid, (shapes, degrees))
        wrong, wrong_degrees = (~each for each in valid)
    before = shapely.area(shapes)
    multi = as_multipolygons(shapes)
    multi[wrong] = mended(shapes[wrong], METHOD)
    after = shapely.area(multi)
    flat = after == 0
    for place in np.flatnonzero(flat | wrong):
        row = frame.iloc[place]
        found.append(_repaired(row, float(before[place]), float(after[place])))
    published_degrees = as_multipolygons(degrees)
    again = (wrong | wrong_degrees) & ~flat
    published_degrees[again] = published(multi[again])
    frame["grid"], frame["wgs84"] = multi, published_degrees
    kept: pd.DataFrame = frame[~flat].copy()
    return kept


def _repaired(row: Any, before_m2: float, after_m2: float) -> Discrepancy:
    """What was wrong with a row's shape, where, and what the repair did to its area."""
    came_valid = bool(shapely.is_valid(row["sent"]))
    why, place = _invalid_at(row["grid"])
    said = f"was invalid; area {before_m2:.1f} → {after_m2:.1f} m²"
    reason = "invalid_when_projected" if came_valid else "invalid"
    if after_m2 == 0:
        reason, said = "no_area", "has no area after repair"
    return Discrepancy(
        reason,
        f"{said} ({why})" if after_m2 else said,
        "repaired" if after_m2 else "refused",
        (row["code"],),
        int(row["line"]),
        "geometry",
        abs(after_m2 - before_m2),
        before_m2,
        after_m2,
        METHOD,
        place,
    )


def _invalid_at(shape: Any) -> tuple[str, Any]:
    """Why a shape is invalid, and where: a point in its own coordinate system."""
    said = str(shapely.is_valid_reason(shape))
    match = _PLACE.match(said)
    if match is None:
        return said, inner_point(shape)
    return match[1].rstrip(), shapely.Point(float(match[2]), float(match[3]))


def inner_point(shape: Any) -> Any:
    """A point in a shape that may be empty or absent, where there is one."""
    if shape is None or shapely.is_empty(shape):
        return None
    point = shapely.point_on_surface(shape)
    return None if shapely.is_empty(point) else point
