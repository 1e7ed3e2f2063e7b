"""The pairs of a directory that may be one thing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from assetmap.assets.duplicates.blocking import blocked, blocked_wherever
from assetmap.assets.duplicates.kinds import Fit, Kinds
from assetmap.assets.duplicates.likeness import Rarity
from assetmap.assets.duplicates.model import (
    ALL,
    SHOWN,
    WHOLE,
    Described,
    Finding,
    Found,
    Pairs,
)
from assetmap.assets.duplicates.weighing import Seen, Weighing, score_of, seen
from assetmap.assets.model import Category
from assetmap.jobs.progress import Progress, unseen

LEAST_SCORE = 0.5
"""Pairs that are less likely to be one than not are not kept."""
LEAST_ALIKE, APART_ALIKE = 65, 90
"""Names less alike than this, in 100, are of two things; what is of two kinds is looked
at only where it is called nearly the same."""
MANY = 100_000
GO_TOGETHER = (Fit.SAME, Fit.RELATED)


def find_pairs(
    assets: Sequence[Described],
    categories: Sequence[Category],
    progress: Progress = unseen,
) -> tuple[list[Found], Finding]:
    """The pairs of assets that may be one, the likeliest first, and what was done.

    A pair of which a place is not exact is found from all that is known, for those who
    may see it, and again from what everybody may see.
    """
    kinds = Kinds(categories)
    labels = [each.label for each in categories]
    looked = [seen(each) for each in sorted(assets, key=lambda each: each.id)]
    inexact = {each.id for each in assets if not each.is_exact}
    found, done = _found(looked, kinds, labels, progress)
    for at, each in enumerate(found):
        if each.first_id in inexact or each.second_id in inexact:
            found[at] = replace(each, basis=WHOLE)
    if inexact:
        looked = [
            each if each.asset.is_exact else seen(as_shown(each.asset))
            for each in looked
        ]
        shown, again = _found(looked, kinds, labels, progress, inexact)
        found += [replace(each, basis=SHOWN) for each in shown]
        done = replace(done, compared=done.compared + again.compared)
    found.sort(key=lambda each: (-each.score, each.first_id, each.second_id))
    return found, replace(done, pairs=len(found))


def as_shown(asset: Described) -> Described:
    """An asset whose place is not exact, as everybody may see it: without it."""
    return replace(
        asset, geom=None, address=None, postcode=None, uprn=None, source_ref=None
    )


def _found(
    looked: Sequence[Seen],
    kinds: Kinds,
    labels: Sequence[str],
    progress: Progress,
    among: set[int] | None = None,
) -> tuple[list[Found], Finding]:
    """The pairs; where it is said among what, those of which one of the two is."""
    words = [
        each.names[0]
        if len(each.names) == 1
        else tuple(dict.fromkeys(word for name in each.names for word in name))
        for each in looked
    ]
    published = (each.names[0] for each in looked if each.asset.is_published)
    rarity = Rarity(published, labels)
    if among is None:
        blocks = blocked(looked, words, rarity)
        pairs = blocks.pairs
    else:
        blocks = blocked_wherever(looked, words, rarity)
        is_wanted = np.array([each.asset.id in among for each in looked], dtype=bool)
        pairs = blocks.pairs[is_wanted[blocks.pairs].any(axis=1)]
    weighing = Weighing(looked, rarity, kinds)
    found = list(_kept(looked, words, pairs, weighing, kinds, progress))
    return found, Finding(len(looked), len(pairs), len(found), blocks.left_out)


def _kept(
    looked: Sequence[Seen],
    words: Sequence[Sequence[str]],
    pairs: Pairs,
    weighing: Weighing,
    kinds: Kinds,
    progress: Progress,
) -> Iterator[Found]:
    names = [" ".join(each) for each in words]
    for begin in range(0, len(pairs), MANY):
        some = pairs[begin : begin + MANY]
        for left, right in some[_is_worth(looked, names, some, kinds)].tolist():
            first, second = looked[left], looked[right]
            evidence = weighing.evidence(first, second)
            score = score_of(evidence)
            if score >= LEAST_SCORE:
                yield Found(first.asset.id, second.asset.id, score, evidence, ALL)
        progress("Comparing assets", begin + len(some), len(pairs))


def _is_worth(
    looked: Sequence[Seen], names: Sequence[str], pairs: Pairs, kinds: Kinds
) -> NDArray[np.bool_]:
    """Which pairs are worth weighing: a look at names and kinds that costs little."""
    left, right = (column.tolist() for column in pairs.T)
    alike = process.cpdist(
        [names[each] for each in left],
        [names[each] for each in right],
        scorer=fuzz.token_set_ratio,
        dtype=np.uint8,
    )
    needed = [
        LEAST_ALIKE if kinds.fit(one, other) in GO_TOGETHER else APART_ALIKE
        for one, other in zip(
            (looked[each].asset.category for each in left),
            (looked[each].asset.category for each in right),
            strict=True,
        )
    ]
    found: NDArray[np.bool_] = alike >= np.array(needed)
    return found
