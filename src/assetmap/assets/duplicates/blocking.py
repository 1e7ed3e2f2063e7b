"""Which pairs of assets are worth comparing: those that share something rare.

All pairs of 170,000 assets are fourteen thousand million. Two that are one share a word
of their name and are near, or a number, an address of the web, or nearly their place.
"""

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.assets.duplicates.likeness import Rarity
from assetmap.assets.duplicates.model import Described, Pairs
from assetmap.assets.duplicates.weighing import Seen

CELL_M = 2000
"""Side of the squares in which names are compared; they are laid four times, each half
a side on, so that any two within half a side lie in one."""
NEAR_M = 60
"""So near each other everything is compared, whatever it is called."""
LARGEST = 60
"""Groups that share something and are larger are told apart by a second word; what has
no second word is left out: what so many share tells nothing."""
FEW = 25
"""So many names of a whole directory may share a word that those without a place are
compared by it."""

Words = Sequence[Sequence[str]]
_NONE = np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True)
class Blocked:
    """Pairs to compare, each once, and how many groups were too large for it."""

    pairs: Pairs
    left_out: int


def blocked(looked: Sequence[Seen], words: Words, rarity: Rarity) -> Blocked:
    """The pairs of assets that are worth comparing."""
    assets = [each.asset for each in looked]
    points = _points(assets)
    groups = _wherever(looked, words, points, rarity)
    placed = np.flatnonzero(np.isfinite(points[:, 0]))
    for shift in product((0, 1), repeat=2):
        groups.add(*_in_cells(words, points, placed, CELL_M, shift))
        groups.add(*_cells(points, placed, shift))
    found = [*groups.found, _near_shapes(assets)]
    return Blocked(_once(found, len(assets)), groups.left_out)


def blocked_wherever(looked: Sequence[Seen], words: Words, rarity: Rarity) -> Blocked:
    """The pairs that are worth comparing by something else than where they lie."""
    points = _points([each.asset for each in looked])
    groups = _wherever(looked, words, points, rarity)
    return Blocked(_once(groups.found, len(looked)), groups.left_out)


def _wherever(
    looked: Sequence[Seen],
    words: Words,
    points: NDArray[np.float64],
    rarity: Rarity,
) -> "_Groups":
    groups = _Groups(len(looked))
    groups.add(*_keyed(range(len(looked)), lambda at: _telling(looked[at])))
    groups.add(*_unplaced(words, points, rarity), keeps=~np.isfinite(points[:, 0]))
    return groups


class _Groups:
    """Groups of assets with one key each, and the pairs of each that is not large."""

    def __init__(self, size: int) -> None:
        self.found: list[Pairs] = []
        self.left_out = 0
        self._size = size

    def add(
        self,
        keys: NDArray[np.int64],
        members: NDArray[np.int64],
        finer: Callable[[NDArray[np.int64]], Iterator[NDArray[np.int64]]] | None = None,
        keeps: NDArray[np.bool_] | None = None,
    ) -> None:
        """Take the pairs of members of one key.

        ``finer`` parts a large group; of a pair one must be among what ``keeps`` says.
        """
        order = np.argsort(keys, kind="stable")
        members = members[order]
        _, starts, counts = np.unique(
            keys[order], return_index=True, return_counts=True
        )
        for size in np.unique(counts[counts > 1]):
            begins = starts[counts == size]
            if size > LARGEST:
                for begin in begins:
                    self._part(members[begin : begin + size], finer)
                continue
            rows = members[begins[:, None] + np.arange(size)]
            left, right = np.triu_indices(size, 1)
            self._take(rows[:, left].ravel(), rows[:, right].ravel(), keeps)

    def _part(
        self,
        members: NDArray[np.int64],
        finer: Callable[[NDArray[np.int64]], Iterator[NDArray[np.int64]]] | None,
    ) -> None:
        for part in finer(members) if finer else (members,):
            if len(part) > LARGEST:
                self.left_out += 1
                continue
            left, right = np.triu_indices(len(part), 1)
            self._take(part[left], part[right], None)

    def _take(
        self,
        left: NDArray[np.int64],
        right: NDArray[np.int64],
        keeps: NDArray[np.bool_] | None,
    ) -> None:
        pairs = np.sort(np.column_stack([left, right]), axis=1)
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        if keeps is not None:
            pairs = pairs[keeps[pairs].any(axis=1)]
        self.found.append(_once([pairs], self._size))


