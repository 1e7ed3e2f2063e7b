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

JOINED = 10
"""What a vertex costs of boundaries that are read and joined, whatever the sets."""

ASSET = 500
"""What an asset costs whose users are asked for."""

PER_SET = 0.5
"""What each set adds to what the footprint alone costs."""

DENSEST_PER_M2 = 600e-6
"""Places of postcodes in a box of 100 km² or more where most are: inner London."""

MOST_SETS = 50


@dataclass(frozen=True)
class Extent:
    """The box in EPSG:27700 around boundaries yet to be joined, and their vertices."""

    bounds: store.Box
    vertices: int


def work_of(
    session: Session,
    footprints: Sequence[Footprint],
    sets: int | None,
    limit: float,
    assets: int = 0,
) -> float:
    """Places of postcodes, vertices and assets to be looked at, and half for each set.

    A million is about a second of one core. Where it cannot be over ``limit`` it is
    told from above, without asking the database. ``sets`` absent: all of today.
    ``assets`` are those whose users are asked for.
    """
    more = ASSET * assets
    guess = more + sum(_guessed(each) for each in footprints)
    most = guess * _with_sets(MOST_SETS if sets is None else sets)
    if most <= limit:
        return most
    found = more + sum(_counted(session, each) for each in footprints)
    return found * _with_sets(_number(session, sets))


def work_of_joining(
    session: Session, extents: Sequence[Extent], sets: int | None, limit: float
) -> float:
    """What boundaries cost that are yet to be joined, and the places around them.

    The vertices of what they make are not known: it costs this at least. As with
    ``work_of`` the database is asked only where it may be over ``limit``.
    """
    joining = float(JOINED * sum(each.vertices for each in extents))
    guess = sum(_most_places(each.bounds) for each in extents)
    most = joining + guess * _with_sets(MOST_SETS if sets is None else sets)
    if most <= limit:
        return most
    places = sum(store.count_points(session, each.bounds) for each in extents)
    return joining + places * _with_sets(_number(session, sets))


def _number(session: Session, sets: int | None) -> int:
    if sets is not None:
        return sets
    return len(boundary_store.list_sets(session, today()))


def _with_sets(sets: int) -> float:
    return 1 + PER_SET * sets


def _most_places(bounds: store.Box) -> float:
    west, south, east, north = bounds
    return max((east - west) * (north - south), 1e8) * DENSEST_PER_M2


def _guessed(footprint: Footprint) -> float:
    return _most_places(footprint.bounds) + VERTEX * _vertices(footprint)


def _counted(session: Session, footprint: Footprint) -> float:
    """A vertex counts only where there is something to be looked at beside it."""
    places = store.count_points(session, footprint.bounds)
    return places + VERTEX * min(_vertices(footprint), places)


def _vertices(footprint: Footprint) -> int:
    return int(np.sum(shapely.get_num_coordinates(footprint.shapes)))
