"""What can be wrong with a boundary set, each with its place and its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from assetmap.issues import RowIssue

Outcome = Literal["refused", "repaired", "noted"]
OUTCOMES: tuple[str, ...] = get_args(Outcome)

REASONS: Mapping[str, str] = {
    "empty_code": "No code: the feature is refused.",
    "bad_code": "The code is no text or whole number: the feature is refused.",
    "missing_geometry": "No geometry: the feature is refused.",
    "empty_geometry": "A geometry without coordinates: the feature is refused.",
    "not_areal": "Points or lines, not polygons: the feature is refused.",
    "off_the_map": "Off the National Grid: the feature is refused.",
    "no_area": "Nothing is left of the shape when it is repaired: refused.",
    "repeated_code": "One code in several rows: joined if they have one name, else "
    "refused.",
    "invalid": "The geometry is invalid as it came: repaired.",
    "invalid_when_projected": "Valid as it came, invalid in National Grid metres: "
    "repaired.",
    "overlap": "Two boundaries hold the same ground.",
    "sliver": "Two boundaries share ground too thin to matter: under 1 m², or under a "
    "millionth of both.",
    "gap": "Ground between boundaries that none holds.",
    "wrong_winding": "Rings run the other way round than the file's format asks.",
    "empty_name": "No name.",
    "repeated_name": "Several boundaries have one name.",
}
"""Every reason, in the order in which a report lists them."""

MOST_LISTED = 100_000
"""Discrepancies of one reason that a report lists: the largest. It counts them all."""

MOST_NAMED = 50
"""Codes that one discrepancy names."""


@dataclass(frozen=True)
class Discrepancy:
    """One thing that is wrong, where it is and what was done about it.

    ``shape`` is the place in EPSG:27700: the ground that is shared or left out, the
    point where a ring crosses itself, a point inside the boundary. It is None where a
    feature has no place. ``before_m2`` and ``after_m2`` are areas around a repair.
    """

    reason: str
    detail: str
    outcome: Outcome = "noted"
    codes: tuple[str, ...] = ()
    line: int | None = None
    column: str | None = None
    area_m2: float | None = None
    before_m2: float | None = None
    after_m2: float | None = None
    method: str | None = None
    shape: Any = None


def row_issues(file: str, found: Sequence[Discrepancy]) -> list[RowIssue]:
    """The rows that were refused or repaired, as every load tells them."""
    return [
        RowIssue(
            file,
            each.line or 0,
            each.column or "",
            each.codes[0] if each.codes else "",
            each.detail,
            each.outcome,
        )
        for each in found
        if each.outcome != "noted"
    ]


def counts_of(found: Sequence[Discrepancy]) -> dict[str, int]:
    """How many there are of each reason that there is, in the order of a report."""
    counts = dict.fromkeys(REASONS, 0)
    for each in found:
        counts[each.reason] += 1
    return {reason: count for reason, count in counts.items() if count}


def not_listed(counts: Mapping[str, int]) -> dict[str, int]:
    """How many of each reason a report counts and does not list."""
    return {
        reason: count - MOST_LISTED
        for reason, count in counts.items()
        if count > MOST_LISTED
    }


def listed(found: Sequence[Discrepancy]) -> list[Discrepancy]:
    """Those that a report lists, by reason; of each reason the largest first."""
    kept: list[Discrepancy] = []
    for reason in counts_of(found):
        own = [each for each in found if each.reason == reason]
        own.sort(key=lambda each: (-(each.area_m2 or 0.0), each.codes, each.line or 0))
        kept += own[:MOST_LISTED]
    return kept
