"""A crosswalk: the share of each source that lies in each target (Methods 3).

Pure: overlaps in, rows out. Every source has one row more, target 0, for what lies
outside every target, so that the weights of a source add up to 1.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.boundaries.quality.coverage import is_sliver
from assetmap.reconciliation.crosswalks.pairs import Overlaps, Places
from assetmap.reconciliation.model import Floats

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """The rows of a crosswalk, by source and then target, what is outside last.

    ``overlap`` is in people (or postcodes), and in m² where ``by_area``. Where targets
    overlap each other, ``weight`` counts shared ground whole to each of them and
    ``fractional`` in equal parts: with what is outside these add up to 1.
    """

    source: Places
    target: Places
    overlap: Floats
    weight: Floats
    fractional: Floats
    by_area: Mask
    is_sliver: Mask

    def __len__(self) -> int:
        return len(self.source)

    @property
    def fractional_overlap(self) -> Floats:
        """Overlaps with what several targets hold in equal parts to each."""
        found: Floats = np.divide(
            self.overlap * self.fractional,
            self.weight,
            out=np.zeros(len(self)),
            where=self.weight > 0,
        )
        return found

    def with_sources(self, ordinals: Places) -> "Rows":
        """The rows with other sources: the ordinals of those that are 1, 2, …"""
        return replace(self, source=ordinals[self.source - 1])

    def take(self, wanted: Any) -> "Rows":
        """Some of the rows."""
        return Rows(*(getattr(self, each)[wanted] for each in self.__annotations__))


ROUNDING = 1e-12
"""What a share may be off by for no reason but arithmetic."""


@dataclass(frozen=True)
class Slivers:
    """Overlaps too thin to be rows: how many, their ground, and the widest of them."""

    count: int
    m2: float
    largest_m2: float


def rows_by_area(overlaps: Overlaps, target_m2: Floats) -> Rows:
    """A crosswalk by area; ``target_m2`` is the area of each target."""
    rows = _rows(overlaps, by_area=True)
    in_target = np.flatnonzero(rows.target > 0)
    source, target = rows.source[in_target] - 1, rows.target[in_target] - 1
    shared = rows.overlap[in_target]
    thin = np.zeros(len(rows), dtype=bool)
    thin[in_target] = is_sliver(shared, overlaps.total[source], target_m2[target])
    return replace(rows, is_sliver=thin)


def rows_by_people(people: Overlaps, empty: Rows | None) -> Rows:
    """A crosswalk by people; ``empty`` are the rows by area of sources without any."""
    rows = _rows(people, by_area=False, wanted=people.total > 0)
    return rows if empty is None else _sorted(_joined(rows, empty))


def _rows(overlaps: Overlaps, *, by_area: bool, wanted: Mask | None = None) -> Rows:
    """Rows of pairs, and of what is outside, of the wanted sources."""
    pairs = overlaps if wanted is None else overlaps.of(wanted)
    every = np.arange(1, len(overlaps.total) + 1, dtype=np.int64)
    sources = every if wanted is None else every[wanted]
    outside = overlaps.outside[sources - 1]
    source = np.concatenate([pairs.source, sources])
    total = overlaps.total[source - 1]
    overlap = np.concatenate([pairs.overlap, outside])
    fractional = np.concatenate([pairs.fractional, outside])
    return _sorted(
        Rows(
            source,
            np.concatenate([pairs.target, np.zeros_like(sources)]),
            overlap,
            _share(overlap, total),
            _share(fractional, total),
            np.full(len(source), by_area),
            np.zeros(len(source), dtype=bool),
        )
    )


def _share(part: Floats, whole: Floats) -> Floats:
    """Shares; all of it is 1, however the sum was rounded."""
    found = part / whole
    result: Floats = np.where(np.abs(found - 1) < ROUNDING, 1.0, found)
    return result


def _joined(one: Rows, other: Rows) -> Rows:
    columns = (
        (getattr(one, each), getattr(other, each)) for each in Rows.__annotations__
    )
    return Rows(*(np.concatenate(each) for each in columns))


def _sorted(rows: Rows) -> Rows:
    return rows.take(np.lexsort((rows.target, rows.target == 0, rows.source)))


def slivers_of(rows: Rows) -> Slivers:
    """The slivers among rows."""
    thin = rows.overlap[rows.is_sliver]
    return Slivers(len(thin), float(thin.sum()), float(thin.max(initial=0.0)))


def without_slivers(rows: Rows) -> Rows:
    """Rows without slivers, whose share goes to the row of what no target's row holds.

    So a source's weights still add up to 1.
    """
    if not rows.is_sliver.any():
        return rows
    thin = rows.is_sliver
    share: Any = np.bincount(rows.source[thin], weights=rows.fractional[thin])
    amount: Any = np.bincount(rows.source[thin], weights=rows.fractional_overlap[thin])
    left = np.flatnonzero((rows.target == 0) & (rows.source < len(share)))
    overlap, weight, fractional = (
        each.copy() for each in (rows.overlap, rows.weight, rows.fractional)
    )
    overlap[left] += amount[rows.source[left]]
    weight[left] += share[rows.source[left]]
    fractional[left] += share[rows.source[left]]
    found = replace(rows, overlap=overlap, weight=weight, fractional=fractional)
    return found.take(~thin)


def normalised(rows: Rows) -> Rows:
    """Weights over what lies inside the targets, so that targets alone add up to 1.

    What is outside then weighs nothing, unless a source lies outside altogether.
    """
    last = int(rows.source.max(initial=0))
    in_target = rows.target > 0
    inside: Any = np.bincount(
        rows.source,
        weights=np.where(in_target, rows.fractional, 0.0),
        minlength=last + 1,
    )
    whole = inside[rows.source]
    is_in = whole > 0
    scale = np.divide(1.0, whole, out=np.ones(len(rows)), where=is_in)
    kept = np.where(in_target | ~is_in, 1.0, 0.0)
    return replace(
        rows,
        weight=rows.weight * scale * kept,
        fractional=rows.fractional * scale * kept,
    )
