"""Counts of votes on squares of the National Grid, in tiles of 64 by 64.

A square is in a sketch where its centre is. Tiles have the rows of squares from south
to north, and hold votes in units (``votes``).
"""

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.footprints.consensus.by_area import GRID_M
from assetmap.footprints.consensus.grid import ground_where, runs_of
from assetmap.footprints.consensus.sweep import Ground
from assetmap.footprints.model import TOLERANCE, as_shapes

SIDE = 64
MOST_SQUARES = 4_000_000
"""Squares of a sketch's box, over which nothing is kept: 10 km each way."""

Units = NDArray[np.int32]
Key = tuple[int, int]
Tiles = dict[Key, Units]


class TooWide(Exception):
    """A sketch covers more squares than are kept."""


def laid(shape: Any) -> bytes:
    """A sketch as the squares that it holds: what takes it out again later.

    Raises:
        TooWide: its box has too many squares.
    """
    _, row, start, end = runs_of(as_shapes([shape]), GRID_M)
    if len(row):
        tall, wide = row.max() - row.min() + 1, end.max() - start.min()
        if tall * wide > MOST_SQUARES:
            raise TooWide
    runs = np.column_stack([row, start, end]).astype("<i4")
    return zlib.compress(runs.tobytes(), 1)


def tiles_of(packed: bytes) -> Tiles:
    """The tiles that a laid sketch touches: 1 in each square that it holds."""
    runs = np.frombuffer(zlib.decompress(packed), dtype="<i4").reshape(-1, 3)
    if len(runs) == 0:
        return {}
    row, start, end = runs.T.astype(np.int64)
    south, west = row.min() // SIDE, start.min() // SIDE
    north, east = row.max() // SIDE + 1, (end.max() - 1) // SIDE + 1
    steps = np.zeros(((north - south) * SIDE, (east - west) * SIDE + 1), np.int32)
    np.add.at(steps, (row - south * SIDE, start - west * SIDE), 1)
    np.add.at(steps, (row - south * SIDE, end - west * SIDE), -1)
    held = np.cumsum(steps, axis=1, dtype=np.int32)[:, :-1]
    cut = held.reshape(north - south, SIDE, east - west, SIDE).swapaxes(1, 2)
    return {
        (int(south + at), int(west + along)): cut[at, along]
        for at, along in zip(*np.nonzero(cut.any(axis=(2, 3))), strict=True)
    }


def add(tiles: Tiles, of_sketch: Tiles, units: int) -> None:
    """Add the votes of a sketch to tiles; under 0 takes them out."""
    for key, held in of_sketch.items():
        if key not in tiles:
            tiles[key] = np.zeros((SIDE, SIDE), np.int32)
        tiles[key] += held * np.int32(units)


def packed_tile(tile: Units) -> bytes:
    """A tile as it is stored."""
    return zlib.compress(tile.astype("<i4").tobytes(), 1)


def unpacked_tile(stored: bytes) -> Units:
    """A stored tile, which may be changed."""
    cells = np.frombuffer(zlib.decompress(stored), dtype="<i4")
    return cells.reshape(SIDE, SIDE).copy()


def ground_of(tiles: Mapping[Key, Units], total: int) -> Ground:
    """How much ground, in m², there is at each membership above 0."""
    cells = np.concatenate([each.ravel() for each in tiles.values()])
    found, counts = np.unique(cells[cells > 0], return_counts=True)
    return Ground(found / float(total), counts.astype(float) * GRID_M**2)


def may_show(grid_m: float) -> bool:
    """Whether the centres of squares of a side are centres of those that are kept."""
    return (grid_m / GRID_M) % 2 == 1


def level_ground(
    tiles: Mapping[Key, Units], total: int, level: float, grid_m: float
) -> shapely.MultiPolygon:
    """The whole squares of a side in whose centre p is at least a level.

    The side is one of which ``may_show`` holds.
    """
    times = round(grid_m / GRID_M)
    rows, columns = [], []
    for (south, west), tile in tiles.items():
        first = [(times // 2 - key * SIDE) % times for key in (south, west)]
        some = tile[first[0] :: times, first[1] :: times] / total >= level - TOLERANCE
        at, along = np.nonzero(some)
        rows.append((south * SIDE + first[0] + at * times) // times)
        columns.append((west * SIDE + first[1] + along * times) // times)
    row, column = np.concatenate(rows), np.concatenate(columns)
    order = np.lexsort((column, row))
    row, column = row[order], column[order]
    return ground_where(np.ones(len(row), bool), row, column, column + 1, grid_m)
