"""A release: what is published of a neighbourhood's drawings until the next one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.errors import Conflict

Places = NDArray[np.int64]

YEARS_LIVED = "years_lived"
"""The question whose answer every drawing has a place for."""


class NotPublishedThen(Conflict):
    """Nothing was published of the neighbourhood's drawings by that day."""

    title = "Not published then"

    def __init__(self, slug: str, day: date) -> None:
        super().__init__(
            f"Nothing was published of the drawings of {slug!r} by {day}.",
            neighbourhood=slug,
            day=day.isoformat(),
        )


class OtherGrid(Conflict):
    """The two releases are on grids that cannot be laid on one another."""

    title = "Other grid"

    def __init__(self, earlier_m: int, later_m: int) -> None:
        super().__init__(
            f"One was published on squares of {earlier_m} m, the other of {later_m} m: "
            "what moved cannot be told from them.",
            grids_m=[earlier_m, later_m],
        )


def _none() -> Places:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Squares:
    """Runs of grid squares alike, in order of row and column, and how many hold them.

    ``end`` is the column after the last; ``held`` of how many drawings a square's
    centre is in, with those told as none or all already so (``Disclosure.told_of``).
    Squares that are told of none are not there.
    """

    row: Places = field(default_factory=_none)
    start: Places = field(default_factory=_none)
    end: Places = field(default_factory=_none)
    held: Places = field(default_factory=_none)


@dataclass(frozen=True)
class Part:
    """Some of the drawings by themselves: those of one definition, or of one group.

    A group is of those who answered ``question`` alike. ``members`` are the ids and
    versions of the drawings; they are kept, and told to nobody.
    """

    kind: str
    label: str
    sketches: int
    share_of_sketches: float
    squares: Squares
    mean_agreement: float | None = None
    is_sized: bool = True
    """Whether sizes may be told: not where the rest would be told of by them."""
    question: str = ""
    members: tuple[Any, ...] = ()

    @property
    def asked(self) -> str:
        """The question of a group; in an earlier version there was but one."""
        return self.question or (YEARS_LIVED if self.kind == "group" else "")


@dataclass(frozen=True)
class Release:
    """What is published of the drawings of one neighbourhood.

    ``sketches`` is how many there were; ``number`` counts the neighbourhood's releases
    from 1, and is 0 of one that is not kept. Without squares nothing may be told.
    ``levels`` are those that its place's stewards let be shown; None: all. ``weights``
    are those other than one, each once, with the reason.
    """

    sketches: int
    votes: float
    fewest: int
    grid_m: int
    squares: Squares
    parts: tuple[Part, ...] = ()
    mean_agreement: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    made_at: datetime | None = None
    id: int = 0
    levels: tuple[float, ...] | None = None
    weights: tuple[tuple[float, str], ...] = ()
