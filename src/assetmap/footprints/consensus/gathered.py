"""Sketches gathered by the name that residents gave, and by what they answered."""

import math
import re
from collections import defaultdict
from collections.abc import Sequence

from assetmap.footprints.consensus.named import Named, Shapes

BREAKS = (5.0, 10.0, 20.0)
"""Where years lived are parted if nobody says, and where what is published is."""


def by_name(
    names: Sequence[str],
    shapes: Shapes,
    rows: Sequence[int],
    answers: Sequence[str] = (),
    merged: bool = False,
) -> list[Named]:
    """The sketches of each name, by name.

    ``merged`` takes names that differ only in capitals and spaces for one, under the
    spelling that most have used.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        places[folded(name) if merged else name].append(place)
    gathered = [
        Named(
            _spelling([names[each] for each in held]),
            shapes[held],
            [rows[each] for each in held],
            [answers[each] for each in held] if len(answers) else (),
        )
        for held in places.values()
    ]
    return sorted(gathered, key=lambda each: each.name)


def folded(name: str) -> str:
    """A name without what may differ: capitals, and spaces at its ends or doubled."""
    return re.sub(r"\s+", " ", name).strip().casefold()


def alike(names: Sequence[str]) -> list[list[str]]:
    """Spellings that differ only in capitals and spaces, those of one name together."""
    spellings: dict[str, set[str]] = defaultdict(set)
    for each in names:
        spellings[folded(each)].add(each)
    return sorted(sorted(each) for each in spellings.values() if len(each) > 1)


def _spelling(used: Sequence[str]) -> str:
    """The one most used; of equals the first in the order of letters."""
    return min(set(used), key=lambda each: (-used.count(each), each))


def banded(answers: Sequence[str], breaks: Sequence[float]) -> list[str]:
    """Numbers as the band that holds each: ``5 to under 10``, ``10 or over``.

    What is no number is as if nothing was answered.
    """
    edges = sorted(breaks)
    return [_band(each, edges) for each in answers]


def _band(answer: str, edges: Sequence[float]) -> str:
    try:
        number = float(answer)
    except ValueError:
        return ""
    if not math.isfinite(number):
        return ""
    above = [each for each in edges if number >= each]
    below = [each for each in edges if number < each]
    if not above:
        return f"under {below[0]:g}"
    if not below:
        return f"{above[-1]:g} or over"
    return f"{above[-1]:g} to under {below[0]:g}"
