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
    "shrunk",
    "grown",
    "redrawn",
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

    From the same share of a boundary it has shrunk or grown, where no other took or
    gave it. Less is the line drawn a little differently: releases are generalised
    differently.
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
class Outside:
    """What of each boundary of a release lies in none of the other."""

    people: Floats
    area_m2: Floats


@dataclass(frozen=True)
class Change:
    """What became of some boundaries: their places, and the people of the old ones.

    ``people_moved`` are those who are not in the new boundary that took most of their
    old one; ``area_moved_m2`` the same of the ground. ``people_outside`` and
    ``area_outside_m2`` lie in no new boundary at all.
    """

    kind: str
    old: tuple[int, ...]
    new: tuple[int, ...]
    people: float
    people_moved: float
    area_moved_m2: float
    people_outside: float
    area_outside_m2: float


@dataclass(frozen=True)
class _Told:
    """All that says what became of the boundaries of two releases."""

    old: Vintage
    new: Vintage
    pairs: Pairs
    lost: Outside
    gained: Outside
    linking: Linking


def changes(
    old: Vintage,
    new: Vintage,
    pairs: Pairs,
    linking: Linking | None = None,
    outside: tuple[Outside, Outside] | None = None,
) -> list[Change]:
    """Every boundary of both vintages in one change, by kind and then by code.

    ``outside`` is what of the old and of the new boundaries lies in none of the other
    release; left out, it is what the pairs leave of them, as where none overlap.
    """
    lost, gained = outside or (
        left_by(old, pairs.old, pairs),
        left_by(new, pairs.new, pairs),
    )
    told = _Told(old, new, pairs, lost, gained, linking or Linking())
    group = _groups(len(old.codes), len(new.codes), pairs, _is_linked(told))
    moved = _moved(len(old.codes), pairs, pairs.people)
    moved_m2 = _moved(len(old.codes), pairs, pairs.area_m2)
    measures = (old.people, moved, moved_m2, lost.people, lost.area_m2)
    found = [
        Change(
            _kind(olds, news, told),
            tuple(olds),
            tuple(news),
            *(float(each[olds].sum()) for each in measures),
        )
        for olds, news in _gathered(group, len(old.codes))
    ]
    return sorted(found, key=lambda each: _order(each, old, new))


def left_by(vintage: Vintage, places: Places, pairs: Pairs) -> Outside:
    """What the pairs of a vintage's boundaries leave of each."""
    of_people, of_ground = (
        np.bincount(places, weights=each, minlength=len(vintage.codes))
        for each in (pairs.people, pairs.area_m2)
    )
    return Outside(
        np.maximum(vintage.people - of_people, 0.0),
        np.maximum(vintage.area_m2 - of_ground, 0.0),
    )


def _is_linked(told: _Told) -> NDArray[np.bool_]:
    """Whether each pair shares enough people, or enough ground."""
    old, new, pairs, linking = told.old, told.new, told.pairs, told.linking
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


def _kind(olds: list[int], news: list[int], told: _Told) -> str:
    if not news:
        return "gone"
    if not olds:
        return "added"
    if len(olds) == len(news) == 1:
        return _kind_of_one(olds[0], news[0], told)
    if len(olds) > 1 and len(news) > 1:
        before = {told.old.codes[at] for at in olds}
        after = {told.new.codes[at] for at in news}
        return "redrawn" if before == after else "complex"
    return "split" if len(news) > 1 else "merged"


def _kind_of_one(old: int, new: int, told: _Told) -> str:
    """What became of a boundary that only one took the place of."""
    has_lost = _is_much(told.lost, told.old, old, told.linking)
    has_gained = _is_much(told.gained, told.new, new, told.linking)
    if has_lost and has_gained:
        return "redrawn"
    if has_lost or has_gained:
        return "shrunk" if has_lost else "grown"
    if told.old.codes[old] != told.new.codes[new]:
        return "recoded"
    is_same = told.old.names[old] == told.new.names[new]
    return "unchanged" if is_same else "renamed"


def _is_much(outside: Outside, of: Vintage, at: int, linking: Linking) -> bool:
    """Whether as much of a boundary is outside as would link it to another."""
    people, area = float(outside.people[at]), float(outside.area_m2[at])
    return (people > 0 and people >= linking.people * of.people[at]) or (
        area > 0 and area >= linking.area * of.area_m2[at]
    )


def _order(each: Change, old: Vintage, new: Vintage) -> tuple[int, str]:
    """By kind, then by the first code."""
    codes = [old.codes[at] for at in each.old] or [new.codes[at] for at in each.new]
    return KINDS.index(each.kind), min(codes)
