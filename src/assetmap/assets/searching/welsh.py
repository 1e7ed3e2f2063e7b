"""The words that a Welsh word may stand for: its first consonant changes with grammar.

``canolfan`` is ``ganolfan``, ``nghanolfan`` or ``chanolfan`` after other words. Soft,
nasal and aspirate mutation, and ``h`` before a vowel.
"""

from collections.abc import Iterator

_MUTATED: dict[str, tuple[str, ...]] = {
    "p": ("b", "mh", "ph"),
    "t": ("d", "nh", "th"),
    "c": ("g", "ngh", "ch"),
    "b": ("f", "m"),
    "d": ("dd", "n"),
    "g": ("", "ng"),
    "m": ("f",),
    "ll": ("l",),
    "rh": ("r",),
}
"""By what a word begins with in a dictionary: what that becomes."""

_DIGRAPHS = ("ngh", "ch", "dd", "ff", "ll", "mh", "ng", "nh", "ph", "rh", "th")
_VOWELS = "aeiouwy"
_SHORTEST = 4


def other_forms(word: str) -> list[str]:
    """A word without accents in its other forms, and what it may be a form of.

    Too short a word has none: too many others would do.
    """
    if len(word) < _SHORTEST:
        return []
    roots = [word, *_roots(word)]
    found = [form for root in roots for form in (root, *_forms(root))]
    return [each for each in dict.fromkeys(found) if each != word and len(each) > 2]


def _forms(root: str) -> Iterator[str]:
    """What a word of the dictionary becomes."""
    first = _begins(root)
    for after in _MUTATED.get(first, ()):
        yield after + root[len(first) :]
    if first in _VOWELS:
        yield "h" + root


def _roots(word: str) -> Iterator[str]:
    """Words of the dictionary that a word may be a form of."""
    first = _begins(word)
    for before, mutated in _MUTATED.items():
        if first in mutated:
            yield before + word[len(first) :]
        if first and first in _VOWELS + "lrn" and "" in mutated:
            yield before + word
    if first == "h" and word[1:2] in _VOWELS:
        yield word[1:]


def _begins(word: str) -> str:
    """The first letter of a word, where two or three are one in Welsh those."""
    return next((each for each in _DIGRAPHS if word.startswith(each)), word[:1])
