"""Boundary sets and boundaries, and the rules they keep."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.errors import Conflict, Invalid, NotFound

KINDS = (
    "lad",
    "ward",
    "lsoa",
    "msoa",
    "oa",
    "pcn",
    "icb",
    "sub_icb",
    "neighbourhood_team",
    "parish",
    "programme",
    "custom",
)
BUILDING_BLOCKS = ("oa", "lsoa", "msoa")
FREE_KINDS = ("pcn", "programme", "custom")
"""Kinds that are not meant to tile the ground: catchments overlap."""

KIND_NAMES = {
    "lad": "Council",
    "ward": "Ward",
    "parish": "Parish",
    "icb": "ICB",
    "sub_icb": "NHS area (sub-ICB)",
    "pcn": "PCN",
    "neighbourhood_team": "Neighbourhood team",
    "lsoa": "LSOA",
    "msoa": "MSOA",
    "oa": "Output area",
    "programme": "Programme area",
    "custom": "Area",
}
"""What people call each kind, in the order in which they ask."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class BoundarySetNotFound(NotFound):
    """No boundary set has this name."""

    title = "Boundary set not found"

    def __init__(self, name: str) -> None:
        super().__init__(f"No boundary set is called {name!r}.", name=name)


class BoundarySetNotValid(Invalid):
    """The boundary set does not hold on the day that was asked for."""

    title = "Boundary set not valid on that day"

    def __init__(self, name: str, as_at: date) -> None:
        super().__init__(
            f"Boundary set {name!r} does not hold on {as_at}.",
            name=name,
            as_at=as_at.isoformat(),
        )


class BoundaryNotFound(NotFound):
    """No boundary of the set has this code."""

    title = "Boundary not found"

    def __init__(self, boundary_set: str, code: str) -> None:
        super().__init__(
            f"Boundary set {boundary_set!r} has no boundary with code {code!r}.",
            boundary_set=boundary_set,
            code=code,
        )


class BadBoundarySet(Invalid):
    """What is said of a boundary set cannot be."""

    title = "Bad boundary set"


class SeriesOverlap(Conflict):
    """Two sets of one series would hold on the same day."""

    title = "Sets of one series overlap"

    def __init__(self, new: "SetDescription", other: "BoundarySet") -> None:
        if new.valid_from > other.valid_from:
            way_out = f"Load {other.name!r} again with valid_to {new.valid_from} first."
        elif new.valid_from < other.valid_from:
            way_out = f"Give {new.name!r} valid_to {other.valid_from}."
        else:
            way_out = f"Give {new.name!r} another valid_from, or another series."
        super().__init__(
            f"{new.name!r} and {other.name!r} of series {other.series!r} would hold on "
            f"the same day. {way_out}",
            series=other.series,
            sets=[new.name, other.name],
        )


@dataclass(frozen=True)
class SetDescription:
    """What a boundary set says of itself: its kind, dates, source and licence."""

    name: str
    kind: str
    title: str
    valid_from: date
    publisher: str
    licence: str
    attribution: str
    made_how: str
    series: str = ""
    valid_to: date | None = None
    resolution: str = ""
    source: str = ""
    snap_m: float = 0.0
    sha256: str = ""
    note: str = ""
    vintage: str = ""

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.name):
            raise BadBoundarySet(
                f"name {self.name!r} is not lower-case words joined by hyphens.",
                name=self.name,
            )
        if self.kind not in KINDS:
            raise BadBoundarySet(
                f"kind {self.kind!r} is not one of {', '.join(KINDS)}.", kind=self.kind
            )
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise BadBoundarySet(
                f"valid_to {self.valid_to} is not after valid_from {self.valid_from}.",
                valid_from=self.valid_from.isoformat(),
                valid_to=self.valid_to.isoformat(),
            )

    @property
    def is_building_block(self) -> bool:
        """Whether other boundaries are built from this kind."""
        return self.kind in BUILDING_BLOCKS

    @property
    def is_meant_to_tile(self) -> bool:
        """Whether overlaps and gaps between its boundaries are mistakes."""
        return self.kind not in FREE_KINDS


@dataclass(frozen=True)
class BoundarySet:
    """A boundary set as it is stored: what it says of itself and how good it is.

    ``id`` is one load of it; ``version`` counts the loads of its name.
    """

    id: int
    name: str
    series: str
    kind: str
    title: str
    vintage: str
    valid_from: date
    valid_to: date | None
    resolution: str
    made_how: str
    note: str
    publisher: str
    licence: str
    attribution: str
    source: str
    sha256: str
    snap_m: float
    is_building_block: bool
    is_coverage: bool
    overlapping: bool
    boundaries: int
    quality: dict[str, Any]
    version: int
    loaded_by: str
    loaded_at: datetime

    @property
    def is_single(self) -> bool:
        """Whether a place lies in one boundary at most: on an edge, the lowest code.

        Building blocks count everybody once, however carelessly they are drawn.
        """
        return self.is_building_block or not self.overlapping


@dataclass(frozen=True)
class Boundaries:
    """The boundaries of a set, ordered by code, column by column.

    ``shapes`` are MultiPolygons in EPSG:27700 and ``wgs84`` the same in CRS84.
    """

    codes: NDArray[np.object_]
    names: NDArray[np.object_]
    names_cy: NDArray[np.object_]
    shapes: NDArray[np.object_]
    wgs84: NDArray[np.object_]


@dataclass(frozen=True)
class Overlap:
    """A piece of ground that several boundaries of one set hold.

    ``members`` are places in the set's order by code, at least two.
    """

    members: tuple[int, ...]
    shape: Any


@dataclass(frozen=True)
class Quality:
    """What is wrong with a set: kept with it and shown wherever it is described."""

    boundaries: int
    is_coverage: bool
    overlapping: bool
    facts: dict[str, Any] = field(default_factory=dict)
