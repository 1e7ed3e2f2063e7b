"""A release at the levels that a place's stewards let be shown, and at no other.

Whatever is told of the place is made from what comes out here: between two levels that
are shown nothing more is known than that it is between them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assetmap.errors import Invalid
from assetmap.footprints.consensus.parts import DEFINITION, joined
from assetmap.footprints.consensus.statistics import MAJORITY
from assetmap.footprints.model import TOLERANCE
from assetmap.neighbourhoods.releases.model import Part, Release, Squares


class LevelNotShown(Invalid):
    """The stewards of a neighbourhood let other levels of its consensus be shown."""

    title = "Level not shown"

    def __init__(self, slug: str, level: float, shown: Sequence[float]) -> None:
        named = ", ".join(f"{each:g}" for each in sorted(shown))
        super().__init__(
            f"Where {level:g} of the sketches of {slug!r} agree is not shown: its "
            f"stewards show {named}.",
            slug=slug,
            level=level,
            shown_levels=sorted(shown),
        )


def as_decided(
    made: Release, levels: Sequence[float] | None, shows_definitions: bool
) -> Release:
    """A release as the stewards of its place let it be shown.

    A square counts as the highest level that it reaches, and one that reaches none as
    held by nobody. How far drawings agree on average is not told: it is of all levels.
    """
    parts = tuple(
        each for each in made.parts if shows_definitions or each.kind != DEFINITION
    )
    if levels is None:
        return replace(made, parts=parts)
    shown = tuple(sorted(set(levels)))
    return replace(
        made,
        squares=_stepped(made.squares, made.sketches, shown, made.fewest),
        parts=tuple(_part(each, shown, made.fewest) for each in parts),
        mean_agreement=None,
        levels=shown,
    )


def _part(part: Part, levels: Sequence[float], fewest: int) -> Part:
    squares = _stepped(part.squares, part.sketches, levels, fewest)
    return replace(part, squares=squares, mean_agreement=None)


def _stepped(
    squares: Squares, of: int, levels: Sequence[float], fewest: int
) -> Squares:
    """Squares that count as the highest level that each reaches."""
    least = np.ceil(np.array(levels) * of - TOLERANCE).astype(np.int64)
    share = squares.held / max(of, 1)
    at = np.searchsorted(levels, share + TOLERANCE, side="right") - 1
    told = np.where(at < 0, 0, np.maximum(least[at], min(fewest, of)))
    return joined(squares.row, squares.start, squares.end, told)


def cut_level(levels: Sequence[float] | None) -> float:
    """Where a consensus is cut if nobody says: at the majority, or the nearest shown.

    Of two that are equally near, the higher.
    """
    if levels is None:
        return MAJORITY
    return min(levels, key=lambda each: (abs(each - MAJORITY), -each))


def check_level(slug: str, level: float, levels: Sequence[float] | None) -> None:
    """Let pass a level that may be shown.

    Raises:
        LevelNotShown: the place's stewards show others.
    """
    if levels is not None and level not in levels:
        raise LevelNotShown(slug, level, levels)
