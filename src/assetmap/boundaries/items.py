"""Queries of the boundaries in a set."""

from collections.abc import Container, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundaryNotFound, BoundarySet
from assetmap.boundaries.tables import BoundaryRow
from assetmap.db.statements import binary_rows, statement


def get_boundary(session: Session, row: BoundarySet, code: str) -> BoundaryRow:
    """The boundary of a set with a code.

    Raises:
        BoundaryNotFound: the set has no such code.
    """
    found = session.scalar(
        select(BoundaryRow).where(
            BoundaryRow.boundary_set_id == row.id, BoundaryRow.code == code
        )
    )
    if found is None:
        raise BoundaryNotFound(row.name, code)
    return found


def named_shapes(
    session: Session, row: BoundarySet, codes: Sequence[str]
) -> tuple[list[int], list[str], NDArray[np.object_]]:
    """Ordinals, names and MultiPolygons in EPSG:27700 of boundaries, in their order.

    Raises:
        BoundaryNotFound: the set has not one of the codes.
    """
    rows = session.execute(
        select(
            BoundaryRow.code,
            BoundaryRow.ordinal,
            BoundaryRow.name,
            func.st_asbinary(BoundaryRow.geom),
        ).where(_is_one_of(row, codes))
    )
    found = {code: (ordinal, name, shape) for code, ordinal, name, shape in rows}
    _check_all(row, codes, found)
    ordinals, names, shapes = zip(*(found[each] for each in codes), strict=True)
    made: NDArray[np.object_] = shapely.from_wkb([bytes(each) for each in shapes])
    return list(ordinals), list(names), made


def extent_of(
    session: Session, row: BoundarySet, codes: Sequence[str]
) -> tuple[tuple[float, float, float, float], int]:
    """The box around boundaries in EPSG:27700, and how many vertices they have.

    Raises:
        BoundaryNotFound: the set has not one of the codes.
    """
    rows = session.execute(
        select(
            BoundaryRow.code,
            func.st_xmin(BoundaryRow.geom),
            func.st_ymin(BoundaryRow.geom),
            func.st_xmax(BoundaryRow.geom),
            func.st_ymax(BoundaryRow.geom),
            func.st_npoints(BoundaryRow.geom),
        ).where(_is_one_of(row, codes))
    ).all()
    _check_all(row, codes, {each[0] for each in rows})
    numbers = np.array([each[1:] for each in rows], dtype=float)
    west, south = numbers[:, :2].min(axis=0).tolist()
    east, north = numbers[:, 2:4].max(axis=0).tolist()
    return (west, south, east, north), int(numbers[:, 4].sum())


def box_around(
    session: Session, set_id: int
) -> tuple[float, float, float, float] | None:
    """The box around a whole set in CRS84: west, south, east, north; None if empty."""
    box = func.st_extent(BoundaryRow.geom_wgs84)
    row = session.execute(
        select(
            func.st_xmin(box), func.st_ymin(box), func.st_xmax(box), func.st_ymax(box)
        ).where(BoundaryRow.boundary_set_id == set_id)
    ).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def _is_one_of(row: BoundarySet, codes: Sequence[str]) -> ColumnElement[bool]:
    return and_(BoundaryRow.boundary_set_id == row.id, BoundaryRow.code.in_(codes))


def _check_all(row: BoundarySet, codes: Sequence[str], found: Container[str]) -> None:
    for code in codes:
        if code not in found:
            raise BoundaryNotFound(row.name, code)


def codes_of(session: Session, set_id: int) -> dict[str, int]:
    """The ordinal of each code of a set."""
    rows = session.execute(
        select(BoundaryRow.code, BoundaryRow.ordinal).where(
            BoundaryRow.boundary_set_id == set_id
        )
    )
    return dict(rows.all())


def labels_of(session: Session, set_id: int) -> list[tuple[str, str]]:
    """Code and name of each boundary of a set, by ordinal from 1."""
    rows = session.execute(
        select(BoundaryRow.code, BoundaryRow.name)
        .where(BoundaryRow.boundary_set_id == set_id)
        .order_by(BoundaryRow.ordinal)
    )
    return [(code, name) for code, name in rows]


def geojson_items(
    session: Session,
    row: BoundarySet,
    limit: int,
    after: int = 0,
    offset: int = 0,
    bbox: tuple[float, float, float, float] | None = None,
    codes: Sequence[str] | None = None,
) -> list[tuple[int, str]]:
    """Ordinal and GeoJSON feature (as text) of boundaries after an ordinal."""
    west, south, east, north = bbox if bbox is not None else (None,) * 4
    found = session.execute(
        statement("boundaries", "geojson_items"),
        {
            "boundary_set_id": row.id,
            "after": after,
            "codes": None if codes is None else list(codes),
            "west": west,
            "south": south,
            "east": east,
            "north": north,
            "most": limit,
            "skipped": offset,
        },
    )
    return [(ordinal, feature) for ordinal, feature in found]


def shapes_of(session: Session, set_id: int) -> NDArray[np.object_]:
    """The MultiPolygons of a set in EPSG:27700, by ordinal from 1."""
    rows = binary_rows(session, "boundaries", "shapes_of", boundary_set_id=set_id)
    found: NDArray[np.object_] = shapely.from_wkb([row[0] for row in rows])
    return found


def shapes_at(
    session: Session, set_id: int, ordinals: Sequence[int]
) -> NDArray[np.object_]:
    """The MultiPolygons of some boundaries of a set in EPSG:27700, in their order."""
    rows = session.execute(
        select(BoundaryRow.ordinal, func.st_asbinary(BoundaryRow.geom)).where(
            BoundaryRow.boundary_set_id == set_id,
            BoundaryRow.ordinal.in_(list(ordinals)),
        )
    )
    found = {ordinal: bytes(shape) for ordinal, shape in rows}
    shapes: NDArray[np.object_] = shapely.from_wkb([found[each] for each in ordinals])
    return shapes


def codes_at(session: Session, set_id: int, ordinals: Sequence[int]) -> dict[int, str]:
    """The code of each of some ordinals of a set."""
    rows = session.execute(
        select(BoundaryRow.ordinal, BoundaryRow.code).where(
            BoundaryRow.boundary_set_id == set_id,
            BoundaryRow.ordinal.in_(list(ordinals)),
        )
    )
    return dict(rows.all())
