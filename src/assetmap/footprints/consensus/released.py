"""A release of drawings: how many hold each grid square, told as the policy has it.

All that is published of drawings is made from these squares and nothing else, so that
no question, however often it is asked, finds more than stands in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from string import ascii_uppercase
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.disclosure import Disclosure
from assetmap.footprints.consensus.between import Drawn, agreement_between
from assetmap.footprints.consensus.grid import membership_runs
from assetmap.footprints.consensus.rivals import Rivals, rivals
from assetmap.footprints.consensus.statistics import mean_agreement
from assetmap.footprints.consensus.sweep import shared_table
from assetmap.footprints.consensus.telling import answers_told, few_hidden
from assetmap.footprints.model import TOLERANCE, as_shapes, check_shapes
from assetmap.neighbourhoods.releases.model import Part, Release, Squares

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Shapes = NDArray[np.object_]

DEFINITION = "definition"
GROUP = "group"


def released_of(
    shapes: Any,
    weights: Any,
    policy: Disclosure,
    answers: Sequence[str] = (),
    shared: Numbers | None = None,
) -> Release:
    """The release that drawings make, with the definitions that they fall into.

    Where votes differ in weight a share of them counts as so many drawings, rounded
    down, and as no more than there are: whose vote is heavy is not told. ``shared`` is
    the ground that each two have in common, where it is known already.

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
    drawn = _Drawn(sketches, votes, shared)
    groups, facts = _groups(drawn, answers, policy)
    return Release(
        len(sketches),
        float(votes.sum()),
        policy.fewest_sketches,
        policy.grid_m,
        squares_of(sketches, votes, policy),
        (*_definitions(drawn, found, policy), *groups),
        mean_agreement(shared, votes),
        {
            "in_no_definition": len(found.others),
            "alone": len(found.alone),
            "silhouette": found.silhouette,
            **facts,
        },
    )


def _nothing(sketches: int, votes: float, policy: Disclosure) -> Release:
    return Release(sketches, votes, policy.fewest_sketches, policy.grid_m, Squares())


def squares_of(sketches: Shapes, votes: Numbers, policy: Disclosure) -> Squares:
    """How many of some drawings hold each square, as the policy tells it."""
    columns = np.column_stack([np.ones(len(votes)), votes / votes.sum()])
    row, start, end, both = _runs(sketches, columns, float(policy.grid_m))
    of = len(sketches)
    held = np.minimum(np.rint(both[0]), np.floor(both[1] * of + 1e-6))
    told = policy.told_of(held.astype(np.int64), of)
    return joined(row, start, end, np.rint(told * of).astype(np.int64))


def _runs(
    sketches: Shapes, columns: Numbers, grid_m: float
) -> tuple[Places, Places, Places, list[Numbers]]:
    """Runs of squares, and what of each column is there."""
    found = [membership_runs(sketches, each, grid_m) for each in columns.T]
    row, start, end, _ = found[0]
    return row, start, end, [each[3] for each in found]


def joined(row: Places, start: Places, end: Places, held: Places) -> Squares:
    """Runs with something in them, those that touch and are alike made one."""
    kept = held > 0
    row, start, end, held = row[kept], start[kept], end[kept], held[kept]
    if len(row) == 0:
        return Squares()
    apart = (row[1:] != row[:-1]) | (start[1:] != end[:-1]) | (held[1:] != held[:-1])
    first, last = np.r_[True, apart], np.r_[apart, True]
    return Squares(row[first], start[first], end[last], held[first])


@dataclass(frozen=True)
class _Drawn:
    """Drawings, their votes, and the ground that each two share."""

    sketches: Shapes
    votes: Numbers
    shared: Numbers

    def part(
        self, kind: str, label: str, members: Places, is_sized: bool, policy: Disclosure
    ) -> Part:
        """Some of the drawings by themselves."""
        own, held = self.votes[members], self.sketches[members]
        pairs = self.shared[np.ix_(members, members)]
        return Part(
            kind,
            label,
            len(held),
            float(own.sum() / self.votes.sum()),
            squares_of(held, own, policy),
            mean_agreement(pairs, own) if is_sized else None,
            is_sized,
        )


def _definitions(drawn: _Drawn, found: Rivals, policy: Disclosure) -> list[Part]:
    """Each definition that enough drawings hold, the most supported first."""
    is_sized = few_hidden(found, len(drawn.votes), policy.fewest_sketches)
    return [
        drawn.part(DEFINITION, label, each.members, is_sized, policy)
        for label, each in zip(ascii_uppercase, found.definitions, strict=False)
    ]


def _groups(
    drawn: _Drawn, answers: Sequence[str], policy: Disclosure
) -> tuple[list[Part], dict[str, Any]]:
    """Those who answered alike, enough of them, and how far their drawings agree."""
    told, withheld = answers_told(answers, policy.fewest_sketches)
    given = np.array(answers, dtype=object)
    members = [np.flatnonzero(given == each) for each in told]
    both = combinations(zip(told, members, strict=True), 2)
    agreements = [
        [one, other, _agreement(drawn, here, there, policy)]
        for (one, here), (other, there) in both
    ]
    parts = [
        drawn.part(GROUP, label, each, True, policy)
        for label, each in zip(told, members, strict=True)
    ]
    return parts, {"withheld": withheld, "differences": agreements}


def _agreement(
    drawn: _Drawn, here: Places, there: Places, policy: Disclosure
) -> float | None:
    one, other = (
        Drawn(drawn.sketches[each], drawn.votes[each]) for each in (here, there)
    )
    return agreement_between(one, other, policy.grid_m)


def as_told(made: Release, policy: Disclosure) -> Release:
    """A release as a stricter policy than that under which it was made tells it."""
    if policy.fewest_sketches <= made.fewest:
        return made
    if made.sketches < policy.fewest_sketches:
        return replace(made, squares=Squares(), parts=(), mean_agreement=None)
    return replace(
        made,
        fewest=policy.fewest_sketches,
        squares=_stricter(made.squares, made.sketches, policy),
        parts=tuple(
            replace(each, squares=_stricter(each.squares, each.sketches, policy))
            for each in made.parts
            if each.sketches >= policy.fewest_sketches
        ),
    )


def _stricter(squares: Squares, of: int, policy: Disclosure) -> Squares:
    told = np.rint(policy.told_of(squares.held, of) * of).astype(np.int64)
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
