"""All that is said of the sketches of one name: agreement, levels, rivals, groups.

Pure: from shapes in any projected CRS in metres, without a database.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.footprints.consensus.by_area import statistics_by_area
from assetmap.footprints.consensus.grid import PUBLISHED_GRID_M, published_levels
from assetmap.footprints.consensus.rivals import Rivals, rivals
from assetmap.footprints.consensus.statistics import (
    CORE,
    MAJORITY,
    PERIPHERY,
    Statistics,
)
from assetmap.footprints.consensus.sweep import shared_table

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Shapes = NDArray[np.object_]

LEVELS = (PERIPHERY, MAJORITY, CORE)


@dataclass(frozen=True)
class Named:
    """The sketches of one name, one vote each, and what each resident answered.

    ``rows`` tells where each stands in what they came from. ``answers`` is empty where
    nothing was asked; an answer is empty where nobody gave one.
    """

    name: str
    shapes: Shapes
    rows: Sequence[int]
    answers: Sequence[str] = ()


@dataclass(frozen=True)
class Asked:
    """What is to be found: on which levels and grid, and from how many sketches."""

    fewest: int = 5
    """Sketches that a definition, or a group, needs to be told of."""
    levels: Sequence[float] = LEVELS
    grid_m: float = PUBLISHED_GRID_M


@dataclass(frozen=True)
class Part:
    """What some of the sketches say: a definition, or those who answered alike.

    ``statistics`` of a definition are None where fewer sketches than may be told of
    are in none: what all say less what the definitions say would tell of the few.
    """

    label: str
    sketches: int
    share_of_sketches: float
    statistics: Statistics | None
    levels: Sequence[shapely.MultiPolygon]


@dataclass(frozen=True)
class NamedConsensus:
    """What the sketches of one name say, and where they part.

    ``levels`` are on the published grid, in the order of those asked for.
    ``definitions`` are most supported first, ``in_no_definition`` how many sketches
    are in groups too small to be one, and ``alone`` the rows of those that no other
    resembles: all of them count in ``statistics``. ``withheld`` is how many answers are
    in ``groups`` too small to be told.
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


def consensus_of_name(named: Named, asked: Asked) -> NamedConsensus:
    """All that is said of the sketches of one name.

    Raises:
        BadFootprint: there is no sketch, or one is not valid.
    """
    shapes, count = named.shapes, len(named.shapes)
    shared = shared_table(shapes)
    votes = np.ones(count)
    found = rivals(shared, votes, asked.fewest)
    is_told = few_hidden(found, count, asked.fewest)
    definitions = [
        _part(chr(ord("A") + place), each.members, named, shared, asked, is_told)
        for place, each in enumerate(found.definitions)
    ]
    told, withheld = answers_told(named.answers, asked.fewest)
    groups = [
        _part(answer, _who(named.answers, answer), named, shared, asked)
        for answer in told
    ]
    return NamedConsensus(
        named.name,
        count,
        statistics_by_area(shapes, votes, shared),
        published_levels(shapes, None, asked.levels, asked.grid_m),
        definitions,
        len(found.others),
        [named.rows[each] for each in found.alone],
        found.silhouette,
        groups,
        withheld,
    )


def few_hidden(found: Rivals, sketches: int, fewest: int) -> bool:
    """Whether numbers of definitions may be told: nobody is left out, or enough are."""
    left = sketches - sum(len(each.members) for each in found.definitions)
    return left == 0 or left >= fewest


def answers_told(answers: Sequence[str], fewest: int) -> tuple[list[str], int]:
    """The answers that enough gave to be told, in order, and how many others are not.

    Where those left out would be too few to hide among themselves, the smallest of the
    groups that could be told is left out as well: all less the rest would be them.
    """
    counts = Counter(each for each in answers if each)
    told = sorted(
        (each for each, count in counts.items() if count >= fewest),
        key=lambda each: (-counts[each], each),
    )
    left = len(answers) - sum(counts[each] for each in told)
    while told and 0 < left < fewest:
        left += counts[told.pop()]
    return sorted(told, key=_by_number), len(counts) - len(told)


def _by_number(text: str) -> tuple[float, str]:
    """Answers that begin with a number come in its order, others after them."""
    head = text.removeprefix("under ").split(" ")[0]
    try:
        return float(head) - (0.5 if text.startswith("under ") else 0), text
    except ValueError:
        return np.inf, text


def _who(answers: Sequence[str], answer: str) -> Places:
    return np.flatnonzero(np.array([each == answer for each in answers]))


def _part(
    label: str,
    members: Places,
    named: Named,
    shared: Numbers,
    asked: Asked,
    is_told: bool = True,
) -> Part:
    shapes: Any = named.shapes[members]
    pairs = shared[np.ix_(members, members)]
    return Part(
        label,
        len(members),
        len(members) / len(named.shapes),
        statistics_by_area(shapes, None, pairs) if is_told else None,
        published_levels(shapes, None, asked.levels, asked.grid_m),
    )
