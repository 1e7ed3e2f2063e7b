"""How far two consensuses agree, and what one has gained on the other.

Both are laid on the squares on which they are published, so that nothing is told of
the lines between them.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.footprints.consensus.grid import (
    PUBLISHED_GRID_M,
    Places,
    ground_where,
    membership_runs,
    stepped,
)
from assetmap.footprints.consensus.statistics import MAJORITY
from assetmap.footprints.model import TOLERANCE, as_shapes, check_shapes
from assetmap.neighbourhoods.releases.model import Squares

Numbers = NDArray[np.float64]
Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Drawn:
    """Sketches and their votes."""

    shapes: Shapes
    votes: Numbers


@dataclass(frozen=True)
class Between:
    """What two consensuses share, and where they part.

    ``agreement`` is the sum of the smaller membership of each square over that of the
    larger (Ruzicka): 1 of a consensus with itself. ``gained`` is the ground that is in
    enough of the later sketches and was not in enough of the earlier ones, ``lost`` the
    other way round, ``kept`` what is in both.
    """

    level: float
    agreement: float | None
    kept: shapely.MultiPolygon
    gained: shapely.MultiPolygon
    lost: shapely.MultiPolygon


def between(
    earlier: Drawn,
    later: Drawn,
    level: float = MAJORITY,
    grid_m: float = PUBLISHED_GRID_M,
) -> Between:
    """How far two consensuses agree, and where more, or fewer, now agree than a level.

    Raises:
        BadFootprint: one has no sketch, or one that is not valid or has no vote.
    """
    for each in (earlier, later):
        check_shapes(each.shapes, each.votes)
    runs = membership_runs(
        as_shapes([*earlier.shapes, *later.shapes]), _shares(earlier, later), grid_m
    )
    return _parted(*runs, level, grid_m)


def between_squares(
    earlier: tuple[Squares, int], later: tuple[Squares, int], level: float, grid_m: int
) -> Between:
    """The same of counts by square of one grid, each with how many sketches there were.

    Where nothing may be told of either there is no agreement.
    """
    both = [squares for squares, _ in (earlier, later)]
    row, start, end = (
        np.concatenate([getattr(each, name) for each in both])
        for name in ("row", "start", "end")
    )
    shares = np.zeros((len(row), 2))
    first = len(both[0].row)
    shares[:first, 0] = both[0].held / max(earlier[1], 1)
    shares[first:, 1] = both[1].held / max(later[1], 1)
    return _parted(*stepped(row, start, end, shares), level, grid_m)


def _parted(
    row: Places, start: Places, end: Places, p: Numbers, level: float, grid_m: float
) -> Between:
    """What runs of squares say, of which both memberships are known."""
    p[p < TOLERANCE] = 0.0  # what is left over by sums of shares
    wide = (end - start).astype(float)
    either = float(np.dot(wide, p.max(axis=1)))
    both = float(np.dot(wide, p.min(axis=1)))
    was, now = (p >= level - TOLERANCE).T
    kept, gained, lost = (
        ground_where(chosen, row, start, end, grid_m)
        for chosen in (was & now, now & ~was, was & ~now)
    )
    agreement = both / either if either > 0 else None
    return Between(level, agreement, kept, gained, lost)


def agreement_between(one: Drawn, other: Drawn, grid_m: float) -> float | None:
    """How far two consensuses agree, from 0 to 1; None where neither holds a square."""
    return between(one, other, grid_m=grid_m).agreement


def _shares(earlier: Drawn, later: Drawn) -> Numbers:
    """Of each sketch its share of the votes of its own consensus, in its column."""
    shares = np.zeros((len(earlier.votes) + len(later.votes), 2))
    shares[: len(earlier.votes), 0] = earlier.votes / earlier.votes.sum()
    shares[len(earlier.votes) :, 1] = later.votes / later.votes.sum()
    return shares
