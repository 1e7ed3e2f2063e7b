"""Rival definitions: where sketches of one name mean several places, which they are.

Sketches are grouped around the one of them that the others resemble most (k-medoids,
Kaufman and Rousseeuw 1990) by Jaccard distance: 1 less what two share over what either
holds. How many definitions there are is not chosen: as many as give the groups the
clearest shape (silhouette, Rousseeuw 1987), and one unless that shape is clear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

MOST_DEFINITIONS = 6
CLEAR = 0.4
"""Least mean silhouette at which there is more than one definition."""
ALONE_UNDER = 0.1
"""A sketch that agrees with no other by as much resembles none."""
_ROUNDS = 30


@dataclass(frozen=True)
class Definition:
    """One of the places that a name is said to mean: the sketches that mean it."""

    members: Places
    share_of_votes: float


@dataclass(frozen=True)
class Rivals:
    """The definitions of a name, most supported first, and who stands by themselves.

    ``silhouette`` is that of the definitions, or of the best attempt at two where
    there is one; None where two were never tried. ``others`` are the sketches of
    groups too small to be a definition, ``alone`` those that no other resembles.
    """

    definitions: Sequence[Definition]
    others: Places
    alone: Places
    silhouette: float | None


def jaccard_distances(shared: Numbers) -> Numbers:
    """1 less what each two sketches share over what either holds; 0 to itself."""
    own = np.diag(shared)
    union = own[:, None] + own[None, :] - shared
    agreement = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    distances: Numbers = np.clip(1.0 - agreement, 0.0, 1.0)
    np.fill_diagonal(distances, 0.0)
    return distances


def rivals(shared: Numbers, votes: Numbers, fewest: int) -> Rivals:
    """The definitions that sketches fall into, by the ground that each two share.

    Args:
        shared: sketches by sketches, in any measure; on the diagonal all of each.
        votes: of each sketch.
        fewest: sketches that a definition needs to be one.
    """
    distances = jaccard_distances(shared)
    alone = _alone(distances)
    held = np.flatnonzero(~alone)
    order = held[_canonical(distances[np.ix_(held, held)], shared, held)]
    label, silhouette = _grouped(distances[np.ix_(order, order)], votes[order], fewest)
    groups = [order[label == each] for each in np.unique(label)]
    big = [np.sort(each) for each in groups if len(each) >= fewest]
    small = [each for each in groups if len(each) < fewest]
    total = float(votes.sum())
    found = [Definition(each, float(votes[each].sum()) / total) for each in big]
    found.sort(key=lambda each: (-each.share_of_votes, each.members.tolist()))
    others = np.sort(np.concatenate([np.zeros(0, np.int64), *small]))
    return Rivals(found, others.astype(np.int64), np.flatnonzero(alone), silhouette)


def _alone(distances: Numbers) -> NDArray[np.bool_]:
    """Which sketches no other resembles."""
    nearest = distances + np.diag(np.full(len(distances), np.inf))
    found: NDArray[np.bool_] = nearest.min(axis=1, initial=np.inf) > 1 - ALONE_UNDER
    return found


def _canonical(distances: Numbers, shared: Numbers, held: Places) -> Places:
    """An order of sketches that does not depend on the one they came in."""
    far = np.round(distances.sum(axis=1), 9)
    return np.lexsort((np.diag(shared)[held], far))


def _grouped(
    distances: Numbers, votes: Numbers, fewest: int
) -> tuple[Places, float | None]:
    """A group for each sketch, and the mean silhouette of the best several."""
    one = np.zeros(len(votes), dtype=np.int64)
    best: tuple[float, Places] | None = None
    most = min(MOST_DEFINITIONS, len(votes) // max(fewest, 1))
    begun = _built(distances, votes, most) if most > 1 else []
    for count in range(2, most + 1):
        medoids = _swapped(distances, votes, begun[:count])
        label: Places = distances[:, medoids].argmin(axis=1)
        clear = silhouette(distances, votes, label)
        if best is None or clear > best[0] + 1e-9:
            best = clear, label
    if best is None:
        return one, None
    big = np.bincount(best[1])
    is_rival = best[0] >= CLEAR and np.count_nonzero(big >= fewest) > 1
    return (best[1] if is_rival else one), best[0]


def _built(distances: Numbers, votes: Numbers, count: int) -> list[int]:
    """Medoids one by one, each the one that shortens the way to the nearest most.

    Fewer are the first of more.
    """
    nearest = np.full(len(votes), 1.0)
    medoids: list[int] = []
    for _ in range(count):
        gain = votes @ np.maximum(nearest[:, None] - distances, 0.0)
        medoids.append(int(gain.argmax()))
        nearest = np.minimum(nearest, distances[:, medoids[-1]])
    return medoids


def _swapped(distances: Numbers, votes: Numbers, medoids: list[int]) -> list[int]:
    """Medoids after the best exchange of one for another sketch, while one helps.

    All exchanges are weighed at once (Schubert and Rousseeuw 2019, FastPAM1).
    """
    found = list(medoids)
    every = np.arange(len(votes))
    for _ in range(_ROUNDS):
        near = distances[:, found]
        own = near.argmin(axis=1)
        first = near[every, own]
        near[every, own] = np.inf
        second = near.min(axis=1)
        member = (own[:, None] == np.arange(len(found))) * votes[:, None]
        # With one more, and then without one: whose it was go to their next best.
        with_each = np.minimum(distances, first[:, None])
        change = (votes @ with_each - votes @ first)[None, :] + member.T @ (
            np.minimum(distances, second[:, None]) - with_each
        )
        place, to = np.unravel_index(int(change.argmin()), change.shape)
        if change[place, to] >= -1e-9:
            break
        found[int(place)] = int(to)
    return found


def silhouette(distances: Numbers, votes: Numbers, label: Any) -> float:
    """How much nearer, from -1 to 1, votes are to their own group than to another.

    Its mean over votes, of which those without another in their group count 0.
    """
    groups = np.arange(int(label.max()) + 1)
    member = (label[:, None] == groups[None, :]) * votes[:, None]
    size = member.sum(axis=0)
    sums = distances @ member
    own = sums[np.arange(len(label)), label]
    others = size[label] - 1
    inner = np.divide(own, others, out=np.zeros_like(own), where=others > 1e-9)
    # Sketches that are alike leave groups empty: nothing is near to those.
    outer = np.divide(
        sums, size[None, :], out=np.full_like(sums, np.inf), where=size[None, :] > 0
    )
    outer[np.arange(len(label)), label] = np.inf
    nearest = outer.min(axis=1)
    most = np.maximum(inner, nearest)
    has_other = (most > 0) & np.isfinite(nearest)
    width = np.divide(nearest - inner, most, out=np.zeros_like(most), where=has_other)
    width[others <= 1e-9] = 0.0
    return float((width * votes).sum() / votes.sum())
