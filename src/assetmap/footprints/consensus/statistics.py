"""How far sketches agree, by any measure.

What all of it rests on is the table of how much there is (square metres, people) at
each membership p. The threshold is Vorob'ev's (Molchanov 2005, Theory of Random Sets,
section 2.2); what is said of pairs needs no loop over them but for their agreement.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assetmap.footprints.model import TOLERANCE

Numbers = NDArray[np.float64]
Known = float | None

CORE = 0.8
MAJORITY = 0.5
PERIPHERY = 0.2
DIGITS = 12


@dataclass(frozen=True)
class Statistics:
    """What the sketches of one place have in common, by one measure.

    All but the shares are in the measure's unit: m² or people. What needs ground that
    somebody drew around, or two votes, is None without it.
    """

    measure: str
    computed_by: str
    sketches: int
    votes: float
    mean: float
    union: float
    core: float
    """Where p >= 0.8."""
    majority: float
    """Where p >= 0.5."""
    periphery: float
    """Where 0.2 <= p < 0.5."""
    curve: tuple[tuple[float, float], ...]
    """Each p that occurs, upwards, and how much there is where at least that."""
    vorobev_threshold: float | None
    vorobev: float | None
    """How much there is where p is at least the threshold: at least the mean."""
    vorobev_above: float | None
    """How much there is where p is more than that: on a plateau much less."""
    deviation: float | None
    """Of Vorob'ev's set: how much a sketch differs from it, on average."""
    deviation_share: float | None
    """Deviation over mean."""
    disagreement: float
    """The sum of p(1 - p)."""
    vagueness: float | None
    """0 where all agree, 1 where every place is in half of the sketches."""
    mean_symmetric_difference: float | None
    """Between two of the votes."""
    mean_intersection: float | None
    mean_agreement: float | None
    """Overlap over union (Jaccard) of two of the votes."""


@dataclass(frozen=True)
class Tally:
    """How much there is at each membership, and in each pair of sketches."""

    memberships: Numbers
    amounts: Numbers
    shared: Numbers | None
    """Sketches by sketches; on the diagonal how much each holds."""
    agreement: Known = None
    """Mean agreement of two of the votes, where it is known without ``shared``."""


def statistics(
    tally: Tally, votes: Numbers, measure: str, computed_by: str = "exact"
) -> Statistics:
    """All that is said of a tally.

    Votes are counts: 2 stands for two residents who drew alike, and two halves of one
    sketch for that sketch.
    """
    p, amounts = levels(tally.memberships, tally.amounts)
    above = np.cumsum(amounts[::-1])[::-1]
    mean, union = float(np.dot(p, amounts)), float(amounts.sum())
    disagreement = float(np.dot(p * (1 - p), amounts))
    majority = _at_least(p, amounts, MAJORITY)
    return Statistics(
        measure,
        computed_by,
        len(votes),
        float(votes.sum()),
        mean,
        union,
        _at_least(p, amounts, CORE),
        majority,
        _at_least(p, amounts, PERIPHERY) - majority,
        tuple(zip(p.tolist(), above.tolist(), strict=True)),
        *_vorobev(p, amounts, above, mean),
        disagreement,
        4 * disagreement / union if union > 0 else None,
        *_of_pairs(tally, votes, mean, disagreement),
    )


def levels(memberships: Numbers, amounts: Numbers) -> tuple[Numbers, Numbers]:
    """The memberships above 0 that occur, upwards, and how much there is at each.

    Those within the tolerance of one another are one.
    """
    order = np.argsort(memberships, kind="stable")
    order = order[(memberships[order] > TOLERANCE) & (amounts[order] > 0)]
    p, held = memberships[order], amounts[order]
    if len(p) == 0:
        return p, held
    first = np.flatnonzero(np.r_[True, np.diff(p) > TOLERANCE])
    # Sums of shares: three times 0.1 is 0.3, and not 0.30000000000000004.
    return np.round(p[first], DIGITS), np.add.reduceat(held, first)


def _at_least(p: Numbers, amounts: Numbers, threshold: float) -> float:
    return float(amounts[p >= threshold - TOLERANCE].sum())


def _vorobev(
    p: Numbers, amounts: Numbers, above: Numbers, mean: float
) -> tuple[Known, Known, Known, Known, Known]:
    """Threshold, amount at it and above it, deviation, and deviation over mean.

    The threshold is sup{t: amount where p >= t is at least the mean}. The curve steps
    down after each p, so that the supremum is a p that occurs.
    """
    if len(p) == 0:
        return None, None, None, None, None
    at = int(np.flatnonzero(above >= mean * (1 - TOLERANCE))[-1])
    more = float(above[at + 1]) if at + 1 < len(p) else 0.0
    inside = float(np.dot(1 - p[at:], amounts[at:]))
    deviation = inside + float(np.dot(p[:at], amounts[:at]))
    return float(p[at]), float(above[at]), more, deviation, deviation / mean


def _of_pairs(
    tally: Tally, votes: Numbers, mean: float, disagreement: float
) -> tuple[Known, Known, Known]:
    """Mean symmetric difference, intersection and agreement of two of the votes."""
    total = float(votes.sum())
    if total < 2 - TOLERANCE:
        return None, None, None
    spread = disagreement * total / (total - 1)
    if tally.shared is None:
        return 2 * spread, mean - spread, tally.agreement
    return 2 * spread, mean - spread, mean_agreement(tally.shared, votes)


def mean_agreement(shared: Numbers, votes: Numbers) -> float | None:
    """The mean over pairs of votes; pairs that hold nothing at all are passed over."""
    own = np.diag(shared)
    union = own[:, None] + own[None, :] - shared
    weight = np.outer(votes, votes) - np.diag(votes)
    weight[union <= 0] = 0.0
    agreement = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    total = float(weight.sum())
    return float((weight * agreement).sum()) / total if total > 0 else None
