"""What reconciliation takes and gives. Arrays are numpy; nothing here knows a database.

Ordinals number the boundaries of a set from 1, by code; 0 is outside them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.errors import AssetmapError
from assetmap.footprints.inputs import Input

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Shapes = NDArray[np.object_]

LEDGER_TOLERANCE = 1e-9

SORTED_FROM = 20
"""Boundaries to a point from which points are sorted by what they lie in."""


class LedgerOpen(AssetmapError):
    """A fault of ours: what was allocated, outside and unplaced does not add up."""

    title = "Ledger does not balance"


@dataclass(frozen=True)
class BoundaryFacts:
    """A boundary as an answer names it; ``total`` is its people (or postcodes)."""

    code: str
    name: str
    area_m2: float
    total: float


@dataclass(frozen=True)
class Target:
    """A boundary set, as far as it lies near a footprint.

    ``parts`` are pieces of boundaries; ``cells`` pieces of ground that several of
    them hold. Both in EPSG:27700 or another projected CRS in metres. The boundaries of
    a ``graded`` set have no pieces: a place is in several, in each by a share.
    """

    name: str
    kind: str
    title: str
    version: int
    made_how: str
    overlapping: bool
    is_building_block: bool
    ordinals: NDArray[np.intp]
    parts: Shapes
    cell_members: tuple[tuple[int, ...], ...]
    cells: Shapes
    boundaries: Mapping[int, BoundaryFacts]
    last_ordinal: int
    attribution: str = ""
    set_id: int = 0
    graded: bool = False


@dataclass(frozen=True)
class Points:
    """Population points near a footprint and what each lies in.

    ``membership`` is the footprint's at the point. For each set ``cells`` holds 0, an
    ordinal, or the number of a combination of boundaries, listed in ``combinations``.
    """

    weights: Floats
    membership: Floats
    cells: Mapping[str, Ints]
    combinations: Mapping[str, Mapping[int, tuple[int, ...]]]

    @cached_property
    def held(self) -> Floats:
        """How much of the weight of each the footprint holds: the same for all sets."""
        return self.weights * self.membership

    @cached_property
    def total(self) -> float:
        """What it holds together: the same, however many points beyond it are near."""
        return float(self.held[self.inside].sum())

    @cached_property
    def inside(self) -> NDArray[np.intp]:
        """The places of the points of which it holds any weight."""
        return np.flatnonzero(self.held)


@dataclass(frozen=True)
class Totals:
    """One measure of a footprint against a set (Methods 2).

    ``allocated + outside + unplaced`` is the whole. Where boundaries overlap,
    ``with_multiplicity`` counts a place once for each boundary that holds it and
    ``fractional`` shares it among them. ``outside_by`` says of a graded set why what is
    outside it is.
    """

    allocated: float
    outside: float
    unplaced: float
    total: float
    with_multiplicity: float
    fractional: Mapping[int, float]
    outside_by: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A footprint and one boundary: what they share, by each measure."""

    boundary: BoundaryFacts
    overlap_m2: float
    overlap_people: float
    people_lower: float
    people_upper: float
    assets: float
    assets_by_category: Mapping[str, float]
    fractional_m2: float
    fractional_people: float


@dataclass(frozen=True)
class BestFit:
    """Whole boundaries standing in for a footprint, and what that gets wrong.

    ``by`` is what is counted; ``threshold`` the share from which a boundary is taken,
    None where a rule takes it by something else.
    """

    codes: tuple[str, ...]
    by: str
    omission: float | None
    commission: float | None
    jaccard: float | None
    rule: str = "threshold"
    threshold: float | None = None


@dataclass(frozen=True)
class Severed:
    """An asset of a footprint that the footprint's main boundary does not hold."""

    asset_id: int
    name: str
    category: str
    boundary_set: str
    code: str | None


@dataclass(frozen=True)
class Main:
    """The boundary that holds most of a footprint, and by which measure."""

    code: str
    name: str
    by: str
    share: float


@dataclass(frozen=True)
class Against:
    """A footprint against one boundary set; rows with the largest share first."""

    target: Target
    rows: tuple[Row, ...]
    slivers: int
    slivers_m2: float
    area: Totals
    people: Totals
    assets: Totals
    main: Main | None
    best_fit: BestFit | None
    best_fits: tuple[BestFit, ...]
    severed: tuple[Severed, ...]


@dataclass(frozen=True)
class Reconciliation:
    """A footprint against boundary sets; ``measure`` says what people stands for.

    ``people_lower`` and ``people_upper`` bound them, ``people_at`` says which postcodes
    they are counted at, ``settings`` what was asked and for which day, ``sha256`` which
    ground was measured.
    """

    label: str
    kind: str
    made_how: str
    area_m2: float
    measure: str
    people: float
    assets: float
    assets_without_place: int
    against: tuple[Against, ...]
    inputs: tuple[Input, ...]
    attribution: tuple[str, ...]
    notes: tuple[str, ...] = ()
    people_lower: float = 0.0
    people_upper: float = 0.0
    people_at: str = "all postcodes"
    settings: Mapping[str, Any] = field(default_factory=dict)
    sha256: str = ""


def balanced(totals: Totals, what: str) -> Totals:
    """The totals, once they are seen to balance.

    Raises:
        LedgerOpen: they are out by more than 1 part in 10⁹, or one is less than none.
    """
    off = abs(totals.allocated + totals.outside + totals.unplaced - totals.total)
    off = max(off, -totals.allocated, -totals.outside)
    if off > LEDGER_TOLERANCE * max(abs(totals.total), 1e-6):
        raise LedgerOpen(f"{what}: out by {off!r} of {totals.total!r}.", off=off)
    return totals


def distinct(cells: NDArray[np.integer[Any]]) -> NDArray[np.intp]:
    """The different values among ordinals or cells, lowest first.

    Counted, not sorted, where there are thousands of points and as many boundaries; a
    few points among many boundaries are sorted.
    """
    if len(cells) == 0:
        return np.empty(0, np.intp)
    if cells.max() > SORTED_FROM * len(cells):
        return np.unique(cells).astype(np.intp)
    return np.flatnonzero(np.bincount(cells))