def _once(found: Iterable[Pairs], size: int) -> Pairs:
    """Each pair once, in order."""
    codes = [each[:, 0] * size + each[:, 1] for each in found if len(each)]
    if not codes:
        return _NONE
    told = np.unique(np.concatenate(codes))
    return np.column_stack([told // size, told % size])


def _points(assets: Sequence[Described]) -> NDArray[np.float64]:
    """A point of each asset in metres; NaN of one without a place."""
    shapes = np.array([each.geom for each in assets], dtype=object)
    points = shapely.point_on_surface(shapes)
    found: NDArray[np.float64] = np.column_stack(
        [shapely.get_x(points), shapely.get_y(points)]
    )
    return found


def _square(
    points: NDArray[np.float64], side_m: float, shift: Sequence[int]
) -> NDArray[np.int64]:
    """A number for the square that each point lies in."""
    moved = np.floor(points / side_m + np.asarray(shift) / 2).astype(np.int64)
    told: NDArray[np.int64] = moved[:, 0] * 1_000_000 + moved[:, 1]
    return told


def _in_cells(
    words: Words,
    points: NDArray[np.float64],
    placed: NDArray[np.int64],
    side_m: float,
    shift: Sequence[int],
) -> tuple[
    NDArray[np.int64],
    NDArray[np.int64],
    Callable[[NDArray[np.int64]], Iterator[NDArray[np.int64]]],
]:
    """Keys of each word in each square, whose they are, and how to part the large."""
    squares = _square(points[placed], side_m, shift)
    numbers: dict[str, int] = {}
    members, codes, cells = array("q"), array("q"), array("q")
    for at, square in zip(placed.tolist(), squares.tolist(), strict=True):
        for word in words[at]:
            members.append(at)
            codes.append(numbers.setdefault(word, len(numbers)))
            cells.append(square)
    _, cell_numbers = np.unique(np.asarray(cells), return_inverse=True)
    keys = cell_numbers * (len(numbers) + 1) + np.asarray(codes)

    def finer(some: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        yield from _by_two_words(words, some)

    return keys, np.asarray(members), finer


def _by_two_words(words: Words, some: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Those of a group that share a second word, or have no other."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for at in some.tolist():
        told = sorted(words[at])
        pairs = [(told[i], b) for i in range(len(told)) for b in told[i + 1 :]]
        for key in pairs or [tuple(told)]:
            groups.setdefault(key, []).append(at)
    for group in groups.values():
        if len(group) > 1:
            yield np.array(group, dtype=np.int64)


def _cells(
    points: NDArray[np.float64], placed: NDArray[np.int64], shift: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys of small squares, whatever lies in them."""
    return _square(points[placed], 2 * NEAR_M, shift), placed


def _keyed(
    members: Iterable[int], told: Callable[[int], Iterable[Hashable]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys of what each member shares with others."""
    numbers: dict[Hashable, int] = {}
    keys, whose = array("q"), array("q")
    for at in members:
        for each in told(at):
            keys.append(numbers.setdefault(each, len(numbers)))
            whose.append(at)
    return np.array(keys, dtype=np.int64), np.array(whose, dtype=np.int64)


def _telling(each: Seen) -> Iterable[Hashable]:
    """What two seldom share that are not one."""
    return (one for one in each.shares if one[0] not in _COMMON)


_COMMON = ("host", "provider", "keeper")


def _unplaced(
    words: Words, points: NDArray[np.float64], rarity: Rarity
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys of rare words, for assets without a place beside all others."""
    lost = set(np.flatnonzero(~np.isfinite(points[:, 0])).tolist())
    wanted = {word for at in lost for word in words[at] if rarity.count(word) <= FEW}

    def told(at: int) -> Iterable[Hashable]:
        yield from wanted.intersection(words[at])
        if at in lost or len(words[at]) > 1:
            yield tuple(sorted(words[at]))

    return _keyed(range(len(words)) if lost else (), told)


def _near_shapes(assets: Sequence[Described]) -> Pairs:
    """What lies on or beside lines and areas, which one point does not tell."""
    shapes = np.array([each.geom for each in assets], dtype=object)
    large = np.flatnonzero(~shapely.is_missing(shapes) & (shapely.length(shapes) > 0))
    if not len(large):
        return _NONE
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes[large], "dwithin", NEAR_M)
    pairs = np.sort(np.column_stack([large[left], right]), axis=1).astype(np.int64)
    apart: Pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return apart
