"""Vector tiles: the features of a collection that a tile shows, as it shows them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Float,
    Integer,
    Select,
    SQLColumnExpression,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.db.glances import Glances
from assetmap.errors import NotFound
from assetmap.publish.features.collection import Collection, Column, Drawn
from assetmap.publish.features.rows import Statement, driven
from assetmap.publish.features.systems import MERCATOR

EXTENT, BUFFER = 4_096, 64
AROUND = BUFFER / EXTENT
DEEPEST = 22

_HALF_M = 20_037_508.342789244
_WORLD = func.st_makeenvelope(-_HALF_M, -_HALF_M, _HALF_M, _HALF_M, MERCATOR)


class TileNotFound(NotFound):
    """The tile matrix set has no such tile."""

    title = "Tile not found"


@dataclass(frozen=True)
class Tile:
    """A tile of WebMercatorQuad, its rows counted from the north.

    Raises:
        TileNotFound: there is none there.
    """

    z: int
    y: int
    x: int

    def __post_init__(self) -> None:
        across = 2 ** max(0, min(self.z, DEEPEST))
        is_in = 0 <= self.x < across and 0 <= self.y < across
        if not (0 <= self.z <= DEEPEST and is_in):
            said = f"There is no tile {self.z}/{self.y}/{self.x}."
            raise TileNotFound(said, z=self.z, y=self.y, x=self.x)

    def degrees(self) -> tuple[float, float, float, float]:
        """The box of the tile and what is drawn around it, in degrees."""
        across = 2**self.z
        west, east = (self.x - AROUND) / across, (self.x + 1 + AROUND) / across
        south, north = (self.y + 1 + AROUND) / across, (self.y - AROUND) / across
        return (
            max(360 * west - 180, -180.0),
            _latitude(south),
            min(360 * east - 180, 180.0),
            _latitude(north),
        )


def _latitude(down: float) -> float:
    """Degrees of a share of the way from the north of Web Mercator to its south."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))


def tile_of(
    session: Session, collection: Collection, tile: Tile, columns: Sequence[Column]
) -> bytes:
    """A Mapbox Vector Tile with one layer; empty where there is nothing to show."""
    collection.prepare(session)
    outlines = collection.drawn_at(session, tile.z)
    drawn = _drawn(collection, outlines)
    if drawn is None:
        return b""
    query = _query(collection, drawn, columns)
    if collection.is_load and (outlines or tile.z > collection.outlined_to):
        _remember(_key(collection, tile, columns), query)
    return bytes(session.scalar(query, _values(tile)) or b"")


async def tile_at_a_glance(
    glances: Glances, collection: Collection, tile: Tile, columns: Sequence[Column]
) -> bytes | None:
    """A tile of a load, if one like it was made before; None where that is not known,
    or the database does not answer."""
    statement = _STATEMENTS.get(_key(collection, tile, columns))
    if statement is None:
        return None
    text, fixed = statement
    rows = await glances.rows_of(text, {**fixed, **_values(tile)})
    return None if rows is None else bytes(rows[0][0] or b"")


_Key = tuple[Collection, int, tuple[str, ...]]
_STATEMENTS: dict[_Key, Statement] = {}
MOST_STATEMENTS = 2_000
"""Those of two dozen sets at every zoom; more begin anew."""


def _key(collection: Collection, tile: Tile, columns: Sequence[Column]) -> _Key:
    return collection, tile.z, tuple(each.name for each in columns)


def _remember(key: _Key, query: Select[Any]) -> None:
    if len(_STATEMENTS) >= MOST_STATEMENTS:
        _STATEMENTS.clear()
    _STATEMENTS[key] = driven(query, _values(Tile(0, 0, 0)))


def _values(tile: Tile) -> dict[str, float]:
    west, south, east, north = tile.degrees()
    box = {"west": west, "south": south, "east": east, "north": north}
    return {"z": tile.z, "x": tile.x, "y": tile.y, **box}


_AT = [bindparam(each, type_=Integer) for each in "zxy"]
_BOX = [bindparam(each, type_=Float) for each in ("west", "south", "east", "north")]


def _query(
    collection: Collection, drawn: Drawn, columns: Sequence[Column]
) -> Select[Any]:
    """What asks for a tile, whose place is bound.

    The offset keeps PostgreSQL from fitting each shape twice: to see whether it is
    there, and to show it.
    """
    bounds = func.st_tileenvelope(*_AT)
    fitted = func.st_asmvtgeom(drawn.shape, bounds, EXTENT, BUFFER, True)
    shown = (
        select(
            collection.key.label("fid"),
            *(_said(each).label(each.name) for each in columns),
            fitted.label("shape"),
        )
        .select_from(drawn.rows)
        .where(*collection.holds, *drawn.holds)
        .offset(literal_column("0"))
        .subquery("shown")
    )
    row: SQLColumnExpression[Any] = literal_column("shown.*")
    written = func.st_asmvt(row, collection.id, EXTENT, "shape", "fid")
    return select(written).select_from(shown).where(shown.c.shape.is_not(None))


def _drawn(collection: Collection, outlines: Drawn | None) -> Drawn | None:
    """What may be in a tile, as outlines or in full; None of what has no place."""
    if outlines is not None:
        around = func.st_tileenvelope(*_AT, _WORLD, AROUND)
        near = outlines.shape.bool_op("&&")(around)
        return Drawn(outlines.rows, (*outlines.holds, near), outlines.shape)
    if collection.degrees is None:
        return None
    near = collection.degrees.bool_op("&&")(func.st_makeenvelope(*_BOX, crs.CRS84))
    shape: SQLColumnExpression[Any] = func.st_transform(collection.degrees, MERCATOR)
    return Drawn(collection.rows, (near,), shape)


def _said(each: Column) -> SQLColumnExpression[Any]:
    """A value as a tile can hold it: numbers, truth and text."""
    if each.kind == "texts":
        return func.array_to_string(each.said, "; ")
    if each.kind == "number":
        return cast(each.said, Float(53))
    return cast(each.said, Text) if each.kind in ("day", "moment") else each.said
