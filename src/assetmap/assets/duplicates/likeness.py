"""How alike two names are: by the words that they share, rare ones the most."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from rapidfuzz import fuzz

from assetmap.assets.duplicates.words import plain

LEAST, COMMONEST = 0.05, 0.25
"""Weights of a word that everybody has, and the most of one that names a kind."""
COMMON = (
    *("information", "service", "services", "trust", "society", "association", "local"),
    *("district", "area", "royal", "project", "support", "house", "friends", "hub"),
)
"""Words that name a kind of thing in no category."""
FEWEST_NAMES = 1000
"""A directory of fewer says little about which words are rare."""
MISSPELT = 84
"""Likeness in 100 from which two words are one that is misspelt."""
CONFLICT, SURPLUS = 2.0, 0.4
"""What a word counts that both have instead of each other's, and that one has more."""

OPPOSITES = tuple(
    map(
        frozenset,
        (
            ("north", "south", "east", "west"),
            ("upper", "lower", "middle"),
            ("old", "new"),
            ("great", "little"),
            ("boys", "girls"),
            ("men", "women"),
            ("junior", "senior", "infant", "infants", "juniors", "seniors"),
            ("primary", "secondary"),
            ("outer", "inner"),
        ),
    )
)


class Rarity:
    """What each word of the names of a directory weighs, 0 to 1."""

    def __init__(self, names: Iterable[Sequence[str]], kinds: Iterable[str]) -> None:
        """``names`` are the words of each; ``kinds`` name categories."""
        self._counts: Counter[str] = Counter()
        self._names: Counter[frozenset[str]] = Counter()
        total = 0
        for each in names:
            self._counts.update(each)
            self._names[frozenset(each)] += 1
            total += 1
        self._scale = log(max(total, FEWEST_NAMES))
        self._kinds = {word for kind in kinds for word in plain(kind).split()}
        self._kinds.update(COMMON)
        self._weights = {word: self._weight(word) for word in self._counts}

    def count(self, word: str) -> int:
        """How many names have a word."""
        return self._counts[word]

    def namesakes(self, words: Iterable[str]) -> int:
        """How many names are these words: branches of a chain are all called alike."""
        return self._names[frozenset(words)]

    def weight(self, word: str) -> float:
        """What a word weighs."""
        known = self._weights.get(word)
        return self._weight(word) if known is None else known

    def _weight(self, word: str) -> float:
        rare = 1 - log(max(self._counts[word], 1)) / self._scale
        most = COMMONEST if word in self._kinds else 1.0
        return max(LEAST, min(most, rare))

    def weigh(self, words: Iterable[str]) -> float:
        """What words weigh together."""
        return sum(map(self.weight, words))


@dataclass(frozen=True)
class Likeness:
    """How alike two names are, 0 to 1, and what of them is.

    ``shared_weight`` is what the shared words weigh; ``apart`` says why they name two
    things, if they do: ``numbers`` or ``opposites``.
    """

    alike: float
    shared_weight: float
    shared: tuple[str, ...] = ()
    only_first: tuple[str, ...] = ()
    only_second: tuple[str, ...] = ()
    apart: str | None = None


def likeness(first: Sequence[str], second: Sequence[str], rarity: Rarity) -> Likeness:
    """How alike two names are, given as words."""
    shared = [each for each in first if each in second]
    ours = [each for each in first if each not in second]
    theirs = [each for each in second if each not in first]
    weight = rarity.weigh(shared)
    if ours and theirs:
        weight += _misspelt(ours, theirs, shared, rarity)
    left, right = rarity.weigh(ours), rarity.weigh(theirs)
    conflict, surplus = min(left, right), abs(left - right)
    alike = weight / (weight + CONFLICT * conflict + SURPLUS * surplus or 1)
    apart = _apart(ours, theirs)
    return Likeness(alike, weight, tuple(shared), tuple(ours), tuple(theirs), apart)


def _misspelt(
    ours: list[str], theirs: list[str], shared: list[str], rarity: Rarity
) -> float:
    """What misspelt words weigh, which are shared from now on."""
    if "".join(ours) == "".join(theirs):
        weight = max(rarity.weigh(ours), rarity.weigh(theirs))
        shared += ours
        ours.clear()
        theirs.clear()
        return weight
    weight = 0.0
    for word in list(ours):
        near = max(theirs, key=lambda each: fuzz.ratio(word, each), default="")
        if is_misspelt(word, near):
            weight += min(rarity.weight(word), rarity.weight(near))
            shared.append(word)
            ours.remove(word)
            theirs.remove(near)
    return weight


def is_misspelt(word: str, other: str) -> bool:
    """Whether two words are so alike that one is the other misspelt."""
    if min(len(word), len(other)) < 4 or word.isdigit() or other.isdigit():
        return False
    return fuzz.ratio(word, other) >= MISSPELT


def _apart(ours: Sequence[str], theirs: Sequence[str]) -> str | None:
    """Why names with such words of their own are of two things, if so."""
    numbered = [
        {each for each in some if each.isdigit() or len(each) == 1}
        for some in (ours, theirs)
    ]
    if all(numbered):
        return "numbers"
    for kind in OPPOSITES:
        if kind.intersection(ours) and kind.intersection(theirs):
            return "opposites"
    return None
