"""Networks made from registrations, and the patients that they have in blocks."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from assetmap.boundaries.model import BoundarySet
from assetmap.errors import NotFound

REGISTRATIONS = "registrations"


class NoCatchments(NotFound):
    """No set of networks was made from registrations, or none holds on the day."""

    title = "No networks by registrations"


@dataclass(frozen=True)
class CatchmentSet:
    """A set of networks made from registrations."""

    boundary_set: BoundarySet
    blocks: str
    registrations: str
    extract_date: date
    as_at: date
    registered: int
    without_pcn: int
    unplaced: dict[str, int]


@dataclass(frozen=True)
class Catchment:
    """A network of such a set. ``overlaps`` are the largest, with code and overlap."""

    code: str
    name: str
    practices: int
    list_size: int
    unplaced: int
    blocks: int
    registered: int
    resident_fidelity: float | None
    list_fidelity: float | None
    effective_number: float | None
    overlaps: list[dict[str, Any]]


@dataclass(frozen=True)
class Cell:
    """Patients of a network (empty: none) in a block, and the share that they are."""

    block_code: str
    pcn_code: str
    patients: int
    share: float
