"""Rows for blocks and boundaries: added up, and taken apart where several share."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from assetmap.reconciliation.model import Floats, Points, Target
from assetmap.reconciliation.overlap import Places


def added(keys: Any, amounts: Floats) -> tuple[Any, Floats]:
    """Each row of keys once, in their order, and the amounts of all that are the same.

    Rows are told apart by one number each, which sorts faster than rows do.
    """
    sizes = keys.max(axis=0, initial=0) + 1
    number = (keys[:, 0] * sizes[1] + keys[:, 1]) * sizes[2] + keys[:, 2]
    _, first, row = np.unique(number, return_index=True, return_inverse=True)
    sums: Any = np.bincount(row, amounts, len(first))
    return keys[first], sums


def members_of(
    points: Points, targets: Sequence[Target], firsts: Places, cells: Any
) -> tuple[Places, Places]:
    """The place of a cell and each boundary that it stands for, one row for each."""
    of_set = np.searchsorted(firsts, cells, side="right") - 1
    within = cells - firsts[of_set]
    several = [points.combinations[each.name] for each in targets]
    held = [
        several[place].get(cell, (cell,) if cell else ())
        for place, cell in zip(of_set.tolist(), within.tolist(), strict=True)
    ]
    place = np.repeat(np.arange(len(held)), [len(each) for each in held])
    boundary = np.array([one for each in held for one in each], dtype=np.int64)
    return place, boundary + firsts[of_set[place]]
