"""What residents agree on of their neighbourhoods, as features: one for each level.

They come through the same door as the consensus itself, and so show what it shows:
whole squares of what is released, at the levels that the place's stewards let be
shown.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import shapely
from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    Text,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.db.copying import ewkb
from assetmap.neighbourhoods.model import TooFewSketches
from assetmap.neighbourhoods.store import list_neighbourhoods
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.export.agreed.shown import decided, shown_consensus
from assetmap.publish.export.consensus import wanted_of
from assetmap.publish.features.collection import Collection, Column
from assetmap.publish.features.extents import extent_of
from assetmap.settings import settings

NEIGHBOURHOODS = "neighbourhoods"


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


_TYPES: tuple[Any, ...] = (
    Text(),
    Text(),
    Text(),
    Boolean(),
    Float(53),
    BigInteger(),
    Float(53),
    BYTEA(),
    BYTEA(),
)


def neighbourhoods(session: Session) -> Collection:
    """Neighbourhoods at each level that is shown; of few drawings, without ground."""
    found = [
        each for row in list_neighbourhoods(session) for each in _levels(session, row)
    ]
    rows = _rows(found)
    told = rows.c
    shape = func.st_geomfromewkb(told.degrees)
    share = "Share of the drawings that hold the ground, at least"
    return Collection(
        NEIGHBOURHOODS,
        "Neighbourhoods",
        "What residents drew as their neighbourhood: the ground that at least a share "
        "of the drawings hold, in whole squares.",
        (
            Column("neighbourhood", "text", told.slug, "Short name"),
            Column("name", "text", told.name, "Name"),
            Column("level", "number", told.level, share),
            Column("sketches", "whole", told.sketches, "Drawings that are published"),
            Column("area_m2", "number", told.area_m2, "Area in m²"),
            Column("is_simulated", "truth", told.is_simulated, "Whether nobody drew"),
        ),
        rows,
        (),
        told.key,
        Column("id", "text", told.fid, "Short name and level"),
        shape,
        func.st_geomfromewkb(told.grid),
        extent=lambda reading: extent_of(reading, select(shape.label("place"))),
    )


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


def _rows(found: list[Agreed]) -> Any:
    """The rows as a table that a query reads, in their order."""
    keys = cast(literal(list(range(1, len(found) + 1)), ARRAY(BigInteger)), _BIGS)
    turned = list(zip(*found, strict=True)) or [()] * len(_TYPES)
    values = [
        cast(literal(list(each), ARRAY(kind)), ARRAY(kind))
        for each, kind in zip(turned, _TYPES, strict=True)
    ]
    columns = [
        column(name, kind) for name, kind in zip(Agreed._fields, _TYPES, strict=True)
    ]
    unnested = func.unnest(keys, *values)
    table = unnested.table_valued(column("key", BigInteger()), *columns, name="agreed")
    return table.render_derived()


_BIGS = ARRAY(BigInteger)
