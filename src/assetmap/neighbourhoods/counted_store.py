"""The sketches that count: what a consensus is made from, without who drew them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assetmap.neighbourhoods.model import Counted
from assetmap.neighbourhoods.tables import CountedSketchRow

_WEIGHTS = text("SELECT weight, reason FROM access.weights_told(:place)")


class Weight(NamedTuple):
    """A weight other than one, and why it is."""

    weight: float
    reason: str


def weights(session: Session, neighbourhood_id: int) -> list[Weight]:
    """The weights other than one of the drawings that count, with their reasons."""
    rows = session.execute(_WEIGHTS, {"place": neighbourhood_id})
    return [Weight(*row) for row in rows]


class Members(NamedTuple):
    """Sketches that count, in a fixed order, without their shapes."""

    ids: NDArray[np.int64]
    versions: NDArray[np.int64]
    votes: NDArray[np.float64]
    years_lived: list[float | None]


def members(session: Session, neighbourhood_id: int) -> Members:
    """The sketches that count, without their shapes."""
    rows = session.execute(
        select(
            CountedSketchRow.id,
            CountedSketchRow.version,
            CountedSketchRow.weight,
            CountedSketchRow.years_lived,
        )
        .where(CountedSketchRow.neighbourhood_id == neighbourhood_id)
        .order_by(CountedSketchRow.id)
    ).all()
    return Members(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=float),
        [row[3] for row in rows],
    )


def counted(session: Session, neighbourhood_id: int) -> Counted:
    """The latest sketch of each resident who has not withdrawn, in a fixed order."""
    rows = session.execute(
        select(
            CountedSketchRow.id,
            CountedSketchRow.version,
            CountedSketchRow.weight,
            CountedSketchRow.years_lived,
            func.ST_AsBinary(CountedSketchRow.geom),
            CountedSketchRow.answered,
        )
        .where(CountedSketchRow.neighbourhood_id == neighbourhood_id)
        .order_by(CountedSketchRow.id)
    ).all()
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = shapely.from_wkb([bytes(row[4]) for row in rows])
    return Counted(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        shapes,
        np.array([row[2] for row in rows], dtype=float),
        [row[3] for row in rows],
        [row[5] or {} for row in rows],
    )


def shapes_of(
    session: Session, neighbourhood_id: int, ids: Sequence[int]
) -> NDArray[np.object_]:
    """The shapes of some of the sketches that count, by id."""
    rows = session.execute(
        select(CountedSketchRow.id, func.ST_AsBinary(CountedSketchRow.geom))
        .where(CountedSketchRow.neighbourhood_id == neighbourhood_id)
        .where(CountedSketchRow.id.in_(ids))
        .order_by(CountedSketchRow.id)
    ).all()
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = shapely.from_wkb([bytes(row[1]) for row in rows])
    return shapes
