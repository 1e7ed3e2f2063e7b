"""What may be told of parts of some drawings beside what is told of them all.

Of a square that h of n drawings hold, what is said of one group bounds what the others
do. So questions are put one by one, "do at least so many of this group hold it?", and
one is answered only where either answer leaves enough counts possible for every part.
Whether it is answered depends on what was told before and on nothing else: a refusal
tells nothing (simulatable auditing; Kenthapadi, Mishra and Nissim 2005).
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Bools = NDArray[np.bool_]
Bounds = tuple[Counts, Counts]

SHARES = (0.5, 0.2, 0.8, 0.35, 0.65, 0.1, 0.9, 0.3, 0.7, 0.4, 0.6)
"""Of a part, what is asked about, in this order: the majority first."""


def needs(sizes: Counts, fewest: int) -> Counts:
    """How many counts must stay possible for each part: for few people all of them."""
    return np.minimum(fewest, sizes + 1)


def told_apart(
    held: Counts, of: int, counts: Counts, sizes: Counts, needed: Counts
) -> Counts:
    """For each part and square, how many of the part are told to hold it.

    Args:
        held: how many of all drawings are told to hold each square; 0 and ``of`` stand
            for so few, or so few who do not, that they are not told.
        of: how many drawings there are: the sum of ``sizes``.
        counts: parts by squares: how many of each part hold it.
        sizes: how many drawings each part has.
        needed: how many counts must stay possible for each part.

    Returns:
        As everybody does, where what is known leaves that open; else the middle of what
        is known.
    """
    columns, back = np.unique(np.vstack([held, counts]), axis=1, return_inverse=True)
    whole, each = columns[0], columns[1:]
    bounds = _first(whole, of, sizes)
    for part, least in _questions(sizes):
        bounds = _ask(part, least, each, whole, bounds, needed)
    low, high = bounds
    as_all = np.rint(whole / max(of, 1) * sizes[:, None])
    is_open = (low <= as_all) & (as_all <= high)
    told = np.where(is_open, as_all, np.rint((low + high) / 2))
    told[:, whole == 0] = 0
    told[:, whole == of] = sizes[:, None]
    found: Counts = told.astype(np.int64)[:, back.reshape(-1)]
    return found


def _questions(sizes: Counts) -> Iterator[tuple[int, int]]:
    for share in SHARES:
        for part, size in enumerate(sizes.tolist()):
            yield part, int(np.ceil(share * size))


def _first(whole: Counts, of: int, sizes: Counts) -> Bounds:
    """What is known of each part from the whole alone."""
    size = sizes[:, None]
    return np.maximum(0, whole - (of - size)), np.minimum(size, whole)


def _ask(
    part: int, least: int, counts: Counts, whole: Counts, known: Bounds, needed: Counts
) -> Bounds:
    """What is known after a question, where it is answered and where it is not."""
    low, high = known
    more, fewer = low.copy(), high.copy()
    more[part] = np.maximum(more[part], least)
    fewer[part] = np.minimum(fewer[part], least - 1)
    yes, may_yes = _tight((more, high), whole, needed)
    no, may_no = _tight((low, fewer), whole, needed)
    answered = may_yes & may_no
    is_yes = answered & (counts[part] >= least)
    is_no = answered & ~is_yes
    found = [
        np.where(is_yes, one, np.where(is_no, other, was))
        for one, other, was in zip(yes, no, known, strict=True)
    ]
    return found[0], found[1]


def _tight(known: Bounds, whole: Counts, needed: Counts) -> tuple[Bounds, Bools]:
    """Bounds that the sum leaves, and where they are possible and wide enough."""
    low, high = known
    least, most = low.sum(axis=0), high.sum(axis=0)
    under = np.maximum(low, whole - (most - high))
    over = np.minimum(high, whole - (least - low))
    is_wide = (over - under + 1 >= needed[:, None]).all(axis=0)
    return (under, over), is_wide & (least <= whole) & (whole <= most)


def is_apart(one: Bools, others: Sequence[Bools], fewest: int) -> bool:
    """Whether some drawings differ from others, and from all but those, by enough.

    So that what is told of two groups that nearly are one, or nearly all together, is
    never held against each other.
    """
    for other in others:
        differ = int((one != other).sum())
        if 0 < differ < fewest or 0 < len(one) - differ < fewest:
            return False
    return True
