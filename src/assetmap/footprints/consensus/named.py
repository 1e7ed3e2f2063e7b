"""All that is said of the sketches of one name: agreement, levels, rivals, groups.

Pure: from shapes in any projected CRS in metres, without a database.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from string import ascii_uppercase

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.footprints.consensus.between import Drawn, agreement_between
from assetmap.footprints.consensus.by_area import GRID_M, statistics_by_area
from assetmap.footprints.consensus.grid import PUBLISHED_GRID_M, published_levels
from assetmap.footprints.consensus.rivals import rivals
from assetmap.footprints.consensus.statistics import (
    CORE,
    MAJORITY,
    PERIPHERY,
    Statistics,
)
from assetmap.footprints.consensus.sweep import shared_table
from assetmap.footprints.consensus.telling import answers_told, few_hidden

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Shapes = NDArray[np.object_]

LEVELS = (PERIPHERY, MAJORITY, CORE)
"""What is shown where nobody asks for a level, and no steward decides."""


@dataclass(frozen=True)
class Named:
    """The sketches of one name, their votes, and what each resident answered.

    ``rows`` tells where each stands in what they came from. ``answers`` is empty where
    nothing was asked; an answer is empty where nobody gave one. Without ``votes`` each
    has one.
    """

    name: str
    shapes: Shapes
    rows: Sequence[int]
    answers: Sequence[str] = ()
    votes: Numbers | None = None


@dataclass(frozen=True)
class Known:
    """What is known of the sketches of a name before they are looked at, if anything.

    ``shared`` is what each two have in common in m², ``levels`` the ground at each of
    the levels that are asked for and, at last, the majority.
    """

    shared: Numbers | None = None
    statistics: Statistics | None = None
    levels: Sequence[shapely.MultiPolygon] | None = None


NOTHING = Known()


@dataclass(frozen=True)
class Asked:
    """What is to be found: on which levels and grid, and from how many sketches."""

    fewest: int = 5
    """Sketches that a definition, or a group, needs to be told of."""
    levels: Sequence[float] = LEVELS
    grid_m: float = PUBLISHED_GRID_M
    most_exact: int | None = None
    """Over so many sketches squares are counted, instead of an exact answer."""


@dataclass(frozen=True)
class Part:
    """What some of the sketches say: a definition, or those who answered alike.

    ``statistics`` of a definition are None where fewer sketches than may be told of
    are in none: what all say less what the definitions say would tell of the few.
    ``majority`` is the ground in at least half of its sketches, on the published grid.
    """

    label: str
    sketches: int
    share_of_sketches: float
    statistics: Statistics | None
    levels: Sequence[shapely.MultiPolygon]
    majority: shapely.MultiPolygon


@dataclass(frozen=True)
class Difference:
    """How far the consensus of one group agrees with that of another, from 0 to 1."""

    one: str
    other: str
    agreement: float | None


@dataclass(frozen=True)
class NamedConsensus:
    """What the sketches of one name say, and where they part.

    ``levels`` are on the published grid, in the order of those asked for.
    ``definitions`` are most supported first, ``in_no_definition`` how many sketches
    are in groups too small to be one, and ``alone`` the rows of those that no other
    resembles: all of them count in ``statistics``. ``withheld`` is how many answers are
    in ``groups`` too small to be told. ``shown_levels`` are the only ones at which
    it may be told; None: all.
    """

    name: str
    sketches: int
    statistics: Statistics
    levels: Sequence[shapely.MultiPolygon]
    definitions: Sequence[Part]
    in_no_definition: int
    alone: Sequence[int]
    silhouette: float | None
    groups: Sequence[Part]
    withheld: int
    differences: Sequence[Difference] = ()
    shown_levels: Sequence[float] | None = None


def consensus_of_name(
    named: Named, asked: Asked, known: Known = NOTHING
) -> NamedConsensus:
    """All that is said of the sketches of one name.

    Raises:
        BadFootprint: there is no sketch, or one is not valid.
    """
    shapes, votes = named.shapes, votes_of(named)
    shared = shared_table(shapes) if known.shared is None else known.shared
    said = known.statistics or _statistics(shapes, votes, shared, asked)
    ground = list(known.levels or ()) or _ground(shapes, votes, asked)
    everybody = Part("", len(shapes), 1.0, said, ground[:-1], ground[-1])
    found = rivals(shared, votes, asked.fewest)
    is_told = few_hidden(found, len(shapes), asked.fewest)
    definitions = [
        _part(letter, each.members, named, shared, asked, everybody, is_told)
        for letter, each in zip(ascii_uppercase, found.definitions, strict=False)
    ]
    told, withheld = answers_told(named.answers, asked.fewest)
    groups = [
        _part(answer, _who(named.answers, answer), named, shared, asked, everybody)
        for answer in told
    ]
    return NamedConsensus(
        named.name,
        len(shapes),
        said,
        everybody.levels,
        definitions,
        len(found.others),
        [named.rows[each] for each in found.alone],
        found.silhouette,
        groups,
        withheld,
        _differences(named, votes, told, asked.grid_m),
    )


def votes_of(named: Named) -> Numbers:
    """The vote of each sketch of a name."""
    return np.ones(len(named.shapes)) if named.votes is None else named.votes


def _ground(shapes: Shapes, votes: Numbers, asked: Asked) -> list[shapely.MultiPolygon]:
    """The ground at each level that is asked for, and the majority at last."""
    return published_levels(shapes, votes, [*asked.levels, MAJORITY], asked.grid_m)


def _statistics(
    shapes: Shapes, votes: Numbers, shared: Numbers, asked: Asked
) -> Statistics:
    """Exact for as many sketches as may be, else by squares."""
    many = asked.most_exact is not None and len(shapes) > asked.most_exact
    return statistics_by_area(shapes, votes, shared, GRID_M if many else None)


def _who(answers: Sequence[str], answer: str) -> Places:
    return np.flatnonzero(np.array([each == answer for each in answers]))


def _differences(
    named: Named, votes: Numbers, told: Sequence[str], grid_m: float
) -> list[Difference]:
    """How far every two of the groups that are told agree."""
    places = [_who(named.answers, each) for each in told]
    drawn = [Drawn(named.shapes[each], votes[each]) for each in places]
    return [
        Difference(one, other, agreement_between(here, there, grid_m))
        for (one, here), (other, there) in combinations(
            zip(told, drawn, strict=True), 2
        )
    ]


def _part(
    label: str,
    members: Places,
    named: Named,
    shared: Numbers,
    asked: Asked,
    everybody: Part,
    is_told: bool = True,
) -> Part:
    if len(members) == everybody.sketches:
        return replace(everybody, label=label)
    votes = votes_of(named)
    shapes, own = named.shapes[members], votes[members]
    pairs = shared[np.ix_(members, members)]
    ground = _ground(shapes, own, asked)
    return Part(
        label,
        len(members),
        float(own.sum() / votes.sum()),
        _statistics(shapes, own, pairs, asked) if is_told else None,
        ground[:-1],
        ground[-1],
    )
