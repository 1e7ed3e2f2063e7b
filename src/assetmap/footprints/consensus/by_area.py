"""How far sketches agree by area: exactly, or by squares where that takes too long."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.footprints.consensus.grid import membership_runs
from assetmap.footprints.consensus.statistics import Statistics, Tally, statistics
from assetmap.footprints.consensus.sweep import (
    Ground,
    ground_by_membership,
    shared_table,
)
from assetmap.footprints.model import as_shapes, check_shapes

Numbers = NDArray[np.float64]
Shapes = NDArray[np.object_]

GRID_M = 5.0
"""Side of the squares where an exact answer takes too long."""

EXACT = "exact"


def statistics_by_area(
    shapes: Any,
    weights: Any = None,
    shared: Numbers | None = None,
    grid_m: float | None = None,
) -> Statistics:
    """All that is said of how far sketches agree by area, in m².

    Exact by a sweep over their edges; by squares of 5 m where votes have no common
    unit or lines are too many for that. ``computed_by`` says which.

    Args:
        shapes: valid Polygons or MultiPolygons in one projected CRS in metres.
        weights: votes, each above 0; one for each sketch if left out.
        shared: what each two share, where it is known already.
        grid_m: the side of squares to count by, instead of exactly.

    Raises:
        BadFootprint: there is no sketch, or one is not valid or has no vote.
    """
    sketches = as_shapes(shapes)
    votes = np.ones(len(sketches)) if weights is None else np.array(weights, float)
    check_shapes(sketches, votes)
    ground = None if grid_m else ground_by_membership(sketches, votes)
    computed_by = EXACT
    if ground is None:
        side = grid_m or GRID_M
        ground, computed_by = ground_on_grid(sketches, votes, side), by_grid(side)
    table = shared_table(sketches) if shared is None else shared
    tally = Tally(ground.memberships, ground.amounts, table)
    return statistics(tally, votes, "area", computed_by)


def by_grid(grid_m: float) -> str:
    """What is said of an answer that was counted by squares."""
    return f"squares of {grid_m:g} m"


def ground_on_grid(sketches: Shapes, votes: Numbers, grid_m: float) -> Ground:
    """The ground at each membership by the squares whose centres have it, in m².

    Off by at most the squares that lines run through.
    """
    _, start, end, membership = membership_runs(sketches, votes / votes.sum(), grid_m)
    held = membership > 0
    amounts = (end - start)[held] * grid_m**2
    return Ground(membership[held], amounts.astype(float))
