"""Which of the words that are known a misspelt one may have been meant for."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA

_MOST = 6
_LETTERS = ((9, 3), (6, 2), (3, 1))
"""From so many letters on, so many may be wrong, missing, too many or changed about."""


def alike(word: str, known: Iterable[str]) -> list[str]:
    """The known words that are spelt most like a word, best first; not itself.

    Of words with as many faults, those that begin like it first.
    """
    most = _most_faults(word)
    found = [
        (faults, each[:1] != word[:1], each)
        for each in sorted(set(known))
        if 0 < (faults := OSA.distance(word, each, score_cutoff=most)) <= most
    ]
    if not found:
        return []
    fewest = min(found)[0]
    best = [each for each in sorted(found) if each[0] <= fewest + (fewest > 1)]
    return [each for _, _, each in best[:_MOST]]


def _most_faults(word: str) -> int:
    return next((most for letters, most in _LETTERS if len(word) >= letters), 0)
