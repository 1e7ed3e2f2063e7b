"""The parts of a release: definitions, and groups of those who answered alike."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from string import ascii_uppercase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.disclosure import Disclosure
from assetmap.footprints.consensus.apart import is_apart, needs, told_apart
from assetmap.footprints.consensus.between import between_squares
from assetmap.footprints.consensus.grid import membership_runs
from assetmap.footprints.consensus.rivals import Rivals
from assetmap.footprints.consensus.statistics import MAJORITY, mean_agreement
from assetmap.footprints.consensus.telling import answers_told, few_hidden
from assetmap.neighbourhoods.releases.model import Part, Squares

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Bools = NDArray[np.bool_]
Shapes = NDArray[np.object_]

DEFINITION = "definition"
GROUP = "group"


@dataclass
class Drawn:
    """Drawings, their votes, the ground that each two share, and what is told of all.

    ``told`` are the members of every part that is told already.
    """

    sketches: Shapes
    votes: Numbers
    shared: Numbers
    policy: Disclosure
    told: list[Bools] = field(default_factory=list)


def definitions(drawn: Drawn, found: Rivals) -> list[Part]:
    """Each definition that enough drawings hold, the most supported first.

    What is told of them together leaves open what those few hold who are in none.
    """
    fewest = drawn.policy.fewest_sketches
    masks = [_mask(drawn, each.members) for each in found.definitions]
    is_sized = few_hidden(found, len(drawn.votes), fewest)
    sizes = _sizes(masks, len(drawn.votes))
    needed = np.ones(len(sizes), dtype=np.int64)
    needed[len(masks) :] = needs(sizes[len(masks) :], fewest)
    drawn.told += masks
    squares = _squares(drawn, masks, needed)
    return [
        _part(drawn, DEFINITION, label, mask, ground, is_sized)
        for label, mask, ground in zip(ascii_uppercase, masks, squares, strict=False)
    ]


def groups(
    drawn: Drawn, answers: Mapping[str, Sequence[str]]
) -> tuple[list[Part], dict[str, Any]]:
    """For each question those who answered alike, enough of them on both sides.

    A group needs twice the fewest drawings, as half of it is told apart from the other
    half; all others are none or the fewest. One that differs by too few from what is
    told already (another question's group, a definition, or all but these) is left out.
    """
    parts: list[Part] = []
    said: dict[str, Any] = {}
    for question, given in answers.items():
        masks, withheld = _told(drawn, given)
        found = _of_question(drawn, question, masks)
        parts += found
        drawn.told += masks.values()
        said[question] = {
            "withheld": withheld,
            "differences": _differences(found, drawn.policy),
        }
    return parts, said


def _told(drawn: Drawn, given: Sequence[str]) -> tuple[dict[str, Bools], int]:
    """The members of each group of a question that is told, and how many are not."""
    fewest = drawn.policy.fewest_sketches
    labels, _ = answers_told(given, fewest, drawn.policy.fewest_in_a_group)
    each = np.array(given, dtype=object)
    masks = {label: np.asarray(each == label, dtype=bool) for label in labels}
    kept = {
        label: mask
        for label, mask in masks.items()
        if is_apart(mask, drawn.told, fewest)
    }
    return kept, len(Counter(answer for answer in given if answer)) - len(kept)


def _of_question(drawn: Drawn, question: str, masks: Mapping[str, Bools]) -> list[Part]:
    members = list(masks.values())
    needed = needs(_sizes(members, len(drawn.votes)), drawn.policy.fewest_sketches)
    squares = _squares(drawn, members, needed)
    return [
        replace(_part(drawn, GROUP, label, mask, ground, True), question=question)
        for (label, mask), ground in zip(masks.items(), squares, strict=True)
    ]


def _differences(found: Sequence[Part], policy: Disclosure) -> list[list[Any]]:
    """How far what is told of every two groups agrees."""
    return [
        [
            one.label,
            other.label,
            between_squares(
                (one.squares, one.sketches),
                (other.squares, other.sketches),
                MAJORITY,
                policy.grid_m,
            ).agreement,
        ]
        for one, other in combinations(found, 2)
    ]


def _mask(drawn: Drawn, members: Places) -> Bools:
    mask = np.zeros(len(drawn.votes), dtype=bool)
    mask[members] = True
    return mask


def _sizes(masks: Sequence[Bools], of: int) -> Places:
    """How many are in each part, and at last in none, if any is."""
    sizes = [int(mask.sum()) for mask in masks]
    rest = of - sum(sizes)
    return np.array([*sizes, rest] if rest else sizes, dtype=np.int64)


def _part(
    drawn: Drawn, kind: str, label: str, mask: Bools, squares: Squares, is_sized: bool
) -> Part:
    """Some of the drawings by themselves."""
    own, members = drawn.votes[mask], np.flatnonzero(mask)
    pairs = drawn.shared[np.ix_(members, members)]
    return Part(
        kind,
        label,
        len(members),
        float(own.sum() / drawn.votes.sum()),
        squares,
        mean_agreement(pairs, own) if is_sized else None,
        is_sized,
        members=tuple(members.tolist()),
    )


def _squares(drawn: Drawn, masks: Sequence[Bools], needed: Places) -> list[Squares]:
    """Of each part how many hold each square, as far as it may be told."""
    if not masks:
        return []
    of, sizes = len(drawn.votes), _sizes(masks, len(drawn.votes))
    ways = [np.ones(of, dtype=bool), *masks]
    row, start, end, held = counted(drawn, ways)
    whole = as_told_of(held[0], of, drawn.policy)
    counts = held[1:]
    if len(sizes) > len(masks):
        counts = np.vstack([counts, np.maximum(held[0] - counts.sum(axis=0), 0)])
    told = counts
    if (needed > 1).any():
        told = told_apart(whole, of, counts, sizes, needed)
    return [
        joined(row, start, end, as_told_of(each, size, drawn.policy))
        for each, size in zip(told, sizes.tolist(), strict=True)
    ][: len(masks)]


def counted(
    drawn: Drawn, ways: Sequence[Bools]
) -> tuple[Places, Places, Places, Places]:
    """Runs of squares, and how many of each way of taking drawings hold them.

    Where votes differ in weight a share of them counts as so many drawings, rounded
    down, and as no more than there are.
    """
    columns = [mask / 1.0 for mask in ways]
    columns += [mask * drawn.votes / drawn.votes[mask].sum() for mask in ways]
    shares = np.column_stack(columns)
    row, start, end, found = membership_runs(
        drawn.sketches, shares, float(drawn.policy.grid_m)
    )
    of = shares[:, : len(ways)].sum(axis=0)
    many, share = found[:, : len(ways)], found[:, len(ways) :]
    held = np.minimum(np.rint(many), np.floor(share * of + 1e-6))
    return row, start, end, held.T.astype(np.int64)


def as_told_of(held: Places, of: int, policy: Disclosure) -> Places:
    """How many are told to hold squares, of so many: few as none, nearly all as all."""
    found: Places = np.rint(policy.told_of(held, of) * of).astype(np.int64)
    return found


def joined(row: Places, start: Places, end: Places, held: Places) -> Squares:
    """Runs with something in them, those that touch and are alike made one."""
    kept = held > 0
    row, start, end, held = row[kept], start[kept], end[kept], held[kept]
    if len(row) == 0:
        return Squares()
    apart = (row[1:] != row[:-1]) | (start[1:] != end[:-1]) | (held[1:] != held[:-1])
    first, last = np.r_[True, apart], np.r_[apart, True]
    return Squares(row[first], start[first], end[last], held[first])
