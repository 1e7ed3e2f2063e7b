"""How much work a question is, told before it is begun."""

from collections.abc import Sequence

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.footprints.model import Footprint
from assetmap.reconciliation import store
from assetmap.sources.days import today

VERTEX = 20
"""What a vertex of a footprint costs, beside a place of postcodes near it."""

PER_SET = 0.5
"""What each set adds to what the footprint alone costs."""

DENSEST_PER_M2 = 600e-6
"""Places of postcodes in a box of 100 km² or more where most are: inner London."""

MOST_SETS = 50


def work_of(
    session: Session, footprints: Sequence[Footprint], sets: int | None, limit: float
) -> float:
    """Places of postcodes and vertices to be looked at, once and half for each set.

    A million is about a second of one core. Where it cannot be over ``limit`` it is
    told from above, without asking the database. ``sets`` absent: all of today.
    """
    guess = sum(_guessed(each) for each in footprints)
    most = guess * (1 + PER_SET * (MOST_SETS if sets is None else sets))
    if most <= limit:
        return most
    if sets is None:
        sets = len(boundary_store.list_sets(session, today()))
    found = sum(_counted(session, each) for each in footprints)
    return found * (1 + PER_SET * sets)


def _guessed(footprint: Footprint) -> float:
    west, south, east, north = footprint.bounds
    ground = max((east - west) * (north - south), 1e8)
    return ground * DENSEST_PER_M2 + VERTEX * _vertices(footprint)


def _counted(session: Session, footprint: Footprint) -> float:
    """A vertex counts only where there is something to be looked at beside it."""
    places = store.count_points(session, footprint.bounds)
    return places + VERTEX * min(_vertices(footprint), places)


def _vertices(footprint: Footprint) -> int:
    return int(np.sum(shapely.get_num_coordinates(footprint.shapes)))
