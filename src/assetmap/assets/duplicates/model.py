"""Pairs of assets that may be one, and what speaks for and against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.assets.model import ShownAsset
from assetmap.errors import Conflict, Invalid, NotAllowed, NotFound

DECISIONS = ("same", "different", "later")
ALL, WHOLE, SHOWN = "all", "whole", "shown"
"""From what a pair was found: both places are exact; all that is known, for those who
may see both places; or what everybody may see."""

Pairs = NDArray[np.int64]
"""Two columns: the places of two assets in a list, the lower first."""


class PairNotFound(NotFound):
    """There is no such pair for whoever asks."""

    title = "Pair not found"

    def __init__(self, first: int, second: int) -> None:
        super().__init__(
            f"Assets {first} and {second} are no pair that you may decide on.",
            first=first,
            second=second,
        )


class BadPair(Invalid):
    """An asset is no pair with itself."""

    title = "Bad pair"


class UnknownMember(Invalid):
    """What is said to be taken of an asset is no part of it that can be."""

    title = "Unknown member"

    def __init__(self, member: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"{member!r} is not taken of an asset; {', '.join(allowed)} are.",
            member=member,
            allowed=list(allowed),
        )


class AlreadyOne(Conflict):
    """What was asked of two assets does not fit how they are merged already."""

    title = "Already merged"


class MergeNotYours(NotAllowed):
    """Two assets are merged by whoever keeps both."""

    title = "Merge not yours"


@dataclass(frozen=True, slots=True)
class Described:
    """An asset as it is compared with others.

    ``geom`` is a shape in EPSG:27700 or None. ``register`` are numbers in registers,
    as REGISTER-NUMBER.
    """

    id: int
    name: str
    category: str
    source: str
    other_names: tuple[str, ...] = ()
    source_ref: str | None = None
    geom: Any = None
    address: str | None = None
    postcode: str | None = None
    uprn: str | None = None
    phone: str | None = None
    email: str | None = None
    url: str | None = None
    provider: str | None = None
    register: tuple[str, ...] = ()
    keeper: str | None = None
    is_exact: bool = True
    is_published: bool = True


@dataclass(frozen=True)
class Evidence:
    """Something that speaks for or against two assets being one.

    ``bits`` say how much: one doubles the odds, minus one halves them. ``facts`` are
    what was compared; no telephone number, address or place is among them.
    """

    kind: str
    bits: float
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """Two assets that may be one, by their numbers, the lower first."""

    first_id: int
    second_id: int
    score: float
    evidence: Sequence[Evidence]
    basis: str = ALL


@dataclass(frozen=True)
class Decided:
    """What somebody decided of a pair."""

    decision: str
    note: str | None
    by: str | None
    at: datetime


@dataclass(frozen=True)
class Pair:
    """Two assets that may be one, as whoever asks may see them.

    ``evidence`` is what the score is of; ``decided`` what was decided last, if it was.
    """

    first: ShownAsset
    second: ShownAsset
    score: float
    evidence: Sequence[Evidence]
    found_at: datetime
    decided: Decided | None
    may_decide: bool
    may_merge: bool


@dataclass(frozen=True)
class Named:
    """Two assets that may be one, by number and name, and what the score is of."""

    first_id: int
    first: str
    second_id: int
    second: str
    score: float
    evidence: Sequence[Evidence]


@dataclass(frozen=True)
class Wanted:
    """Which pairs are asked for.

    ``decision`` is one of ``DECISIONS``, or ``none`` or ``all``; ``after`` are the
    score and numbers of the last pair of the page before.
    """

    decision: str = "none"
    least_score: float | None = None
    asset_id: int | None = None
    with_closed: bool = False
    after: tuple[float, int, int] | None = None


@dataclass(frozen=True)
class Merge:
    """An asset that is another one, and what the other took of it, by member.

    Who merged them, why, and who parted them again are for those who keep either.
    """

    kept_id: int
    merged_id: int
    name: str
    source: str
    source_ref: str | None
    licence: str
    attribution: str
    taken: list[str]
    reason: str | None
    by: str | None
    merged_at: datetime
    undone_by: str | None
    undone_at: datetime | None


@dataclass(frozen=True)
class Finding:
    """How many assets were compared, in how many pairs, and how many were kept.

    ``left_out`` are groups that share something with so many that it tells nothing.
    """

    assets: int
    compared: int
    pairs: int
    left_out: int
