"""What is told of two releases of boundaries: records, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assetmap.reconciliation.model import Floats

Places = NDArray[np.intp]
Flags = NDArray[np.bool_]

KINDS = (
    "renamed",
    "recoded",
    "shrunk",
    "grown",
    "redrawn",
    "split",
    "merged",
    "complex",
    "gone",
    "added",
    "unchanged",
)


@dataclass(frozen=True)
class Linking:
    """From which share two boundaries are linked, of the smaller of the two.

    From the same share of a boundary it has shrunk or grown, where no other took or
    gave it. Where lines that did not change are up to ``tolerance_m`` apart, what two
    boundaries share must be wider than that, or ``most`` of one where neither code is
    in the other release. Absent: it is measured on boundaries that are plainly the
    same.
    """

    people: float = 0.01
    area: float = 0.05
    most: float = 0.5
    tolerance_m: float | None = None


@dataclass(frozen=True)
class Vintage:
    """The boundaries of one release, column by column; ``people`` may be postcodes."""

    codes: Sequence[str]
    names: Sequence[str]
    people: Floats
    area_m2: Floats


@dataclass(frozen=True)
class Pairs:
    """What old and new boundaries share, one row for each two that share anything.

    ``old`` and ``new`` are places in their vintages, from 0; ``wide`` says whether
    what they share is wider than the tolerance; absent: it all is.
    """

    old: Places
    new: Places
    people: Floats
    area_m2: Floats
    wide: Flags | None = None


@dataclass(frozen=True)
class Outside:
    """What of each boundary of a release lies in none of the other, and is it wide."""

    people: Floats
    area_m2: Floats
    wide: Flags | None = None


@dataclass(frozen=True)
class Change:
    """What became of some boundaries: their places, and the people of the old ones.

    These are all of ``people``: those who are in the new boundary that took most of
    their old one (``people_kept``), in another of the change (``people_moved``), in
    one that has nothing to do with it but shares a strip along an edge
    (``people_along_edges``), and in no new boundary at all (``people_outside``).
    ``area_..._m2`` are the same of the ground.
    """

    kind: str
    old: tuple[int, ...]
    new: tuple[int, ...]
    people: float
    people_kept: float
    people_moved: float
    people_along_edges: float
    people_outside: float
    area_moved_m2: float
    area_along_edges_m2: float
    area_outside_m2: float
