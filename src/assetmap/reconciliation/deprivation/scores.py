"""How deprived the people of a footprint are (Methods 3: never an average of ranks)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan

import numpy as np
from numpy.typing import NDArray

from assetmap.disclosure import Disclosure
from assetmap.people.deprivation.model import DECILES, DomainScores, Scores
from assetmap.reconciliation.rounding import told

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Deprived:
    """One domain over a footprint, by people.

    ``score`` is the mean score of the people whose block has one; None where there are
    none. ``by_decile`` is people by decile, the most deprived first; None where the
    source gives no deciles. ``without`` is people whose block has neither.
    """

    slug: str
    title: str
    score: float | None
    people: float
    without: float
    by_decile: tuple[float, ...] | None

    def share_of_deciles(self, most: int) -> float | None:
        """The share of the people who live in the most deprived deciles."""
        if self.by_decile is None or not sum(self.by_decile):
            return None
        found = sum(self.by_decile[:most]) / sum(self.by_decile)
        return None if isnan(found) else found


def deprived(
    people: Mapping[int, float], elsewhere: float, scores: Scores
) -> tuple[Deprived, ...]:
    """Each domain over the people of a footprint, given by block.

    ``elsewhere`` are those who live in no block.
    """
    held = np.array([people.get(each, 0.0) for each in scores.ordinals.tolist()])
    known = set(scores.ordinals.tolist())
    rest = elsewhere + sum(n for block, n in people.items() if block not in known)
    return tuple(_domain(each, held, rest) for each in scores.domains)


def rounded_domain(domain: Deprived, whole: float, policy: Disclosure) -> Deprived:
    """A domain over what was drawn, its people as a policy tells them.

    Without a score where too few have one, or all but too few.
    """
    deciles = domain.by_decile
    people = told(domain.people, whole, policy)
    return replace(
        domain,
        score=None if isnan(people) else domain.score,
        people=people,
        without=told(domain.without, whole, policy),
        by_decile=deciles and tuple(told(each, whole, policy) for each in deciles),
    )


def _domain(domain: DomainScores, held: Floats, rest: float) -> Deprived:
    scored = np.isfinite(domain.scores)
    in_decile = domain.deciles > 0
    people = float(held[scored | in_decile].sum())
    with_score = float(held[scored].sum())
    mean = float(held[scored] @ domain.scores[scored])
    by_decile = np.bincount(
        domain.deciles[in_decile], weights=held[in_decile], minlength=DECILES + 1
    )
    return Deprived(
        domain.slug,
        domain.title,
        mean / with_score if with_score > 0 else None,
        people,
        rest + float(held.sum()) - people,
        tuple(by_decile[1:].tolist()) if in_decile.any() else None,
    )
