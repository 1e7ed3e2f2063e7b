"""Which boundary of a set holds each point: found once, when a set is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from assetmap.footprints.holding import Holding

Ints = NDArray[np.int32]
Ordinals = NDArray[np.intp]
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
        self._holding = Holding(parts.shapes)
        self._own: dict[bytes, tuple[Ordinals, shapely.STRtree]] = {}

    def cells(self, xs: Floats, ys: Floats, countries: NDArray[np.bytes_]) -> Ints:
        """What each point lies in: 0, an ordinal, or the number of a combination.

        On a shared edge of a single set the lowest code wins. A point on land that a
        generalised set leaves out goes to the nearest boundary of its country within
        ``snap_m``. It is quick for points that come as neighbours.
        """
        found = np.zeros(len(xs), dtype=np.int32)
        point, part = self._holding.pairs(xs, ys)
        base = self.parts.boundaries + 1
        keys = np.sort(point * base + self.parts.ordinals[part])
        keys = keys[np.r_[True, np.diff(keys) != 0][: len(keys)]]
        point, ordinal = keys // base, keys % base
        first = np.r_[True, np.diff(point) != 0][: len(point)]
        if self.parts.is_single:
            found[point[first]] = ordinal[first]
        else:
            starts = np.flatnonzero(first)
            found[point[starts]] = self._combined(ordinal, starts)
        if self.parts.snap_m > 0:
            self._snap(found, xs, ys, countries)
        return found

    def _combined(self, ordinal: Ordinals, starts: Ordinals) -> Ordinals:
        """The cell of each stretch of ordinals, which begin at ``starts``."""
        sizes = np.diff(np.r_[starts, len(ordinal)])
        result = ordinal[starts].copy()
        shared = np.flatnonzero(sizes > 1)
        if len(shared) == 0:
            return result
        kind = _alike(ordinal, starts[shared], sizes[shared])
        firsts = shared[np.unique(kind, return_index=True)[1]]
        numbers = [
            self._number(ordinal[starts[each] : starts[each] + sizes[each]])
            for each in firsts
        ]
        result[shared] = np.array(numbers)[kind]
        return result

    def _number(self, ordinals: Ordinals) -> int:
        """The number of a combination, which it has or is given."""
        number = self.parts.boundaries + 1 + len(self.combinations)
        return self.combinations.setdefault(tuple(ordinals.tolist()), number)

    def _snap(
        self, found: Ints, xs: Floats, ys: Floats, countries: NDArray[np.bytes_]
    ) -> None:
        """Give points that are left out to the nearest boundary of their country."""
        lost = np.flatnonzero((found == 0) & (countries != b"?"))
        there = [each for each in np.unique(countries[lost]) if self._has(each)]
        lost = lost[np.isin(countries[lost], there)]
        points: Any = shapely.points(xs[lost], ys[lost])
        for country in there:
            own, tree = self._of_country(country)
            mine = np.flatnonzero(countries[lost] == country)
            which, part = tree.query_nearest(
                points[mine], max_distance=self.parts.snap_m, all_matches=True
            )
            place, ordinal = mine[which], self.parts.ordinals[own[part]]
            kept = ~self._is_inland(points, place, ordinal)
            order = np.lexsort((-ordinal[kept], place[kept]))
            found[lost[place[kept][order]]] = ordinal[kept][order]

    def _has(self, country: bytes) -> bool:
        """Whether any boundary may take points of a country."""
        return len(self._of_country(country)[0]) > 0

    def _of_country(self, country: bytes) -> tuple[Ordinals, shapely.STRtree]:
        """The parts that a point of a country may go to, and a tree of them."""
        if country not in self._own:
            countries = self.parts.countries[self.parts.ordinals]
            own = np.flatnonzero(np.isin(countries, (country, b"*")))
            self._own[country] = own, shapely.STRtree(self.parts.shapes[own])
        return self._own[country]

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


def _alike(ordinal: Ordinals, starts: Ordinals, sizes: Ordinals) -> Ordinals:
    """The same number for stretches of the same ordinals, counted as they are met."""
    kind = np.zeros(len(starts), dtype=np.int64)
    base = int(ordinal.max()) + 1
    for place in range(int(sizes.max())):
        at = np.minimum(starts + place, len(ordinal) - 1)
        member = np.where(place < sizes, ordinal[at], 0)
        kind = pd.factorize(kind * base + member)[0].astype(np.int64)
    return kind


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


def spread(
    block_of: Ints,
    votes: NDArray[np.uint8],
    counts: Floats,
    shares: Floats | None = None,
) -> Floats:
    """People at each point: a block's count over its voting points.

    In equal shares; or by ``shares`` in blocks where these weigh anything. A block
    whose points have no vote at all spreads over all of them. Sums over the points of
    a block equal its count (Methods 1). ``counts`` is nan where a block has none, and
    so are its people at each voting point: unknown is not zero.
    """
    blocks = len(counts)
    share = votes.astype(float)
    if shares is not None:
        weighed = share * shares
        has_weight = np.bincount(block_of, weights=weighed, minlength=blocks) > 0
        share = np.where(has_weight[block_of], weighed, share)
    whole = np.bincount(block_of, weights=share, minlength=blocks)
    points = np.bincount(block_of, minlength=blocks)
    share = np.where((whole == 0)[block_of], 1.0, share)
    divisor = np.where(whole == 0, np.maximum(points, 1), whole)
    known = np.concatenate([[np.nan], counts[1:]])
    weights = known[block_of] * (share / divisor[block_of])
    weights[(votes == 0) & np.isnan(weights)] = 0.0
    result: Floats = weights
    return result
