"""What residents agree on of their neighbourhoods, as features: one for each level.

They come through the same door as the consensus itself, and so show what it shows:
whole squares of what is released, at the levels that the place's stewards let be
shown.
"""

from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.orm import Session

from assetmap.neighbourhoods.store import list_neighbourhoods
from assetmap.publish.features.agreed_levels import Agreed, Levels
from assetmap.publish.features.collection import Box, Collection, Column
from assetmap.publish.features.extents import extent_of

NEIGHBOURHOODS = "neighbourhoods"

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
    found = Levels(session, list_neighbourhoods(session))
    rows = _rows(found)
    told = rows.c
    shape = func.st_geomfromewkb(told.degrees)
    share = "Share of the drawings that hold the ground, at least"

    def extent(reading: Session) -> Box | None:
        found.find(reading)
        return extent_of(reading, select(shape.label("place")))

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
        extent=extent,
        tag=found.mark,
        changed=found.changed,
        prepare=found.find,
    )


def _rows(found: Levels) -> Any:
    """The rows as a table that a query reads, in their order, once they are found."""
    keys = bindparam(
        None, callable_=lambda: list(range(1, len(found) + 1)), type_=_BIGS
    )
    values = [
        cast(
            bindparam(None, callable_=partial(found.column, at), type_=ARRAY(kind)),
            ARRAY(kind),
        )
        for at, kind in enumerate(_TYPES)
    ]
    columns = [
        column(name, kind) for name, kind in zip(Agreed._fields, _TYPES, strict=True)
    ]
    unnested = func.unnest(cast(keys, _BIGS), *values)
    table = unnested.table_valued(column("key", BigInteger()), *columns, name="agreed")
    return table.render_derived()


_BIGS = ARRAY(BigInteger)
