"""Which codes came after which, and on which day: renamed, recoded, merged, split.

Pure. A succession is what an official register says, whether or not a boundary set of
either day is loaded.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assetmap.errors import NotFound

HOW = ("renamed", "recoded", "merged", "split", "complex", "exchanged")
"""``exchanged``: some ground passed between two that both go on under other codes."""

Coded = tuple[str, str]
"""A code and the name it had."""


class CodeNotFound(NotFound):
    """No boundary set and no succession knows this code."""

    title = "Code not found"

    def __init__(self, code: str) -> None:
        super().__init__(f"No boundary set and no change knows {code!r}.", code=code)


@dataclass(frozen=True)
class Succession:
    """One code that came after another; ``on`` is the first day of the new one."""

    code_from: str
    name_from: str
    code_to: str
    name_to: str
    on: date
    how: str


@dataclass(frozen=True)
class SuccessionSet:
    """Where successions of one kind of boundary come from."""

    name: str
    kind: str
    title: str
    publisher: str
    licence: str
    attribution: str
    source: str
    sha256: str


def successions_of(pairs: Iterable[tuple[Coded, Coded]], on: date) -> list[Succession]:
    """What happened on one day, from the pairs of old and new code; sorted by code.

    A code that goes on unchanged under its name is left out. Where every old code of
    a group goes on under its own name and ground was exchanged between them, those of
    one name are ``recoded`` and the others ``exchanged``: a join on the old code must
    not follow both. A code that is sent under several names on one side has the first
    of them by the alphabet.
    """
    found = []
    for group in _groups(_named_once(pairs)):
        found += [
            Succession(*old, *new, on, how)
            for (old, new), how in zip(group, _how(group), strict=True)
            if how
        ]
    return sorted(found, key=lambda each: (each.code_from, each.code_to))


def _named_once(pairs: Iterable[tuple[Coded, Coded]]) -> list[tuple[Coded, Coded]]:
    """The distinct pairs of codes, sorted, each code with one name on each side."""
    listed = sorted(set(pairs))
    names: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for pair in listed:
        for side, (code, name) in zip(names, pair, strict=True):
            side[code] = min(side.get(code, name), name)
    codes = sorted({(old[0], new[0]) for old, new in listed})
    return [((old, names[0][old]), (new, names[1][new])) for old, new in codes]


def _groups(
    pairs: Sequence[tuple[Coded, Coded]],
) -> list[list[tuple[Coded, Coded]]]:
    """Pairs that hang together by a shared old or new code."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for old, new in pairs:
        parent[root("from " + old[0])] = root("to " + new[0])
    grouped: dict[str, list[tuple[Coded, Coded]]] = defaultdict(list)
    for pair in pairs:
        grouped[root("from " + pair[0][0])].append(pair)
    return list(grouped.values())


def _how(group: Sequence[tuple[Coded, Coded]]) -> list[str]:
    """What happened in each pair of a group; empty where nothing did."""
    olds = {old[0] for old, _ in group}
    news = {new[0] for _, new in group}
    if len(olds) == len(news) == 1:
        return [_alone(*group[0])]
    if len(news) == 1:
        return ["merged"] * len(group)
    if len(olds) == 1:
        return ["split"] * len(group)
    if _go_on_by_name(group, len(olds), len(news)):
        return [
            _alone(old, new) if old[1] == new[1] else "exchanged" for old, new in group
        ]
    return ["complex"] * len(group)


def _alone(old: Coded, new: Coded) -> str:
    if old[0] != new[0]:
        return "recoded"
    return "" if old[1] == new[1] else "renamed"


def _go_on_by_name(group: Sequence[tuple[Coded, Coded]], olds: int, news: int) -> bool:
    """Whether each old code has just one new one of its name, and each new one old."""
    same = [(old[0], new[0]) for old, new in group if old[1] == new[1]]
    is_once = (
        len(same) == len({old for old, _ in same}) == len({new for _, new in same})
    )
    return is_once and len(same) == olds == news


class Chains:
    """Successions by code, to walk along in both directions."""

    def __init__(self, successions: Iterable[Succession]) -> None:
        self._into: dict[str, list[Succession]] = defaultdict(list)
        self._out_of: dict[str, list[Succession]] = defaultdict(list)
        self._first = date.max
        for each in successions:
            self._first = min(self._first, each.on)
            if each.how != "exchanged":
                self._into[each.code_to].append(each)
                self._out_of[each.code_from].append(each)

    def cover(self, day: date) -> bool:
        """Whether changes before a day are known at all."""
        return self._first <= day

    def began(self, code: str, day: date) -> list[Succession]:
        """What made a code, as it stood on a day; empty where that is not known."""
        return _on_one_day([s for s in self._into[code] if s.on <= day], last=True)

    def ended(self, code: str, day: date) -> list[Succession]:
        """What a code became after a day; empty where nothing is known."""
        return _on_one_day([s for s in self._out_of[code] if s.on > day], last=False)


def _on_one_day(found: Sequence[Succession], last: bool) -> list[Succession]:
    """Those of the last or first day among successions, by code."""
    if not found:
        return []
    days = [each.on for each in found]
    day = max(days) if last else min(days)
    return sorted(
        (each for each in found if each.on == day),
        key=lambda each: (each.code_from, each.code_to),
    )
