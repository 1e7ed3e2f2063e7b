"""What shapes share by area: geometry is built only where an edge is cut."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.reconciliation.pieces import pieces_of

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Shapes = NDArray[np.object_]


def shared_areas(sources: Any, targets: Shapes) -> tuple[Places, Places, Floats]:
    """The area in m² that each source shares with each target that it meets.

    Returns the place of the source, the place of the target, and their overlap, one
    row for each pair that shares ground. Targets should have few vertices each;
    sources are cut up here.
    """
    none = np.empty(0, dtype=np.intp)
    if len(targets) == 0 or len(sources) == 0:
        return none, none, np.empty(0)
    cut = [pieces_of(each) for each in sources]
    owner = np.repeat(np.arange(len(cut)), [len(each) for each in cut])
    pieces = np.concatenate(cut)
    shapely.prepare(pieces)
    piece, target = shapely.STRtree(targets).query(pieces, predicate="intersects")
    areas = _pair_areas(pieces, targets, piece, target)
    keep = areas > 0
    return _summed(owner[piece[keep]], target[keep], areas[keep], len(targets))


def _pair_areas(pieces: Shapes, targets: Shapes, piece: Any, target: Any) -> Floats:
    """The overlap of each pair; whole areas where one of the two holds the other."""
    areas = np.empty(len(piece))
    holds = shapely.covers(pieces[piece], targets[target])
    areas[holds] = shapely.area(targets[target[holds]])
    rest = np.flatnonzero(~holds)
    held = shapely.covered_by(pieces[piece[rest]], targets[target[rest]])
    areas[rest[held]] = shapely.area(pieces[piece[rest[held]]])
    cut = rest[~held]
    shared = shapely.intersection(pieces[piece[cut]], targets[target[cut]])
    areas[cut] = shapely.area(shared)
    return areas


def _summed(
    source: Places, target: Places, areas: Floats, targets: int
) -> tuple[Places, Places, Floats]:
    """One row for each pair of source and target."""
    pairs, row = np.unique(source * targets + target, return_inverse=True)
    sums: Any = np.bincount(row, weights=areas, minlength=len(pairs))
    return pairs // max(targets, 1), pairs % max(targets, 1), sums
