"""Whole boundaries that stand in for a footprint (Methods 4)."""

from collections.abc import Mapping

from assetmap.reconciliation.model import BestFit


def best_fit_by_people(
    shares: Mapping[str, float],
    people: Mapping[str, float],
    threshold: float = 0.5,
    measure: str = "people",
) -> BestFit:
    """The boundaries of which the footprint holds at least the threshold, by people.

    Args:
        shares: share of each boundary's people inside the footprint, 0 to 1, by code.
        people: all people of each boundary, by code.
        threshold: the share from which a boundary is taken whole.
        measure: what stands for people, where they are not counted.

    Returns:
        Omission is the share of the footprint's people left out, commission the share
        of the fitted boundaries' people who are not the footprint's; None if nobody.
    """
    chosen = tuple(sorted(code for code in shares if shares[code] >= threshold))
    within = {code: people[code] * shares[code] for code in shares}
    true = sum(within.values())
    both = sum(within[code] for code in chosen)
    fitted = sum(people[code] for code in chosen)
    return BestFit(
        chosen,
        measure,
        (true - both) / true if true else None,
        (fitted - both) / fitted if fitted else None,
        both / (true + fitted - both) if true + fitted - both else None,
    )
