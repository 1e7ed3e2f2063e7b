"""Which boundary of a set holds each point: found once, when a set is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SetParts:
    """A boundary set as coding needs it: parts of boundaries, by ordinal from 1.

    ``countries`` is the first letter of each boundary's code, by ordinal (place 0 is
    no boundary); ``*`` for a code that tells none. ``is_single`` sets give each point
    to one boundary at most. ``land`` is what building blocks cover.
    """

    ordinals: NDArray[np.intp]
    shapes: NDArray[np.object_]
    countries: NDArray[np.bytes_]
    is_single: bool
    snap_m: float
    land: shapely.STRtree | None = None

    @property
    def boundaries(self) -> int:
        """How many boundaries the set has."""
        return len(self.countries) - 1


class Coder:
    """Codes batches of points against one set, numbering combinations as they come."""

    def __init__(
        self, parts: SetParts, known: Mapping[int, tuple[int, ...]] | None = None
    ) -> None:
        self.parts = parts
        self.combinations = {members: cell for cell, members in (known or {}).items()}
        self._tree = shapely.STRtree(parts.shapes)
        self._countries = parts.countries[parts.ordinals]

    def cells(self, points: Any, countries: NDArray[np.bytes_]) -> Ints:
        """What each point lies in: 0, an ordinal, or the number of a combination.

        On a shared edge of a single set the lowest code wins. A point on land that a
        generalised set leaves out goes to the nearest boundary of its country within
        ``snap_m``.
        """
        found = np.zeros(len(points), dtype=np.int32)
        point, part = self._tree.query(points, predicate="intersects")
        ordinal = self.parts.ordinals[part]
        order = np.lexsort((ordinal, point))
        point, ordinal = point[order], ordinal[order]
        if self.parts.is_single:
            first = np.r_[True, np.diff(point) != 0][: len(point)]
            found[point[first]] = ordinal[first]
        else:
            self._combine(found, point, ordinal)
        if self.parts.snap_m > 0:
            self._snap(found, points, countries)
        return found

    def _combine(self, found: Ints, point: Any, ordinal: Any) -> None:
        pairs = np.unique(np.column_stack([point, ordinal]), axis=0)
        counts = np.bincount(pairs[:, 0], minlength=len(found)) if len(pairs) else found
        alone = counts[pairs[:, 0]] == 1
        found[pairs[alone, 0]] = pairs[alone, 1]
        shared = pairs[~alone]
        starts = np.flatnonzero(np.r_[True, np.diff(shared[:, 0]) != 0])
        if len(shared) == 0:
            return
        for group in np.split(shared, starts[1:]):
            members = tuple(group[:, 1].tolist())
            number = self.parts.boundaries + 1 + len(self.combinations)
            found[group[0, 0]] = self.combinations.setdefault(members, number)

    def _snap(self, found: Ints, points: Any, countries: NDArray[np.bytes_]) -> None:
        """Give points that are left out to the nearest boundary of their country."""
        lost = np.flatnonzero((found == 0) & (countries != b"?"))
        for country in np.unique(countries[lost]):
            own = np.flatnonzero(np.isin(self._countries, (country, b"*")))
            places = lost[countries[lost] == country]
            if len(own) == 0:
                continue
            which, part = shapely.STRtree(self.parts.shapes[own]).query_nearest(
                points[places], max_distance=self.parts.snap_m, all_matches=True
            )
            place, ordinal = places[which], self.parts.ordinals[own[part]]
            kept = ~self._is_inland(points, place, ordinal)
            order = np.lexsort((-ordinal[kept], place[kept]))
            found[place[kept][order]] = ordinal[kept][order]

    def _is_inland(self, points: Any, place: Any, ordinal: Any) -> NDArray[np.bool_]:
        """Whether a point is left out by a model's own rim, and not by the coast.

        Boundaries whose codes tell no country need not tile the land.
        """
        if self.parts.land is None:
            return np.zeros(len(place), dtype=bool)
        rim = np.flatnonzero(self.parts.countries[ordinal] == b"*")
        inland, _ = self.parts.land.query(points[place[rim]], predicate="intersects")
        result = np.zeros(len(place), dtype=bool)
        result[rim[np.unique(inland)]] = True
        return result


def members_of(cell: int, boundaries: int, combinations: Any) -> tuple[int, ...]:
    """The ordinals of the boundaries that a cell stands for."""
    if cell == 0:
        return ()
    return (cell,) if cell <= boundaries else tuple(combinations[cell])


def totals(cells: Ints, weights: Floats, boundaries: int, combinations: Any) -> Floats:
    """Weight in each boundary by ordinal (place 0: outside all), counted whole in each.

    Sums are of cells first, so the order of points decides nothing but rounding.
    """
    by_cell: Any = np.bincount(
        cells, weights=weights, minlength=boundaries + 1 + len(combinations)
    )
    result: Floats = by_cell[: boundaries + 1].copy()
    for cell, members in combinations.items():
        result[list(members)] += by_cell[cell]
    return result


def spread(block_of: Ints, votes: NDArray[np.uint8], counts: Floats) -> Floats:
    """People at each point: a block's count in equal shares over its voting points.

    A block whose points have no vote at all spreads over all of them. Sums over the
    points of a block equal its count (Methods 1). ``counts`` is nan where a block has
    none, and so are its people at each voting point: unknown is not zero.
    """
    blocks = len(counts)
    voting = np.bincount(block_of, weights=votes, minlength=blocks)
    points = np.bincount(block_of, minlength=blocks)
    silent = (voting == 0)[block_of]
    share = np.where(silent, 1.0, votes.astype(float))
    divisor = np.where(voting == 0, np.maximum(points, 1), voting)
    known = np.concatenate([[np.nan], counts[1:]])
    weights = known[block_of] * share / divisor[block_of]
    weights[(votes == 0) & np.isnan(weights)] = 0.0
    result: Floats = weights
    return result
