"""The only queries of what is wrong with boundary sets."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.boundaries.model import BoundarySet
from assetmap.boundaries.quality.discrepancies import Discrepancy, listed
from assetmap.db.copying import copy_rows, ewkb
from assetmap.db.statements import statement

Json = dict[str, Any]

_COLUMNS = {
    "boundary_set_id": "int8",
    "ordinal": "int4",
    "reason": "text",
    "outcome": "text",
    "codes": "text[]",
    "line": "int4",
    "detail": "text",
    "area_m2": "float8",
    "before_m2": "float8",
    "after_m2": "float8",
    "method": "text",
    "geom": "bytea",
    "geom_wgs84": "bytea",
}


def add_discrepancies(
    session: Session, set_id: int, found: Sequence[Discrepancy]
) -> None:
    """Store what is wrong with a set, in the order of a report."""
    kept = listed(found)
    places, degrees = _places(kept)
    rows = (
        (
            set_id,
            place,
            each.reason,
            each.outcome,
            list(each.codes),
            each.line,
            each.detail,
            each.area_m2,
            each.before_m2,
            each.after_m2,
            each.method,
            grid,
            lon_lat,
        )
        for place, (each, grid, lon_lat) in enumerate(
            zip(kept, places, degrees, strict=True), start=1
        )
    )
    if kept:
        columns, types = tuple(_COLUMNS), tuple(_COLUMNS.values())
        copy_rows(session, "boundary_discrepancy", columns, types, rows)


def _places(found: Sequence[Discrepancy]) -> tuple[NDArray[Any], NDArray[Any]]:
    """EWKB of each place in both coordinate systems; None without one."""
    shapes = np.full(len(found), None, dtype=object)
    shapes[:] = [each.shape for each in found]
    degrees = crs.wgs84_shapes(shapes) if len(found) else shapes
    shapes[shapely.is_missing(degrees)] = None
    return ewkb(shapes, crs.NATIONAL_GRID), ewkb(degrees, crs.CRS84)


def list_discrepancies(
    session: Session,
    row: BoundarySet,
    limit: int,
    after: int = 0,
    reasons: Sequence[str] = (),
    with_shapes: bool = False,
    offset: int = 0,
) -> list[Json]:
    """What is wrong with a set, after an ordinal, of some reasons only if given.

    ``geojson`` is GeoJSON text in CRS84 where shapes are asked for.
    """
    found = session.execute(
        statement("boundaries", "discrepancies"),
        {
            "boundary_set_id": row.id,
            "after": after,
            "reasons": list(reasons) or None,
            "most": limit,
            "with_shapes": with_shapes,
            "skipped": offset,
        },
    )
    return [dict(each) for each in found.mappings()]


def shapes_of_discrepancies(
    session: Session, row: BoundarySet, reasons: Sequence[str] = ()
) -> NDArray[np.object_]:
    """The places of the same discrepancies in EPSG:27700; None where there is none."""
    found = session.scalars(
        statement("boundaries", "discrepancy_shapes"),
        {"boundary_set_id": row.id, "reasons": list(reasons) or None},
    )
    shapes: NDArray[np.object_] = shapely.from_wkb(
        [None if each is None else bytes(each) for each in found]
    )
    return shapes
