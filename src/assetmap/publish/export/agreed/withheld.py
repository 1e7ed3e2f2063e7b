"""What of a consensus is withheld, told in every answer that it is left out of."""

from collections.abc import Iterable, Sequence
from math import isnan
from typing import Any

from assetmap.neighbourhoods.releases.model import Release

Json = dict[str, Any]

TOO_FEW = "too few people, or all but too few"


def release_json(made: Release) -> Json:
    """Which release of a neighbourhood's drawings an answer is of."""
    return {
        "number": made.number or None,
        "made_at": made.made_at,
        "sketches": made.sketches,
    }


def suppressed_json(made: Release, levels: Sequence[float] = ()) -> list[Json]:
    """What is left out of what is said of a release, and why."""
    few = f"fewer than {made.fewest} sketches"
    found = [
        _of("ground", f"ground in {few} is left out"),
        _of("ground", f"ground that {few} leave out counts as in all"),
    ]
    if made.levels is not None:
        why = "its stewards show these alone; ground counts as the highest it reaches"
        found.append(_of("levels", why, shown=list(made.levels)))
    found += [
        _of("level", f"shown where at least {made.fewest} sketches agree", level=each)
        for each in levels
        if each * made.sketches <= made.fewest - 1
    ]
    found += [
        _of("level", f"{few} leave out what is shown for it", level=each)
        for each in levels
        if made.sketches - made.fewest < each * made.sketches < made.sketches
    ]
    found += [
        _of("sizes", "the rest would tell of the few", definition=each.label)
        for each in made.parts
        if not each.is_sized
    ]
    return found


def suppressed_of(made: Release | None) -> list[Json]:
    """What an answer about a footprint leaves out: nothing, if it is of no release."""
    return [] if made is None else suppressed_json(made)


def people_withheld(numbers: Iterable[tuple[Json, float]]) -> list[Json]:
    """Which counts of people are withheld, of those that an answer tells."""
    return [
        {"what": "people", **which, "why": TOO_FEW}
        for which, count in numbers
        if isnan(count)
    ]


def _of(what: str, why: str, **which: Any) -> Json:
    return {"what": what, **which, "why": why}
