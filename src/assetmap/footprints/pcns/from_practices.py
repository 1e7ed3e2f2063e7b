"""Primary care networks from where their practices stand: ``nearest_practice``.

A model (Methods 6): a PCN has no legal boundary, and people may register further off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from assetmap.crs import NATIONAL_GRID
from assetmap.sources.spatial.vector import Layer


@dataclass(frozen=True)
class Practice:
    """A GP practice, where it stands in EPSG:27700, and its network on one day."""

    code: str
    name: str
    pcn_code: str
    pcn_name: str
    east: float
    north: float


def nearest_practice(
    practices: Sequence[Practice], land: Any, within_m: float, file: str
) -> Layer:
    """The ground nearest to a practice of each PCN, on land and within a distance.

    ``land`` is one shape or several, as the boundaries of a set. Where practices of
    two PCNs stand at one point, both hold the ground around it.
    """
    places = sorted({(each.east, each.north) for each in practices})
    place_of = {each: place for place, each in enumerate(places)}
    cells = _cells(places, within_m)
    holders: dict[str, set[int]] = {}
    names: dict[str, str] = {}
    for each in practices:
        holders.setdefault(each.pcn_code, set()).add(place_of[each.east, each.north])
        names[each.pcn_code] = min(
            names.get(each.pcn_code, each.pcn_name), each.pcn_name
        )
    codes = sorted(holders)
    ground = shapely.STRtree(np.atleast_1d(np.asarray(land, dtype=object)))
    shapes = np.empty(len(codes), dtype=object)
    shapes[:] = [
        _on_land(shapely.union_all(cells[sorted(holders[code])]), ground)
        for code in codes
    ]
    columns = pd.DataFrame({"code": codes, "name": [names[code] for code in codes]})
    return Layer(file, "", columns, shapes, pyproj.CRS(NATIONAL_GRID))


def _on_land(shape: Any, land: shapely.STRtree) -> Any:
    """The part of a shape that lies on the shapes of a tree."""
    near = land.geometries[land.query(shape, predicate="intersects")]
    return shapely.union_all(shapely.intersection(shape, near))


def _cells(places: Sequence[tuple[float, float]], within_m: float) -> Any:
    """The ground nearer to each place than to any other, within a distance of it."""
    points: Any = shapely.points(np.array(places))
    discs = shapely.buffer(points, within_m, quad_segs=32)
    if len(places) == 1:
        return discs
    around = shapely.box(*shapely.total_bounds(discs))
    found = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=around)
    )
    cell, place = shapely.STRtree(points).query(found, predicate="contains")
    cells = np.empty(len(places), dtype=object)
    cells[place] = found[cell]
    return shapely.intersection(cells, discs)
