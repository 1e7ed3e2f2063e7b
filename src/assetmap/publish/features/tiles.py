"""Vector tiles: the features of a collection that a tile shows, as it shows them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Float,
    SQLColumnExpression,
    Text,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.errors import NotFound
from assetmap.publish.features.collection import Collection, Column, Drawn
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
    drawn = _near(session, collection, tile)
    if drawn is None:
        return b""
    bounds = func.st_tileenvelope(tile.z, tile.x, tile.y)
    fitted = func.st_asmvtgeom(drawn.shape, bounds, EXTENT, BUFFER, True)
    shown = (
        select(
            collection.key.label("fid"),
            *(_said(each).label(each.name) for each in columns),
            fitted.label("shape"),
        )
        .select_from(drawn.rows)
        .where(*collection.holds, *drawn.holds)
        .subquery("shown")
    )
    row: SQLColumnExpression[Any] = literal_column("shown.*")
    written = func.st_asmvt(row, collection.id, EXTENT, "shape", "fid")
    query = select(written).select_from(shown).where(shown.c.shape.is_not(None))
    return bytes(session.scalar(query) or b"")


def _near(session: Session, collection: Collection, tile: Tile) -> Drawn | None:
    """What may be in a tile, as it is drawn at its zoom; None of what has no place."""
    drawn = collection.drawn_at(session, tile.z)
    if drawn is not None:
        around = func.st_tileenvelope(tile.z, tile.x, tile.y, _WORLD, AROUND)
        near = drawn.shape.bool_op("&&")(around)
        return Drawn(drawn.rows, (*drawn.holds, near), drawn.shape)
    if collection.degrees is None:
        return None
    box = func.st_makeenvelope(*tile.degrees(), crs.CRS84)
    near = collection.degrees.bool_op("&&")(box)
    shape: SQLColumnExpression[Any] = func.st_transform(collection.degrees, MERCATOR)
    return Drawn(collection.rows, (near,), shape)


def _said(each: Column) -> SQLColumnExpression[Any]:
    """A value as a tile can hold it: numbers, truth and text."""
    if each.kind == "texts":
        return func.array_to_string(each.said, "; ")
    if each.kind == "number":
        return cast(each.said, Float(53))
    return cast(each.said, Text) if each.kind in ("day", "moment") else each.said
