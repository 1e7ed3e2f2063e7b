"""Whole boundaries that stand in for a footprint (Methods 4).

Every rule takes the same: ``shares``, the share of each boundary's people inside the
footprint, 0 to 1, and ``people``, all people of each boundary, both by code. Omission
is the share of the footprint's people left out, commission the share of the fitted
boundaries' people who are not the footprint's; None if nobody.
"""

from collections.abc import Collection, Mapping

from assetmap.reconciliation.model import BestFit

Shares = Mapping[str, float]

HALF = 0.5


def best_fit_by_people(
    shares: Shares,
    people: Shares,
    threshold: float = HALF,
    measure: str = "people",
) -> BestFit:
    """The boundaries of which the footprint holds at least the threshold, by people.

    ``measure`` says what stands for people, where they are not counted.
    """
    chosen = [code for code in shares if shares[code] >= threshold]
    return _fit(chosen, shares, people, measure, "threshold", threshold)


def best_fit_by_centroid(
    shares: Shares,
    people: Shares,
    centred: Collection[str],
    measure: str = "people",
) -> BestFit:
    """The boundaries whose people-weighted centre the footprint holds.

    This is the rule of the Office for National Statistics.
    """
    chosen = [code for code in shares if code in centred]
    return _fit(chosen, shares, people, measure, "centroid", None)


def best_fit_at_best_threshold(
    shares: Shares, people: Shares, measure: str = "people"
) -> BestFit:
    """The fit by people at the threshold that makes it agree best, by Jaccard.

    Only a share that some boundary has can be that threshold. Where two agree equally
    well it is the higher, which takes fewer boundaries.
    """
    within = sum(people[code] * shares[code] for code in shares)
    held: dict[float, tuple[float, float]] = {}
    for code in sorted(shares):
        share = shares[code]
        both, fitted = held.get(share, (0.0, 0.0))
        held[share] = both + people[code] * share, fitted + people[code]
    best, best_jaccard = HALF, -1.0
    both = fitted = 0.0
    for share in sorted((each for each in held if each > 0), reverse=True):
        both, fitted = both + held[share][0], fitted + held[share][1]
        jaccard = both / (within + fitted - both) if fitted else 0.0
        if jaccard > best_jaccard:
            best, best_jaccard = share, jaccard
    chosen = [code for code in shares if shares[code] >= best]
    return _fit(chosen, shares, people, measure, "best_threshold", best)


def _fit(
    chosen: Collection[str],
    shares: Shares,
    people: Shares,
    measure: str,
    rule: str,
    threshold: float | None,
) -> BestFit:
    """The chosen boundaries, and what they get wrong."""
    codes = tuple(sorted(chosen))
    true = sum(people[code] * shares[code] for code in sorted(shares))
    both = sum(people[code] * shares[code] for code in codes)
    fitted = sum(people[code] for code in codes)
    return BestFit(
        codes,
        measure,
        (true - both) / true if true else None,
        (fitted - both) / fitted if fitted else None,
        both / (true + fitted - both) if true + fitted - both else None,
        rule,
        threshold,
    )
