"""The only queries of the assets near a place, as they may be shown."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import numpy as np
import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetmap.assets.filters import is_open
from assetmap.assets.model import AssetsInBox
from assetmap.assets.tables import ShownAssetRow
from assetmap.crs import NATIONAL_GRID
from assetmap.db.statements import binary_rows
from assetmap.sources.days import today

Box = tuple[float, float, float, float]


def assets_in_box(
    session: Session,
    xmin: float,
    ymin: float,
    xmax: float,
    ymax: float,
    as_at: date | None = None,
) -> AssetsInBox:
    """The assets open on a day that are shown in a box of the grid, or may be."""
    box = {"west": xmin, "south": ymin, "east": xmax, "north": ymax}
    day = as_at or today()
    rows = binary_rows(session, "assets", "open_near", **box, as_at=day)
    near = [row[1:] for row in rows if row[1] is not None]
    ids, names, codes, said, versions, shapes = (
        list(zip(*near, strict=True)) or [()] * 6
    )
    return AssetsInBox(
        np.array(ids, dtype=np.int64),
        np.array(names, dtype=object),
        np.array(codes, dtype=object),
        np.array(shapely.from_wkb(shapes), dtype=object),
        tuple(sorted({each for each in said if each})),
        rows[0][0],
        max(versions, default=1),
        _hash_of(rows),
    )


def count_assets(session: Session, box: Box, as_at: date | None = None) -> int:
    """How many assets ``assets_in_box`` would give."""
    around = func.st_makeenvelope(*box, NATIONAL_GRID)
    query = select(func.count()).where(
        is_open(as_at or today()), ShownAssetRow.shown_geom.op("&&")(around)
    )
    return session.scalar(query) or 0


def _hash_of(rows: Sequence[Sequence[Any]]) -> str:
    """The SHA-256 of rows: the same for the same assets, as they are, and no others."""
    told = sha256()
    for row in rows:
        for each in row:
            part = each if isinstance(each, bytes) else str(each).encode()
            told.update(b"%d:" % len(part))
            told.update(part)
    return told.hexdigest()
