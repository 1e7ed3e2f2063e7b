"""How deprived building blocks are: scores, and what is counted of them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from assetmap.errors import Invalid, NotFound

DECILES = 10


class DeprivationNotFound(NotFound):
    """No scores of deprivation are loaded, or none of this name."""

    title = "Deprivation not found"


class NoScores(Invalid):
    """No row of a file of scores could be used."""

    title = "No scores"


@dataclass(frozen=True)
class DeprivationSet:
    """Scores of deprivation as they are stored, by the blocks of a boundary set.

    ``blocks`` is how many have scores.
    """

    id: int
    name: str
    boundary_set_id: int
    title: str
    vintage: date
    publisher: str
    licence: str
    attribution: str
    source: str
    blocks: int
    version: int
    sha256: str = ""


@dataclass(frozen=True)
class DomainScores:
    """One domain by block: arrays of one length, in the order of the blocks.

    ``scores`` is nan, ``ranks`` and ``deciles`` 0 where there is none. Rank 1 and
    decile 1 are the most deprived.
    """

    slug: str
    title: str
    scores: NDArray[np.float64]
    ranks: NDArray[np.int32]
    deciles: NDArray[np.int16]


@dataclass(frozen=True)
class Scores:
    """All domains; ``ordinals`` are those of the blocks."""

    ordinals: NDArray[np.int32]
    domains: tuple[DomainScores, ...]


def odd_deciles(domain: DomainScores) -> NDArray[np.intp]:
    """Places where a decile is not that of the rank: a tenth of all ranks each.

    Empty where some ranks are not there: of how many they are is not known then.
    """
    known = np.flatnonzero((domain.ranks > 0) & (domain.deciles > 0))
    ranks = domain.ranks[known].astype(np.int64)
    of = len(known)
    if of == 0 or ranks.max() > of:
        return np.empty(0, dtype=np.intp)
    expected = -(-DECILES * ranks // of)
    odd: NDArray[np.intp] = known[expected != domain.deciles[known]]
    return odd


def repeated_ranks(domain: DomainScores) -> int:
    """How many blocks have a rank that a block before them has too."""
    known = domain.ranks[domain.ranks > 0]
    return len(known) - len(np.unique(known))
