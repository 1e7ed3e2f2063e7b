"""The ground of each neighbourhood at each level that is shown, found out once.

It is kept by what tells it from every other (``mark_of_all``), so that neither a
request for what a client has already nor the next page costs any geometry.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.db.copying import ewkb
from assetmap.neighbourhoods.model import TooFewSketches
from assetmap.neighbourhoods.releases.newest_store import newest_releases
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.export.agreed.mark import mark_of_all
from assetmap.publish.export.agreed.shown import decided, shown_consensus
from assetmap.publish.export.consensus import wanted_of
from assetmap.settings import settings

MOST_KEPT = 8
"""What one process keeps: a newer state of the places, or another reader's."""


class Agreed(NamedTuple):
    """Ground that so large a share of a neighbourhood's drawings hold, or none."""

    fid: str
    slug: str
    name: str
    is_simulated: bool
    level: float | None = None
    sketches: int | None = None
    area_m2: float | None = None
    grid: bytes | None = None
    degrees: bytes | None = None


Columns = Sequence[Sequence[Any]]
"""What ``Agreed`` has, by column."""

_KEPT: OrderedDict[str, Columns] = OrderedDict()


class Levels:
    """The levels of the neighbourhoods that whoever asks may see."""

    def __init__(self, session: Session, rows: Sequence[NeighbourhoodRow]) -> None:
        self._rows = rows
        self._columns: Columns | None = None
        self.mark = mark_of_all(session, rows, wanted_of(settings()))

    def find(self, session: Session) -> None:
        """Find them out, or take those that are kept."""
        if self._columns is not None:
            return
        if self.mark is None:
            self._columns = self._found(session)
            return
        if self.mark not in _KEPT:
            _KEPT[self.mark] = self._found(session)
        while len(_KEPT) > MOST_KEPT:
            _KEPT.popitem(last=False)
        self._columns = _KEPT.get(self.mark) or self._found(session)

    def column(self, at: int) -> list[Any]:
        """One of the columns of ``Agreed``; they are found out by now."""
        return list((self._columns or ())[at])

    def __len__(self) -> int:
        return len((self._columns or ((),))[0])

    def changed(self, session: Session) -> datetime | None:
        """When anything of the places was last published."""
        made = newest_releases(session, [row.id for row in self._rows])
        moments = [each.made_at for each in made.values()]
        return max([*moments, *(row.updated_at for row in self._rows)], default=None)

    def _found(self, session: Session) -> Columns:
        found = [each for row in self._rows for each in _levels(session, row)]
        return list(zip(*found, strict=True)) or [()] * len(Agreed._fields)


def _levels(session: Session, row: NeighbourhoodRow) -> Iterator[Agreed]:
    wanted = decided(row, wanted_of(settings()))
    try:
        found = shown_consensus(session, row, wanted)
    except TooFewSketches:
        yield Agreed(row.slug, row.slug, row.name, row.is_simulated)
        return
    for level, shape in zip(wanted.levels, found.named.levels, strict=True):
        if not shapely.is_empty(shape):
            yield Agreed(
                f"{row.slug}-{level:g}",
                row.slug,
                row.name,
                row.is_simulated,
                level,
                found.named.sketches,
                float(shapely.area(shape)),
                *_stored(shape),
            )


def _stored(shape: Any) -> tuple[bytes, bytes]:
    """A shape on the grid as EWKB, on the grid and in degrees."""
    degrees = crs.wgs84_shapes([shape])
    on_grid = ewkb(np.array([shape], dtype=object), crs.NATIONAL_GRID)
    return bytes(on_grid[0]), bytes(ewkb(degrees, crs.CRS84)[0])
