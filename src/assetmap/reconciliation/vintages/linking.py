"""Which boundaries of two releases have to do with each other. Pure: arrays in."""

import numpy as np

from assetmap.reconciliation.model import Floats
from assetmap.reconciliation.vintages.model import (
    Flags,
    Linking,
    Outside,
    Pairs,
    Places,
    Vintage,
)

LEAST_ALONE = 0.25
"""Of the smaller: whoever is linked with none is with one that it shares so much with.
"""


def enough(old: Vintage, new: Vintage, pairs: Pairs, linking: Linking) -> Flags:
    """Whether each pair shares enough people, or enough ground, of the smaller."""
    people, area = _shares(old, new, pairs)
    return (people >= linking.people) & (pairs.people > 0) | (
        (area >= linking.area) & (pairs.area_m2 > 0)
    )


def is_much(outside: Outside, of: Vintage, linking: Linking) -> Flags:
    """Whether as much of each boundary is outside as would link it to another."""
    people = (outside.people > 0) & (outside.people >= linking.people * of.people)
    area = (outside.area_m2 > 0) & (outside.area_m2 >= linking.area * of.area_m2)
    much: Flags = people | area
    return much


def is_linked(old: Vintage, new: Vintage, pairs: Pairs, linking: Linking) -> Flags:
    """Whether the two of each pair have to do with each other."""
    found = enough(old, new, pairs, linking)
    if pairs.wide is None:
        return found
    people, area = _shares(old, new, pairs)
    has_people = (old.people[pairs.old] > 0) & (new.people[pairs.new] > 0)
    less = np.where(has_people, np.minimum(people, area), area)
    is_same, is_lone = _by_code(old, new, pairs)
    is_inside = is_lone & (np.maximum(people, area) >= linking.most)
    linked: Flags = found & (
        pairs.wide | is_same | (is_inside & (less >= linking.most / 2))
    )
    return _none_alone(pairs, linked, found, np.where(is_lone, less + 1, less))


def _shares(old: Vintage, new: Vintage, pairs: Pairs) -> tuple[Floats, Floats]:
    """What each pair shares of the people, and of the ground, of the smaller."""
    shares = []
    for shared, one, other in (
        (pairs.people, old.people, new.people),
        (pairs.area_m2, old.area_m2, new.area_m2),
    ):
        smaller = np.minimum(one[pairs.old], other[pairs.new])
        none = np.where(shared > 0, np.inf, 0.0)
        shares.append(np.divide(shared, smaller, out=none, where=smaller > 0))
    return shares[0], shares[1]


def _by_code(old: Vintage, new: Vintage, pairs: Pairs) -> tuple[Flags, Flags]:
    """Whether both have one code; whether neither's code is in the other release."""
    olds, news = np.array(old.codes, dtype=str), np.array(new.codes, dtype=str)
    one, other = olds[pairs.old], news[pairs.new]
    is_lone = ~np.isin(olds, news)[pairs.old] & ~np.isin(news, olds)[pairs.new]
    return one == other, is_lone


def _none_alone(pairs: Pairs, linked: Flags, found: Flags, score: Floats) -> Flags:
    """The same, where whoever is linked with none is with whom it shares most."""
    result = linked.copy()
    for mine in (pairs.old, pairs.new):
        is_free = ~np.isin(mine, mine[linked]) & found & (score > LEAST_ALONE)
        order = np.lexsort((pairs.new, pairs.old, -score))
        order = order[is_free[order]]
        _, first = np.unique(mine[order], return_index=True)
        result[order[first]] = True
    return result


def groups(olds: int, news: int, pairs: Pairs, linked: Flags) -> Places:
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
