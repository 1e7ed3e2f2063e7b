"""How much work a question is, told before it is begun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.assets.near import count_assets
from assetmap.boundaries import store as boundary_store
from assetmap.footprints.model import Footprint
from assetmap.people.counts import by_preference
from assetmap.reconciliation import store
from assetmap.sources.days import today

VERTEX = 10
"""What a vertex of a footprint costs, beside a place of postcodes near it."""

COMPARED_VERTEX = 40
"""What it costs where two footprints are compared: how far one is from the other, too.
"""

RING = 350
"""What each part and each hole of a footprint costs, beside its vertices."""

PIECE = 30
"""What a piece of a boundary costs of the sets that are asked about."""

BLOCK = 25
"""What a piece of a building block costs that people are counted by, for each set:
bounds on its people come from the ground that both hold."""

CROSSING = 70
"""What it costs where an edge of a footprint goes from one piece of a boundary to the
next: long edges beside each other cut the same pieces again and again."""

JOINED = 10
"""What a vertex costs of boundaries that are read and joined, whatever the sets."""

ASSET = 12
"""What an asset costs that is read."""

USED_ASSET = 500
"""What an asset costs whose users are asked for."""

PER_SET = 0.5
"""What each set adds to what the places and assets near cost."""

SHAPE_PER_SET = 0.25
"""What each set adds to what the footprint's shape costs."""

DENSEST_PER_M2 = 600e-6
"""Places of postcodes in a box of 100 km² or more where most are: inner London."""

PIECES_PER_M2 = 60e-6
"""Pieces of a set of boundaries, where they are smallest: blocks of inner London."""

ASSETS_PER_M2 = 30e-6
"""Assets in a box of 100 km² or more, where most are."""

MOST_SETS, SETS_AS_DENSE = 20, 10
"""Sets where none is named, and those of them whose pieces may be as small as that.
With more, a small footprint costs more than is guessed, and still less than is let."""

Sets = int | Sequence[str] | None
"""Sets by name, or how many that are not looked at; absent: all of today."""


@dataclass(frozen=True)
class Extent:
    """The box in EPSG:27700 around boundaries yet to be joined, and their vertices."""

    bounds: store.Box
    vertices: int


@dataclass(frozen=True)
class Asked:
    """What is asked of footprints: against which sets, on which day.

    ``of_each_asset`` is what one that is near costs: reading it, or who uses it too;
    ``of_each_vertex`` what one of a footprint does. Where it ``has_bounds`` people are
    told with bounds, from the ground of building blocks.
    """

    sets: Sets
    day: date | None = None
    of_each_asset: float = ASSET
    of_each_vertex: float = VERTEX
    has_bounds: bool = True


def work_of(
    session: Session, footprints: Sequence[Footprint], asked: Asked, limit: float
) -> float:
    """Places of postcodes, vertices, pieces of boundaries and assets to be looked at.

    A million is about a second of one core. Where it cannot be over ``limit`` it is
    told from above, without asking the database.
    """
    bounds = [each.bounds for each in footprints]
    shapes = sum(_of_shapes(each, asked.of_each_vertex) for each in footprints)
    near = sum(_most_near(each, asked) for each in bounds)
    most = _with_sets(shapes, near, _most_sets(asked.sets))
    most += sum(_most_pieces(each, asked) for each in footprints)
    if most <= limit:
        return most
    sets = _number(session, asked.sets)
    near = sum(_near(session, each, asked) for each in bounds)
    found = _with_sets(shapes, near, sets)
    return found + sum(_pieces(session, each, asked, sets) for each in footprints)


def work_of_joining(
    session: Session, extents: Sequence[Extent], sets: Sets, limit: float
) -> float:
    """What boundaries cost that are yet to be joined, and the places around them.

    The vertices of what they make are not known: it costs this at least. As with
    ``work_of`` the database is asked only where it may be over ``limit``.
    """
    joining = float(JOINED * sum(each.vertices for each in extents))
    guess = sum(_most_places(each.bounds) for each in extents)
    most = joining + _with_sets(0, guess, _most_sets(sets))
    if most <= limit:
        return most
    places = sum(store.count_points(session, each.bounds) for each in extents)
    return joining + _with_sets(0, places, _number(session, sets))


