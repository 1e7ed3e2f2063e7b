"""Which parts of a consensus are told: none from which the rest would tell of a few."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from assetmap.footprints.consensus.rivals import Rivals


def few_hidden(found: Rivals, sketches: int, fewest: int) -> bool:
    """Whether numbers of definitions may be told: nobody is left out, or enough are."""
    left = sketches - sum(len(each.members) for each in found.definitions)
    return left == 0 or left >= fewest


def answers_told(
    answers: Sequence[str], fewest: int, least: int | None = None
) -> tuple[list[str], int]:
    """The answers that enough gave to be told, in order, and how many others are not.

    ``least`` is how many must have given one, if that is more than the fewest.
    Where those left out would be too few to hide among themselves, the smallest of the
    groups that could be told is left out as well: all less the rest would be them.
    """
    counts = Counter(each for each in answers if each)
    told = sorted(
        (each for each, count in counts.items() if count >= (least or fewest)),
        key=lambda each: (-counts[each], each),
    )
    left = len(answers) - sum(counts[each] for each in told)
    while told and 0 < left < fewest:
        left += counts[told.pop()]
    return sorted(told, key=_by_number), len(counts) - len(told)


def _by_number(text: str) -> tuple[float, str]:
    """Answers that begin with a number come in its order, others after them."""
    head = text.removeprefix("under ").split(" ")[0]
    try:
        return float(head) - (0.5 if text.startswith("under ") else 0), text
    except ValueError:
        return np.inf, text
