"""What each place of postcodes lies in, kept in memory for look-ups.

It was found when the set was loaded (``coding``). A load never changes, so what is kept
of one is never wrong: postcodes and sets are told apart by their load. Each of two
million places takes 21 bytes, and 2 or 4 more for each set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet
from assetmap.db.statements import binary_rows
from assetmap.footprints import store

MOST_BYTES = 256_000_000
"""Of the codes that one process keeps: those of fifty sets of a country and more."""

Floats = NDArray[np.float64]
PostcodeLoad = tuple[int, datetime]


@dataclass(frozen=True)
class PostcodePlaces:
    """The distinct places of postcodes, as easting + i northing, in that order.

    ``order`` is where each stands among the stored points, and ``countries`` the first
    letter of its council, or ``?``.
    """

    places: NDArray[np.complex128]
    order: NDArray[np.int32]
    countries: NDArray[np.bytes_]

    def find(self, east: Floats, north: Floats) -> NDArray[np.intp]:
        """Which place each grid point is; -1 where it is none of them."""
        asked = east + 1j * north
        if len(self.places) == 0:
            return np.full(len(asked), -1, dtype=np.intp)
        found = np.searchsorted(self.places, asked)
        found[found == len(self.places)] = 0
        found[self.places[found] != asked] = -1
        return found

    def of_country(
        self, at: NDArray[np.intp], countries: NDArray[np.bytes_]
    ) -> NDArray[np.bool_]:
        """Which of the places found are those of postcodes of these countries.

        Postcodes of two countries at one place would be told apart at sea only.
        """
        if len(self.places) == 0:
            return np.zeros(len(at), dtype=bool)
        asked = np.where(countries == b"", b"?", countries)
        same: NDArray[np.bool_] = (at >= 0) & (self.countries[at] == asked)
        return same

    def find_one(self, east: float, north: float, country: str) -> int | None:
        """Which place a postcode of a country has, if it is one of them."""
        asked = complex(east, north)
        at = int(np.searchsorted(self.places, asked))
        if at == len(self.places) or self.places[at] != asked:
            return None
        return at if self.countries[at] == (country or "?").encode() else None


@dataclass(frozen=True)
class SetCodes:
    """What each place lies in, for one set: 0, an ordinal or a combination's number."""

    cells: NDArray[Any]
    combinations: Mapping[int, tuple[int, ...]]
    boundaries: int

    def ordinals(self, at: int) -> tuple[int, ...]:
        """The boundaries that hold one place, by their order in the set."""
        cell = int(self.cells[at])
        if cell <= self.boundaries:
            return (cell,) if cell else ()
        return self.combinations[cell]


_lock = RLock()
_places: dict[PostcodeLoad, PostcodePlaces] = {}
_codes: dict[tuple[PostcodeLoad, int, datetime], SetCodes] = {}


def postcode_load(session: Session) -> PostcodeLoad | None:
    """What tells the load of postcodes now serving from every other."""
    rows = binary_rows(session, "footprints", "postcode_load")
    return (rows[0][0], rows[0][1]) if rows else None


def places_of(session: Session, load: PostcodeLoad) -> PostcodePlaces:
    """The places of a load of postcodes, which must be the one that is serving."""
    with _lock:
        if load not in _places:
            found = _read_places(session)
            _places.clear()
            _codes.clear()
            _places[load] = found
        return _places[load]


def codes_of(session: Session, load: PostcodeLoad, row: BoundarySet) -> SetCodes | None:
    """What every place lies in, for one set; None if that was not worked out.

    Kept while there is room (``MOST_BYTES``): what was read first makes way.
    """
    key = (load, row.id, row.loaded_at)
    with _lock:
        places = places_of(session, load)
        found = _codes.get(key) or _read_codes(session, places, row)
        if found is not None and key not in _codes:
            _codes[key] = found
            _make_room()
        return found


def _make_room() -> None:
    while sum(each.cells.nbytes for each in _codes.values()) > MOST_BYTES:
        del _codes[next(iter(_codes))]


def find_places(load: PostcodeLoad) -> PostcodePlaces | None:
    """The places of a load of postcodes, if they were read before."""
    return _places.get(load)


def find_codes(load: PostcodeLoad, row: BoundarySet) -> SetCodes | None:
    """What every place lies in, for one set, if it is kept."""
    return _codes.get((load, row.id, row.loaded_at))


def _read_places(session: Session) -> PostcodePlaces:
    rows = binary_rows(session, "footprints", "postcode_chunks")
    places = _joined("<f8", rows, 0) + 1j * _joined("<f8", rows, 1)
    order = np.argsort(places, kind="stable").astype(np.int32)
    return PostcodePlaces(places[order], order, _joined("S1", rows, 2)[order])


def _read_codes(
    session: Session, places: PostcodePlaces, row: BoundarySet
) -> SetCodes | None:
    rows = binary_rows(session, "footprints", "postcode_cells", set_id=row.id)
    stored = _joined("<i4", rows, 0)
    if len(stored) != len(places.places):
        return None
    combinations = store.combinations(session, row.id)
    is_short = row.boundaries + len(combinations) <= np.iinfo(np.uint16).max
    cells = stored[places.order].astype(np.uint16 if is_short else np.int32)
    return SetCodes(cells, combinations, row.boundaries)


def _joined(kind: str, rows: Sequence[tuple[Any, ...]], column: int) -> NDArray[Any]:
    return np.frombuffer(b"".join(row[column] for row in rows), dtype=kind)
