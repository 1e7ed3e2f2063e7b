"""What became of boundaries from one release to the next: renamed, split, merged.

Pure: arrays in, changes out. Boundaries that hand people or ground to each other are
linked; those linked, however far round, are one change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from assetmap.reconciliation.model import Floats
from assetmap.reconciliation.vintages.linking import groups, is_linked, is_much
from assetmap.reconciliation.vintages.model import (
    KINDS,
    Change,
    Flags,
    Linking,
    Outside,
    Pairs,
    Places,
    Vintage,
)


@dataclass(frozen=True)
class _Told:
    """All that says what became of the boundaries of two releases."""

    old: Vintage
    new: Vintage
    pairs: Pairs
    lost: Outside
    gained: Outside
    linking: Linking

    @cached_property
    def has_lost(self) -> Flags:
        """Whether much of each old boundary is in no new one."""
        return _is_wide(self.lost, self.old, self.linking)

    @cached_property
    def has_gained(self) -> Flags:
        """Whether much of each new boundary was in no old one."""
        return _is_wide(self.gained, self.new, self.linking)


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
    linked = is_linked(old, new, pairs, told.linking)
    group = groups(len(old.codes), len(new.codes), pairs, linked)
    measures = _measures(told, linked)
    found = [
        Change(
            _kind(olds, news, told),
            tuple(olds),
            tuple(news),
            **{name: float(each[olds].sum()) for name, each in measures.items()},
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


def _measures(told: _Told, linked: Flags) -> dict[str, Floats]:
    """What became of the people and the ground of each old boundary."""
    olds = len(told.old.codes)
    kept, moved, beside = _shared_out(olds, told.pairs, told.pairs.people, linked)
    _, moved_m2, beside_m2 = _shared_out(olds, told.pairs, told.pairs.area_m2, linked)
    return {
        "people": told.old.people,
        "people_kept": kept,
        "people_moved": moved,
        "people_along_edges": beside,
        "people_outside": told.lost.people,
        "area_moved_m2": moved_m2,
        "area_along_edges_m2": beside_m2,
        "area_outside_m2": told.lost.area_m2,
    }


def _shared_out(
    olds: int, pairs: Pairs, shared: Floats, linked: Flags
) -> tuple[Floats, Floats, Floats]:
    """What of each old boundary its main new one has, others linked, and all others."""
    most = np.zeros(olds)
    np.maximum.at(most, pairs.old[linked], shared[linked])
    of_linked, of_others = (
        np.bincount(pairs.old[which], weights=shared[which], minlength=olds)
        for which in (linked, ~linked)
    )
    shared_out: Any = (most, np.maximum(of_linked - most, 0.0), of_others)
    kept, moved, beside = shared_out
    return kept, moved, beside


def _is_wide(outside: Outside, of: Vintage, linking: Linking) -> Flags:
    much = is_much(outside, of, linking)
    return much if outside.wide is None else much & outside.wide


def _gathered(group: Places, olds: int) -> Iterable[tuple[list[int], list[int]]]:
    """The old and the new boundaries of each group."""
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0])
    for members in np.split(order, starts[1:]):
        each = members.tolist()
        yield [at for at in each if at < olds], [at - olds for at in each if at >= olds]


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
    has_lost, has_gained = told.has_lost[old], told.has_gained[new]
    if has_lost and has_gained:
        return "redrawn"
    if has_lost or has_gained:
        return "shrunk" if has_lost else "grown"
    if told.old.codes[old] != told.new.codes[new]:
        return "recoded"
    is_same = told.old.names[old] == told.new.names[new]
    return "unchanged" if is_same else "renamed"


def _order(each: Change, old: Vintage, new: Vintage) -> tuple[int, str]:
    """By kind, then by the first code."""
    codes = [old.codes[at] for at in each.old] or [new.codes[at] for at in each.new]
    return KINDS.index(each.kind), min(codes)
