"""Counts carried along a crosswalk: what is known, what is missing, what is outside.

Pure (Methods 3). A count is shared out by weight; a rate is two counts, divided last;
a margin of error is the root of the sum of squares of its shares. Missing is not zero.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from assetmap.reconciliation.crosswalks.pairs import Places
from assetmap.reconciliation.crosswalks.rows import Rows
from assetmap.reconciliation.model import Floats


@dataclass(frozen=True)
class Weights:
    """What each source gives to each target; places from 0, target -1 is outside.

    ``overlap`` says how much of a target each source is, in one measure throughout a
    target.
    """

    source: Places
    target: Places
    weight: Floats
    overlap: Floats
    sources: int
    targets: int

    @property
    def in_target(self) -> Any:
        """Which rows have a target."""
        return self.target >= 0

    def summed(self, values: Floats) -> Floats:
        """Values of rows added up by target."""
        own = self.in_target
        sums: Any = np.bincount(
            self.target[own], weights=values[own], minlength=self.targets
        )
        found: Floats = sums
        return found


@dataclass(frozen=True)
class Carried:
    """A count in every target; nan where nothing is known of it.

    ``known_share`` is how much of the target lies in sources with a value (nan where
    no source touches it), and ``missing`` how many sources without one touch it.
    ``margin`` is nan where one that counts is not known.
    """

    amounts: Floats
    known_share: Floats
    missing: Places
    outside: float
    sent: float
    margin: Floats | None = None


def weights_of(rows: Rows, sources: int, targets: int, *, fractional: bool) -> Weights:
    """The weights of a crosswalk: shared ground in equal parts, or whole to each."""
    target = rows.target - 1
    weight = rows.fractional if fractional else rows.weight
    overlap = comparable(target, rows.overlap, rows.by_area, targets)
    return Weights(rows.source - 1, target, weight, overlap, sources, targets)


def comparable(target: Places, overlap: Floats, by_area: Any, targets: int) -> Floats:
    """Overlaps in one measure throughout each target: by area only if all of it is."""
    own = np.where(by_area, 0.0, overlap)
    inside = target >= 0
    peopled: Any = np.bincount(target[inside], weights=own[inside], minlength=targets)
    found: Floats = np.where((peopled > 0)[target], own, overlap)
    return found


def carried(weights: Weights, counts: Floats, margins: Floats | None = None) -> Carried:
    """Counts by source, nan where there is none, shared out to the targets."""
    known = ~np.isnan(counts)
    given = weights.weight * np.nan_to_num(counts)[weights.source]
    is_known = known[weights.source]
    share = _known_share(weights, is_known)
    touched = weights.summed(is_known.astype(float)) > 0
    values = np.where(touched, weights.summed(given), np.nan)
    missing = weights.summed((~is_known).astype(float)).astype(np.int64)
    return Carried(
        values,
        share,
        missing,
        float(given[~weights.in_target].sum()),
        float(np.nansum(counts)),
        None if margins is None else _margin(weights, is_known, touched, margins),
    )


def _known_share(weights: Weights, is_known: Any) -> Floats:
    every = weights.summed(weights.overlap)
    own = weights.summed(np.where(is_known, weights.overlap, 0.0))
    nowhere = np.full(len(every), np.nan)
    found: Floats = np.divide(own, every, out=nowhere, where=every > 0)
    return found


def _margin(weights: Weights, is_known: Any, touched: Any, margins: Floats) -> Floats:
    """The margin of error of each target; that of a missing count plays no part."""
    squares = np.where(is_known, (weights.weight * margins[weights.source]) ** 2, 0.0)
    found: Floats = np.where(touched, np.sqrt(weights.summed(squares)), np.nan)
    return found


def rate(weights: Weights, numerator: Floats, denominator: Floats) -> Floats:
    """A rate in every target: both counts are carried, then divided.

    A source that lacks one of the two has no part in either; nan where nothing is left
    to divide by.
    """
    known = ~np.isnan(numerator) & ~np.isnan(denominator)
    above, below = (
        carried(weights, np.where(known, each, np.nan)).amounts
        for each in (numerator, denominator)
    )
    found: Floats = np.divide(
        above, below, out=np.full(len(above), np.nan), where=np.nan_to_num(below) > 0
    )
    return found
