"""What became of boundaries from one release to the next: renamed, split, merged.

Pure: arrays in, changes out. Boundaries that hand people or ground to each other are
linked; those linked, however far round, are one change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.reconciliation.model import Floats

Places = NDArray[np.intp]

KINDS = (
    "renamed",
    "recoded",
    "split",
    "merged",
    "complex",
    "gone",
    "added",
    "unchanged",
)


@dataclass(frozen=True)
class Linking:
    """From which share two boundaries are linked, of the smaller of the two.

    Less is the line drawn a little differently: releases are generalised differently.
    """

    people: float = 0.01
    area: float = 0.05


@dataclass(frozen=True)
class Vintage:
    """The boundaries of one release, column by column; ``people`` may be postcodes."""

    codes: Sequence[str]
    names: Sequence[str]
    people: Floats
    area_m2: Floats


@dataclass(frozen=True)
class Pairs:
    """What old and new boundaries share, one row for each two that share anything.

    ``old`` and ``new`` are places in their vintages, from 0.
    """

    old: Places
    new: Places
    people: Floats
    area_m2: Floats


@dataclass(frozen=True)
class Change:
    """What became of some boundaries: their places, and the people of the old ones.

    ``people_moved`` are those who are not in the new boundary that took most of their
    old one; ``area_moved_m2`` the same of the ground.
    """

    kind: str
    old: tuple[int, ...]
    new: tuple[int, ...]
    people: float
    people_moved: float
    area_moved_m2: float


def changes(
    old: Vintage, new: Vintage, pairs: Pairs, linking: Linking | None = None
) -> list[Change]:
    """Every boundary of both vintages in one change, by kind and then by code."""
    linked = _is_linked(old, new, pairs, linking or Linking())
    group = _groups(len(old.codes), len(new.codes), pairs, linked)
    in_group = _gathered(group, len(old.codes))
    moved = _moved(len(old.codes), pairs, pairs.people)
    moved_m2 = _moved(len(old.codes), pairs, pairs.area_m2)
    found = [
        Change(
            _kind(olds, news, old, new),
            tuple(olds),
            tuple(news),
            float(old.people[olds].sum()),
            float(moved[olds].sum()),
            float(moved_m2[olds].sum()),
        )
        for olds, news in in_group
    ]
    return sorted(found, key=lambda each: _order(each, old, new))


def _is_linked(
    old: Vintage, new: Vintage, pairs: Pairs, linking: Linking
) -> NDArray[np.bool_]:
    """Whether each pair shares enough people, or enough ground."""
    fewer = np.minimum(old.people[pairs.old], new.people[pairs.new])
    smaller = np.minimum(old.area_m2[pairs.old], new.area_m2[pairs.new])
    by_people = (pairs.people > 0) & (pairs.people >= linking.people * fewer)
    by_area = (pairs.area_m2 > 0) & (pairs.area_m2 >= linking.area * smaller)
    result: NDArray[np.bool_] = by_people | by_area
    return result


def _groups(
    olds: int, news: int, pairs: Pairs, linked: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """A number for each boundary, old ones first: that of all it is linked with.

    Every boundary takes the lowest number it meets until none changes.
    """
    group = np.arange(olds + news)
    one, other = pairs.old[linked], pairs.new[linked] + olds
    while True:
        before = group.copy()
        low = np.minimum(group[one], group[other])
        np.minimum.at(group, one, low)
        np.minimum.at(group, other, low)
        group = group[group]
        if (group == before).all():
            return group


def _gathered(
    group: NDArray[np.intp], olds: int
) -> Iterable[tuple[list[int], list[int]]]:
    """The old and the new boundaries of each group."""
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0])
    for members in np.split(order, starts[1:]):
        each = members.tolist()
        yield [at for at in each if at < olds], [at - olds for at in each if at >= olds]


def _moved(olds: int, pairs: Pairs, shared: Floats) -> Floats:
    """How much of each old boundary is not in the new one that took most of it."""
    most = np.zeros(olds)
    np.maximum.at(most, pairs.old, shared)
    every: Any = np.bincount(pairs.old, weights=shared, minlength=olds)
    result: Floats = every - most
    return result


def _kind(olds: list[int], news: list[int], old: Vintage, new: Vintage) -> str:
    if not news:
        return "gone"
    if not olds:
        return "added"
    if len(olds) > 1 and len(news) > 1:
        return "complex"
    if len(news) > 1:
        return "split"
    if len(olds) > 1:
        return "merged"
    if old.codes[olds[0]] != new.codes[news[0]]:
        return "recoded"
    is_same = old.names[olds[0]] == new.names[news[0]]
    return "unchanged" if is_same else "renamed"


def _order(each: Change, old: Vintage, new: Vintage) -> tuple[int, str]:
    """By kind, then by the first code."""
    codes = [old.codes[at] for at in each.old] or [new.codes[at] for at in each.new]
    return KINDS.index(each.kind), min(codes)
