"""A release of drawings: how many hold each grid square, told as the policy has it.

All that is published of drawings is made from these squares and nothing else, so that
no question, however often it is asked, finds more than stands in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.disclosure import Disclosure
from assetmap.footprints.consensus.parts import (
    Drawn,
    as_told_of,
    counted,
    definitions,
    groups,
    joined,
)
from assetmap.footprints.consensus.rivals import rivals
from assetmap.footprints.consensus.statistics import mean_agreement
from assetmap.footprints.consensus.sweep import shared_table
from assetmap.footprints.model import TOLERANCE, as_shapes, check_shapes
from assetmap.neighbourhoods.releases.model import Release, Squares

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Shapes = NDArray[np.object_]


def released_of(
    shapes: Any,
    weights: Any,
    policy: Disclosure,
    answers: Mapping[str, Sequence[str]] | None = None,
    shared: Numbers | None = None,
) -> Release:
    """The release that drawings make, with the definitions that they fall into.

    Where votes differ in weight a share of them counts as so many drawings, rounded
    down, and as no more than there are: whose vote is heavy is not told. ``answers``
    are by question, one of each drawing, empty where there is none. ``shared`` is the
    ground that each two have in common, where it is known already.

    Raises:
        BadFootprint: a drawing is not valid or has no vote.
    """
    sketches = as_shapes(shapes)
    votes = np.ones(len(sketches)) if weights is None else np.array(weights, float)
    if len(sketches) < policy.fewest_sketches:
        return _nothing(len(sketches), float(votes.sum()), policy)
    check_shapes(sketches, votes)
    shared = shared_table(sketches) if shared is None else shared
    found = rivals(shared, votes, policy.fewest_sketches)
    drawn = Drawn(sketches, votes, shared, policy)
    defined = definitions(drawn, found)
    grouped, said = groups(drawn, answers or {})
    return Release(
        len(sketches),
        float(votes.sum()),
        policy.fewest_sketches,
        policy.grid_m,
        squares_of(sketches, votes, policy),
        (*defined, *grouped),
        mean_agreement(shared, votes),
        {
            "in_no_definition": len(found.others),
            "alone": len(found.alone),
            "silhouette": found.silhouette,
            "groups": said,
        },
    )


def _nothing(sketches: int, votes: float, policy: Disclosure) -> Release:
    return Release(sketches, votes, policy.fewest_sketches, policy.grid_m, Squares())


def squares_of(sketches: Shapes, votes: Numbers, policy: Disclosure) -> Squares:
    """How many of some drawings hold each square, as the policy tells it."""
    drawn = Drawn(sketches, votes, np.empty((0, 0)), policy)
    row, start, end, (held,) = counted(drawn, [np.ones(len(votes), dtype=bool)])
    return joined(row, start, end, as_told_of(held, len(votes), policy))


def as_told(made: Release, policy: Disclosure) -> Release:
    """A release as a stricter policy than that under which it was made tells it.

    Without its parts: they were told apart for the other policy.
    """
    if policy.fewest_sketches <= made.fewest:
        return made
    if made.sketches < policy.fewest_sketches:
        return replace(made, squares=Squares(), parts=(), mean_agreement=None)
    return replace(
        made,
        fewest=policy.fewest_sketches,
        squares=_stricter(made.squares, made.sketches, policy),
        parts=(),
    )


def _stricter(squares: Squares, of: int, policy: Disclosure) -> Squares:
    told = as_told_of(squares.held, of, policy)
    return joined(squares.row, squares.start, squares.end, told)


def grounds(
    squares: Squares, of: int, levels: Sequence[float], grid_m: float
) -> list[shapely.MultiPolygon]:
    """For each level the squares in at least that share of drawings; may be empty."""
    share = squares.held / max(of, 1)
    return [_ground(squares, share >= each - TOLERANCE, grid_m) for each in levels]


def _ground(
    squares: Squares, chosen: NDArray[np.bool_], grid_m: float
) -> shapely.MultiPolygon:
    alike = np.ones(int(chosen.sum()), dtype=np.int64)
    runs = joined(
        squares.row[chosen], squares.start[chosen], squares.end[chosen], alike
    )
    boxes = shapely.box(
        runs.start * grid_m,
        runs.row * grid_m,
        runs.end * grid_m,
        (runs.row + 1) * grid_m,
    )
    whole = shapely.simplify(shapely.union_all(boxes), 0)
    parts = shapely.get_parts(whole)
    return shapely.MultiPolygon(list(parts[~shapely.is_empty(parts)]))
