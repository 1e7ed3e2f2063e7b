"""Counts of people in what was drawn, rounded as a deployment's policy has it.

A count that is withheld is not a number (nan): every share of it is then unknown too.
"""

from dataclasses import replace
from math import isnan, nan

from assetmap.disclosure import Disclosure
from assetmap.reconciliation.comparison.parts import Amounts, Comparison
from assetmap.reconciliation.model import Against, BestFit, Reconciliation, Row, Totals

SHARES_TO = 2
"""Decimals of what is a share of people, where counts are rounded."""


def told(count: float, of: float, policy: Disclosure) -> float:
    """A count of some people among others as it is told; nan where it is withheld."""
    found = policy.people_part(count, of)
    return nan if found is None else found


def told_share(share: float | None, count: float) -> float | None:
    """A share of people that is told beside a count; None where that is withheld."""
    return None if share is None or isnan(count) else round(share, SHARES_TO)


def rounding_note(policy: Disclosure) -> str:
    """What is to be said where people are rounded."""
    return (
        f"People are rounded to {policy.people_base}; under {policy.fewest_people} of "
        "them, or all but so few, are withheld."
    )


def rounded(result: Reconciliation, policy: Disclosure) -> Reconciliation:
    """A reconciliation whose people are rounded, or withheld where they are few."""
    if not policy.rounds_people or result.measure != "people":
        return result
    whole = result.people
    return replace(
        result,
        people=told(whole, whole, policy),
        people_lower=told(result.people_lower, whole, policy),
        people_upper=told(result.people_upper, whole, policy),
        against=tuple(_against(each, whole, policy) for each in result.against),
        notes=(*result.notes, rounding_note(policy)),
    )


def _against(found: Against, whole: float, policy: Disclosure) -> Against:
    main = found.main
    if main is not None and main.by == "people":
        main = replace(main, share=round(main.share, SHARES_TO))
    return replace(
        found,
        rows=tuple(_row(each, whole, policy) for each in found.rows),
        people=_totals(found.people, policy),
        main=main,
        best_fit=found.best_fit and _fit(found.best_fit),
        best_fits=tuple(map(_fit, found.best_fits)),
    )


def _row(row: Row, whole: float, policy: Disclosure) -> Row:
    return replace(
        row,
        overlap_people=told(row.overlap_people, whole, policy),
        people_lower=told(row.people_lower, whole, policy),
        people_upper=told(row.people_upper, whole, policy),
        fractional_people=told(row.fractional_people, whole, policy),
    )


def _totals(totals: Totals, policy: Disclosure) -> Totals:
    whole = totals.total
    return replace(
        totals,
        allocated=told(totals.allocated, whole, policy),
        outside=told(totals.outside, whole, policy),
        unplaced=told(totals.unplaced, whole, policy),
        total=told(whole, whole, policy),
        with_multiplicity=told(totals.with_multiplicity, whole, policy),
        fractional={
            each: told(count, whole, policy)
            for each, count in totals.fractional.items()
        },
        outside_by={
            why: told(count, whole, policy) for why, count in totals.outside_by.items()
        },
    )


def _fit(fit: BestFit) -> BestFit:
    if fit.by != "people":
        return fit
    return replace(
        fit,
        omission=_share(fit.omission),
        commission=_share(fit.commission),
        jaccard=_share(fit.jaccard),
    )


def _share(found: float | None) -> float | None:
    return None if found is None else round(found, SHARES_TO)


def rounded_comparison(found: Comparison, policy: Disclosure) -> Comparison:
    """A comparison whose people are rounded, or withheld where they are few."""
    if not policy.rounds_people:
        return found
    parts = found.people
    people = Amounts(
        told(parts.only_a, parts.a, policy),
        told(parts.both, min(parts.a, parts.b), policy),
        told(parts.only_b, parts.b, policy),
    )
    return replace(found, people=people)