def _most_sets(sets: Sets) -> int:
    return MOST_SETS if sets is None else _named(sets)


def _named(sets: int | Sequence[str]) -> int:
    return sets if isinstance(sets, int) else len(set(sets))


def _number(session: Session, sets: Sets) -> int:
    if sets is not None:
        return _named(sets)
    return len(boundary_store.list_sets(session, today()))


def _with_sets(shapes: float, places: float, sets: int) -> float:
    return shapes * (1 + SHAPE_PER_SET * sets) + places * (1 + PER_SET * sets)


def _most_places(bounds: store.Box) -> float:
    return max(_area_m2(bounds), 1e8) * DENSEST_PER_M2


def _most_near(bounds: store.Box, asked: Asked) -> float:
    """What the places of postcodes and the assets near a footprint cost at most."""
    assets = asked.of_each_asset * max(_area_m2(bounds), 1e8) * ASSETS_PER_M2
    return _most_places(bounds) + assets


def _near(session: Session, bounds: store.Box, asked: Asked) -> float:
    """What the places of postcodes and the assets near a footprint cost."""
    assets = asked.of_each_asset * count_assets(session, bounds, asked.day)
    return store.count_points(session, bounds) + assets


def _most_pieces(footprint: Footprint, asked: Asked) -> float:
    """What the pieces of boundaries near a footprint cost at most."""
    if isinstance(asked.sets, int):
        return 0.0
    sets = SETS_AS_DENSE if asked.sets is None else _named(asked.sets)
    pieces = PIECES_PER_M2 * _area_m2(footprint.bounds)
    blocks = pieces if asked.has_bounds else 0
    return _of_pieces(footprint, sets * pieces, blocks, sets)


def _pieces(session: Session, footprint: Footprint, asked: Asked, sets: int) -> float:
    """What the pieces of boundaries near a footprint cost."""
    if isinstance(asked.sets, int):
        return 0.0
    bounds = footprint.bounds
    names = None if asked.sets is None else list(asked.sets)
    pieces = store.count_pieces(session, bounds, names, today())
    blocks = _block_pieces(session, bounds, asked.day) if asked.has_bounds else 0
    return _of_pieces(footprint, pieces, blocks, sets)


def _of_pieces(footprint: Footprint, pieces: float, blocks: float, sets: int) -> float:
    """What pieces of sets, and of the blocks that people are counted by, cost.

    Where they are spread evenly a line meets as many as it is long, times the root of
    how many there are to the square metre.
    """
    length_m = float(np.sum(shapely.length(footprint.shapes)))
    to_the_m = np.sqrt(blocks) + np.sqrt(sets * pieces)
    crossings = length_m * to_the_m / np.sqrt(max(_area_m2(footprint.bounds), 1.0))
    met = PIECE * (pieces + blocks) + BLOCK * blocks * sets
    return met + CROSSING * float(crossings)


def _block_pieces(session: Session, bounds: store.Box, day: date | None) -> int:
    """Pieces of the building blocks that people are counted by."""
    counts = next(iter(by_preference(session, day)), None)
    if counts is None or counts.boundary_set_id is None:
        return 0
    blocks = boundary_store.get_set_by_id(session, counts.boundary_set_id)
    return store.count_pieces(session, bounds, [blocks.name], today())


def _area_m2(bounds: store.Box) -> float:
    west, south, east, north = bounds
    return (east - west) * (north - south)


def _of_shapes(footprint: Footprint, of_each_vertex: float) -> float:
    """Every part and hole is cut up, whatever lies beside it."""
    polygons = shapely.get_parts(footprint.shapes)
    rings = len(polygons) + np.sum(shapely.get_num_interior_rings(polygons)) - 1
    vertices = np.sum(shapely.get_num_coordinates(footprint.shapes))
    return float(of_each_vertex * vertices + RING * rings)
