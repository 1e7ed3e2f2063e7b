"""The box that features lie in, and when they last changed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assetmap.publish.features.collection import Box


def extent_of(session: Session, shapes: Select[Any]) -> Box | None:
    """West, south, east and north in degrees of what a query gives; None of nothing."""
    found = shapes.subquery()
    (place,) = found.c
    around = select(func.st_extent(place).label("box")).select_from(found).subquery()
    sides = (func.st_xmin, func.st_ymin, func.st_xmax, func.st_ymax)
    row = session.execute(select(*(side(around.c.box) for side in sides))).one()
    if row[0] is None:
        return None
    west, south, east, north = row
    return west, south, east, north


def newest(moments: Any) -> Callable[[Session], datetime | None]:
    """What finds the newest moment of a column, as whoever asks may see its rows."""
    return lambda session: session.scalar(select(func.max(moments)))
