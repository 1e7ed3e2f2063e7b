"""The sketches that count: what a consensus is made from, without who drew them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetmap.neighbourhoods.model import Counted
from assetmap.neighbourhoods.tables import CountedSketchRow


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
            CountedSketchRow.weight_reason,
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
        sorted({(row[2], row[6] or "") for row in rows if row[2] != 1}),
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
