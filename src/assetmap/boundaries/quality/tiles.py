"""Large faces cut into tiles while holes are looked for, and joined again."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

LINES_PER_TILE = 400
"""Faces are cut along lines into tiles of about so many lines each: finding the holes
of a face takes the product of their numbers."""

Shapes = NDArray[np.object_]
Piece = tuple[tuple[int, ...], shapely.Geometry]


def cuts_of(lines: Shapes) -> Shapes:
    """A frame, and lines across it, that cut large faces into small ones."""
    tiles = int(np.sqrt(len(lines) / LINES_PER_TILE))
    if tiles < 2:
        return np.empty(0, dtype=object)
    west, south, east, north = shapely.total_bounds(lines)
    middles = shapely.get_coordinates(shapely.get_point(lines, 0))
    parts = np.linspace(0, 1, tiles + 1)[1:-1]
    frame = shapely.box(west - 1, south - 1, east + 1, north + 1)
    across = [
        shapely.LineString([(x, south - 1), (x, north + 1)])
        for x in np.unique(np.quantile(middles[:, 0], parts))
    ]
    along = [
        shapely.LineString([(west - 1, y), (east + 1, y)])
        for y in np.unique(np.quantile(middles[:, 1], parts))
    ]
    return np.array([frame.exterior, *across, *along], dtype=object)


def without_outside(holes: Shapes, cuts: Shapes) -> Shapes:
    """Holes without the ground around the shapes, which the frame has closed in."""
    if len(cuts) == 0 or len(holes) == 0:
        return holes
    west = shapely.bounds(cuts[0])[0]
    result: Shapes = holes[shapely.bounds(holes)[:, 0] > west]
    return result


def joined(pieces: Sequence[Piece], cuts: Shapes) -> list[Piece]:
    """Pieces as they were before the cuts: those of the same holders joined along them.

    They come in the order of their holders and place.
    """
    shapes = np.array([shape for _, shape in pieces], dtype=object)
    at_cut: set[int] = set()
    if len(cuts) and len(pieces):
        _, cut = shapely.STRtree(shapes).query(cuts, predicate="intersects")
        at_cut = set(cut.tolist())
    apart: dict[tuple[int, ...], list[shapely.Geometry]] = defaultdict(list)
    for place in sorted(at_cut):
        apart[pieces[place][0]].append(pieces[place][1])
    found = [each for place, each in enumerate(pieces) if place not in at_cut]
    for members, cut_up in apart.items():
        whole = shapely.get_parts(shapely.union_all(cut_up))
        found += [(members, each) for each in whole]
    bounds = shapely.bounds(np.array([each for _, each in found], dtype=object))
    keys = [
        (members, *box)
        for (members, _), box in zip(found, bounds.tolist(), strict=True)
    ]
    return [found[place] for place in sorted(range(len(found)), key=keys.__getitem__)]
