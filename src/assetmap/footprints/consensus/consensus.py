"""The consensus of many sketches of one place: where residents agree, and how far.

At a place x, p(x) is the share of the votes whose sketch holds x. Computed exactly, in
any projected CRS in metres, without a database. An exact level is made of residents'
own lines: publish what ``published_levels`` gives, never ``level_shape``.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.footprints.consensus.faces import BLOCK, faces_of, held_by
from assetmap.footprints.consensus.grid import published_levels
from assetmap.footprints.consensus.statistics import Statistics, Tally, statistics
from assetmap.footprints.model import (
    TOLERANCE,
    BadFootprint,
    Footprint,
    as_shapes,
    check_shapes,
    crisp,
    graded,
)
from assetmap.footprints.points import points_in

__all__ = [
    "Consensus",
    "PopulationPoints",
    "consensus",
    "consensus_at_points",
    "footprint_at",
    "footprint_of",
    "level_shape",
    "published_levels",
]

Numbers = NDArray[np.float64]
Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class PopulationPoints:
    """Places that stand for people, or for postcodes, and how many at each."""

    xs: Numbers
    ys: Numbers
    weights: Numbers
    measure: str = "people"


@dataclass(frozen=True)
class Consensus:
    """The ground that sketches cut, the membership of each piece, and what it says."""

    sketches: int
    faces: Shapes
    memberships: Numbers
    area: Statistics
    people: Statistics | None = None


def consensus(
    shapes: Any, weights: Any = None, points: PopulationPoints | None = None
) -> Consensus:
    """The exact consensus of sketches, by area and, at points, by people.

    Args:
        shapes: valid Polygons or MultiPolygons in one projected CRS in metres.
        weights: votes, each above 0; one for each sketch if left out.
        points: where people live, in the same CRS.

    Raises:
        BadFootprint: there is no sketch, or one is not valid or has no vote.
    """
    sketches, votes = _sketches_and_votes(shapes, weights)
    faces = faces_of(sketches)
    tally = _tally_of_faces(sketches, faces, votes)
    drawn = tally.memberships > TOLERANCE
    return Consensus(
        len(sketches),
        faces[drawn],
        tally.memberships[drawn],
        statistics(tally, votes, "area"),
        None if points is None else consensus_at_points(sketches, points, votes),
    )


def consensus_at_points(
    shapes: Any, points: PopulationPoints, weights: Any = None
) -> Statistics:
    """How far sketches agree by the people at points; needs no pieces of ground.

    Raises:
        BadFootprint: there is no sketch, or one is not valid or has no vote.
    """
    sketches, votes = _sketches_and_votes(shapes, weights)
    share = votes / votes.sum()
    memberships = np.zeros(len(points.xs))
    held = np.zeros((len(sketches), len(points.xs)), dtype=bool)
    for place, found in enumerate(points_in(sketches, points.xs, points.ys)):
        memberships[found] += share[place]
        held[place, found] = True
    shared = np.zeros((len(sketches), len(sketches)))
    for start in range(0, len(points.xs), BLOCK):
        block = slice(start, start + BLOCK)
        shared += _shared(held[:, block].T, points.weights[block])
    tally = Tally(memberships, points.weights, shared)
    return statistics(tally, votes, points.measure)


def _sketches_and_votes(shapes: Any, weights: Any) -> tuple[Shapes, Numbers]:
    sketches = as_shapes(shapes)
    votes = np.ones(len(sketches)) if weights is None else np.array(weights, float)
    check_shapes(sketches, votes)
    return sketches, votes


def _tally_of_faces(sketches: Shapes, faces: Shapes, votes: Numbers) -> Tally:
    areas = shapely.area(faces)
    share = votes / votes.sum()
    memberships = np.zeros(len(faces))
    shared = np.zeros((len(sketches), len(sketches)))
    for block, held in held_by(sketches, faces):
        memberships[block] = held @ share
        shared += _shared(held, areas[block])
    return Tally(memberships, areas, shared)


def _shared(held: NDArray[np.bool_], amounts: Numbers) -> Numbers:
    """How much each pair of sketches holds in common."""
    table = held.astype(float)
    shared: Numbers = table.T @ (table * amounts[:, None])
    return shared


def level_shape(agreed: Consensus, threshold: float) -> shapely.MultiPolygon:
    """The exact ground where p is at least a threshold above 0; may be empty.

    Its edge is made of residents' own lines: for computing, not for publishing.
    """
    chosen = agreed.faces[agreed.memberships >= threshold - TOLERANCE]
    if len(chosen) == 0:
        return shapely.MultiPolygon()
    joined = shapely.get_parts(shapely.coverage_union_all(chosen))
    return shapely.MultiPolygon(list(joined))


def footprint_of(shapes: Any, weights: Any, label: str) -> Footprint:
    """The graded footprint whose membership is p: each sketch by its share of votes."""
    sketches, votes = _sketches_and_votes(shapes, weights)
    made_how = f"consensus of {len(sketches)} sketches"
    return graded(sketches, votes / votes.sum(), label, made_how)


def footprint_at(agreed: Consensus, threshold: float, label: str = "") -> Footprint:
    """The crisp footprint of the ground where p is at least a threshold.

    Raises:
        BadFootprint: there is no such ground.
    """
    shape = level_shape(agreed, threshold)
    if shape.is_empty:
        raise BadFootprint(
            f"No place is in {threshold:.0%} of the sketches.", threshold=threshold
        )
    made_how = f"where at least {threshold:.0%} of {agreed.sketches} sketches agree"
    return crisp(shape, label or made_how, made_how)
