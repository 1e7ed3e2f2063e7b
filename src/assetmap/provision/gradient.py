"""How provision differs between the most and the least deprived (Methods 8)."""

from dataclasses import dataclass

import numpy as np

from assetmap.reconciliation.model import Floats, Ints


@dataclass(frozen=True)
class Gradient:
    """How something rises from the most deprived people to the least.

    ``slope_index`` is the difference between the two ends of a line fitted through all
    of them; None where all are alike deprived. ``concentration_index`` is from -1, the
    most deprived have all, to 1; None where nobody has any.
    """

    slope_index: float | None
    concentration_index: float | None


def ridit(people: Floats, order: Ints) -> Floats:
    """The share of the people who are more deprived, and half of those alike.

    Args:
        people: how many are at each place, more than 0 in all.
        order: how deprived each place is, the most first; those alike have one number.
    """
    _, group = np.unique(order, return_inverse=True)
    sums = np.bincount(group, weights=people)
    middles = np.cumsum(sums) - sums / 2
    found: Floats = middles[group] / sums.sum()
    return found


def gradient(having: Floats, people: Floats, order: Ints) -> Gradient | None:
    """The gradient of what people have, by how deprived they are; None without people.

    Concentration index 2 cov(h, r) / mean h over ridit rank r, slope index cov(h, r) /
    var r, both weighed by people: splitting a place into several alike changes nothing.
    """
    total = float(people.sum())
    if total <= 0:
        return None
    rank, share = ridit(people, order), people / total
    mean, middle = float(share @ having), float(share @ rank)
    together = float(share @ ((having - mean) * (rank - middle)))
    spread = float(share @ (rank - middle) ** 2)
    return Gradient(
        together / spread if spread > 0 else None,
        2 * together / mean if mean > 0 else None,
    )
