"""Outlines of boundaries for maps of a whole country: few vertices, and no gaps.

An edge that two boundaries share is drawn once and simplified once (coverage
simplification), so that neighbours still meet. Boundaries that overlap have each an
outline of their own.
"""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet
from assetmap.boundaries.store import list_sets
from assetmap.boundaries.tables import BoundaryOutlineRow, BoundaryRow
from assetmap.db.copying import copy_rows, ewkb

MERCATOR = 3857
ZOOMS = (10, 7)
"""The largest zoom that each outline is drawn for, from the finest."""

RADIUS_M = 6_378_137.0
PIXEL_M = np.pi * RADIUS_M / 256
"""The side of a pixel of zoom 0 at the equator, where a tile is drawn 512 wide."""


Outlines = list[tuple[int, NDArray[np.object_]]]
"""Each zoom with the outlines for it, in the order of boundaries."""


def draw(session: Session, row: BoundarySet) -> None:
    """Draw and store the outlines of a set that is stored."""
    found = session.scalars(
        select(func.st_asbinary(BoundaryRow.geom_wgs84))
        .where(BoundaryRow.boundary_set_id == row.id)
        .order_by(BoundaryRow.ordinal)
    ).all()
    shapes = shapely.from_wkb([bytes(each) for each in found])
    store(session, row.id, drawn(shapes, not row.overlapping))


def drawn(shapes: NDArray[np.object_], is_apart: bool) -> Outlines:
    """The outlines of shapes in degrees; ``is_apart``: none overlaps another.

    It may run in a thread of its own: GEOS lets others work meanwhile.
    """
    return list(outlines(in_mercator(shapes), is_apart))


def store(session: Session, set_id: int, found: Outlines) -> None:
    """Store the outlines of a set for each of the zooms."""
    numbers = session.scalars(
        select(BoundaryRow.id)
        .where(BoundaryRow.boundary_set_id == set_id)
        .order_by(BoundaryRow.ordinal)
    ).all()
    columns = ("boundary_id", "boundary_set_id", "most_zoom", "geom")
    types = ("int8", "int8", "int2", "bytea")
    for zoom, shapes in found:
        rows = zip(
            numbers,
            [set_id] * len(numbers),
            [zoom] * len(numbers),
            ewkb(shapes, MERCATOR).tolist(),
            strict=True,
        )
        copy_rows(session, "boundary_outline", columns, types, rows)


def in_mercator(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Shapes in degrees as EPSG:3857 has them."""

    def moved(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
        lon, lat = np.radians(lon_lat[:, 0]), np.radians(lon_lat[:, 1])
        up = RADIUS_M * np.log(np.tan(np.pi / 4 + lat / 2))
        return np.column_stack([RADIUS_M * lon, up])

    found: NDArray[np.object_] = shapely.transform(shapes, moved)
    return found


def outlines(
    shapes: NDArray[np.object_], is_apart: bool
) -> Iterator[tuple[int, NDArray[np.object_]]]:
    """Each zoom with the outlines for it, which are as fine as a pixel there."""
    for zoom in ZOOMS:
        pixel = PIXEL_M / 2**zoom
        shapes = _together(shapes, pixel) if is_apart else _alone(shapes, pixel)
        yield zoom, shapes


def _together(shapes: NDArray[np.object_], pixel: float) -> NDArray[np.object_]:
    """Shapes simplified so that neighbours still meet, where they do.

    Those whose edges do not match well enough may be more than GEOS can put in order.
    """
    try:
        found: NDArray[np.object_] = shapely.coverage_simplify(shapes, pixel)
    except shapely.GEOSException:
        return _alone(shapes, pixel)
    return found


def _alone(shapes: NDArray[np.object_], pixel: float) -> NDArray[np.object_]:
    """Shapes simplified each by itself."""
    found: NDArray[np.object_] = shapely.simplify(shapes, pixel, preserve_topology=True)
    return found


def lacking(session: Session) -> list[BoundarySet]:
    """The sets now serving that have no outlines: loaded by an earlier version."""
    of_set = BoundaryOutlineRow.boundary_set_id
    return [
        row
        for row in list_sets(session)
        if not session.scalar(select(exists().where(of_set == row.id)))
    ]
