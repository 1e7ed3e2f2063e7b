"""How much work a question is, told before it is begun."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.footprints.model import Footprint
from assetmap.reconciliation import store
from assetmap.sources.days import today

VERTEX = 20
"""What a vertex of a footprint costs, beside a place of postcodes near it."""

RING = 500
"""What each part and each hole of a footprint costs, beside its vertices."""

PIECE = 20
"""What a piece of a boundary costs of the sets that are asked about."""

JOINED = 10
"""What a vertex costs of boundaries that are read and joined, whatever the sets."""

ASSET = 500
"""What an asset costs whose users are asked for."""

PER_SET = 0.5
"""What each set adds to what the footprint alone costs."""

DENSEST_PER_M2 = 600e-6
"""Places of postcodes in a box of 100 km² or more where most are: inner London."""

PIECES_PER_M2 = 60e-6
"""Pieces of a set of boundaries, where they are smallest: blocks of inner London."""

MOST_SETS = 50


Sets = int | Sequence[str] | None
"""Sets by name, or how many that are not looked at; absent: all of today."""


@dataclass(frozen=True)
class Extent:
    """The box in EPSG:27700 around boundaries yet to be joined, and their vertices."""

    bounds: store.Box
    vertices: int


def work_of(
    session: Session,
    footprints: Sequence[Footprint],
    sets: Sets,
    limit: float,
    assets: float = 0,
) -> float:
    """Places of postcodes, vertices and assets to be looked at, and half for each set.

    And the pieces of boundaries near. A million is about a second of one core. Where it
    cannot be over ``limit`` it is told from above, without asking the database.
    ``assets`` are those whose users are asked for.
    """
    more = ASSET * assets + sum(map(_of_shapes, footprints))
    most_sets = MOST_SETS if sets is None else _named(sets)
    guess = more + sum(_most_places(each.bounds) for each in footprints)
    pieces = 0.0 if isinstance(sets, int) else most_sets * _most_pieces(footprints)
    most = guess * _with_sets(most_sets) + pieces
    if most <= limit:
        return most
    found = more + sum(store.count_points(session, each.bounds) for each in footprints)
    pieces = PIECE * _pieces(session, footprints, sets)
    return found * _with_sets(_number(session, sets)) + pieces


def work_of_joining(
    session: Session, extents: Sequence[Extent], sets: Sets, limit: float
) -> float:
    """What boundaries cost that are yet to be joined, and the places around them.

    The vertices of what they make are not known: it costs this at least. As with
    ``work_of`` the database is asked only where it may be over ``limit``.
    """
    joining = float(JOINED * sum(each.vertices for each in extents))
    guess = sum(_most_places(each.bounds) for each in extents)
    most = joining + guess * _with_sets(MOST_SETS if sets is None else _named(sets))
    if most <= limit:
        return most
    places = sum(store.count_points(session, each.bounds) for each in extents)
    return joining + places * _with_sets(_number(session, sets))


def _named(sets: int | Sequence[str]) -> int:
    return sets if isinstance(sets, int) else len(set(sets))


def _number(session: Session, sets: Sets) -> int:
    if sets is not None:
        return _named(sets)
    return len(boundary_store.list_sets(session, today()))


def _with_sets(sets: int) -> float:
    return 1 + PER_SET * sets


def _most_places(bounds: store.Box) -> float:
    west, south, east, north = bounds
    return max((east - west) * (north - south), 1e8) * DENSEST_PER_M2


def _most_pieces(footprints: Sequence[Footprint]) -> float:
    """What the pieces of one set near footprints cost at most."""
    boxes = shapely.box(*np.array([each.bounds for each in footprints]).T)
    return PIECE * PIECES_PER_M2 * float(np.sum(shapely.area(boxes)))


def _pieces(session: Session, footprints: Sequence[Footprint], sets: Sets) -> int:
    if isinstance(sets, int):
        return 0
    found = [each.bounds for each in footprints]
    names = None if sets is None else list(sets)
    return sum(store.count_pieces(session, each, names, today()) for each in found)


def _of_shapes(footprint: Footprint) -> float:
    """Every part and hole is cut up, whatever lies beside it."""
    polygons = shapely.get_parts(footprint.shapes)
    rings = len(polygons) + np.sum(shapely.get_num_interior_rings(polygons)) - 1
    vertices = np.sum(shapely.get_num_coordinates(footprint.shapes))
    return float(VERTEX * vertices + RING * rings)
