"""What shapes share with others: geometry is built only where an edge is cut."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.reconciliation.pieces import pieces_of

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Cut:
    """The ground that pieces of some sources share with targets, one row for each pair.

    ``pieces`` make up the sources and ``owner`` says whose each is; ``piece`` and
    ``target`` are places, ``shared`` the ground of both, of which there may be none.
    """

    pieces: Shapes
    owner: Places
    piece: Places
    target: Places
    shared: Shapes

    @cached_property
    def areas(self) -> Floats:
        """The ground of each pair in m²."""
        found: Floats = shapely.area(self.shared)
        return found

    def with_targets(self, first: int, last: int) -> "Cut":
        """The pairs of the targets from one place to before another, counted anew."""
        kept = np.flatnonzero((self.target >= first) & (self.target < last))
        target, shared = self.target[kept] - first, self.shared[kept]
        return Cut(self.pieces, self.owner, self.piece[kept], target, shared)


def cut_up(sources: Any, targets: Shapes) -> Cut:
    """The ground that sources share with the targets that they meet.

    Targets should have few vertices each; sources are cut up here.
    """
    cut = [pieces_of(each) for each in sources]
    owner = np.repeat(np.arange(len(cut)), [len(each) for each in cut])
    pieces = np.concatenate([*cut, np.empty(0, dtype=object)])
    if len(targets) == 0 or len(pieces) == 0:
        none = np.empty(0, dtype=np.intp)
        return Cut(pieces, owner, none, none, np.empty(0, dtype=object))
    shapely.prepare(pieces)
    piece, target = shapely.STRtree(targets).query(pieces, predicate="intersects")
    shared = _pair_ground(pieces, targets, piece, target)
    return Cut(pieces, owner, piece, target, shared)


def shared_areas(cut: Cut, targets: int) -> tuple[Places, Places, Floats]:
    """The area in m² that each source shares with each of so many targets it meets.

    Returns the place of the source, the place of the target, and their overlap, one
    row for each pair that shares ground.
    """
    keep = cut.areas > 0
    source, target = cut.owner[cut.piece[keep]], cut.target[keep]
    return _summed(source, target, cut.areas[keep], targets)


def _pair_ground(pieces: Shapes, targets: Shapes, piece: Any, target: Any) -> Shapes:
    """The ground of each pair; all of one of the two where the other holds it."""
    shared: Shapes = targets[target]
    rest = np.flatnonzero(~shapely.covers(pieces[piece], shared))
    is_held = shapely.covered_by(pieces[piece[rest]], shared[rest])
    held, cut = rest[is_held], rest[~is_held]
    shared[held] = pieces[piece[held]]
    shared[cut] = shapely.intersection(pieces[piece[cut]], shared[cut])
    return shared


def _summed(
    source: Places, target: Places, areas: Floats, targets: int
) -> tuple[Places, Places, Floats]:
    """One row for each pair of source and target."""
    pairs, row = np.unique(source * targets + target, return_inverse=True)
    sums: Any = np.bincount(row, weights=areas, minlength=len(pairs))
    return pairs // max(targets, 1), pairs % max(targets, 1), sums
