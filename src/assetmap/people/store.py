"""The only queries of postcodes, population points and counts."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from assetmap.crs import CRS84, NATIONAL_GRID
from assetmap.db.copying import (
    Packed,
    copy_packed,
    copy_rows,
    ewkb,
    packed_points,
    raw_connection,
)
from assetmap.db.statements import binary_rows, statement
from assetmap.people.model import (
    CHUNK_POINTS,
    Places,
    Points,
    Postcodes,
)
from assetmap.people.tables import (
    PointChunkRow,
    PostcodeRow,
)

BATCH = 200_000
"""Rows or points handled at a time: bounds the memory that they take."""


def prepare_postcodes(session: Session, new: Postcodes, keep_others: bool) -> int:
    """Store postcodes beside those that are served, for ``switch_postcodes``.

    With ``keep_others`` the stored ones that the new do not name are taken along.
    Returns how many there will be.
    """
    session.execute(
        text("CREATE TABLE postcode_new (LIKE postcode INCLUDING DEFAULTS)")
    )
    columns = ("postcode", "council_code", "is_live", "geom", "geom_wgs84")
    copy_packed(session, "postcode_new", columns, _blocks(new))
    if keep_others:
        session.execute(statement("people", "keep_other_postcodes"))
    _run(session, "index_postcodes")
    return session.scalar(text("SELECT count(*) FROM postcode_new")) or 0


def switch_postcodes(session: Session) -> None:
    """Put the prepared postcodes in the place of those that are served.

    Whoever reads postcodes waits from here to the end of the transaction.
    """
    _run(session, "switch_postcodes")


def _run(session: Session, name: str) -> None:
    raw_connection(session).execute(statement("people", name).text.encode())


def _blocks(new: Postcodes) -> Iterator[Sequence[Packed]]:
    """Blocks of postcodes whose columns have one width."""
    lengths = np.char.str_len(new.names)
    placed = np.isfinite(new.east) & np.isfinite(new.lon)
    coded = np.char.str_len(new.councils) == 9
    for length, has_place, has_code, live in itertools.product(
        np.unique(lengths), (True, False), (True, False), (-1, 0, 1)
    ):
        rows = np.flatnonzero(
            (lengths == length)
            & (placed == has_place)
            & (coded == has_code)
            & (new.is_live == live)
        )
        for some in np.array_split(rows, len(rows) // BATCH + 1):
            if len(some):
                yield _block(new.take(some), int(length), has_place, has_code, live)


def _block(
    new: Postcodes, length: int, has_place: bool, has_code: bool, live: int
) -> Sequence[Packed]:
    nothing: Packed = (None, "")
    return (
        (new.names, f"S{length}"),
        (new.councils, "S9") if has_code else nothing,
        (new.is_live, "u1") if live >= 0 else nothing,
        packed_points(new.east, new.north, NATIONAL_GRID) if has_place else nothing,
        packed_points(new.lon, new.lat, CRS84) if has_place else nothing,
    )


def postcode_places(session: Session, prepared: bool = False) -> Places:
    """Where every postcode that has a place lies: of those served, or prepared."""
    name = "new_postcode_places" if prepared else "postcode_places"
    rows = binary_rows(session, "people", name)
    sizes = [len(row[2]) // 8 for row in rows]
    councils = np.array([row[1] for row in rows], dtype="S9")
    live = np.array([-1 if row[0] is None else int(row[0]) for row in rows], np.int8)
    return Places(
        np.frombuffer(b"".join(row[2] for row in rows), dtype=">f8").astype(float),
        np.frombuffer(b"".join(row[3] for row in rows), dtype=">f8").astype(float),
        np.repeat(councils, sizes),
        np.repeat(live, sizes),
    )


def find_postcode(session: Session, name: str) -> PostcodeRow | None:
    """The postcode of a name written as on letters."""
    return session.get(PostcodeRow, name)


def replace_points(session: Session, points: Points) -> None:
    """Store population points in place of those stored for postcodes."""
    session.execute(
        delete(PointChunkRow).where(PointChunkRow.boundary_set_id.is_(None))
    )
    add_points(session, points, None)


def add_points(session: Session, points: Points, block_set_id: int | None) -> None:
    """Store population points in chunks of neighbours."""
    if len(points.xs) == 0:
        return
    order = np.argsort(_along_hilbert(points), kind="stable")
    columns = (
        "boundary_set_id",
        "points",
        "geom",
        "xs",
        "ys",
        "votes",
        "countries",
    )
    types = ("int8", "int4", "bytea", "bytea", "bytea", "bytea", "bytea")
    rows = _chunks(points, order, block_set_id)
    copy_rows(session, "point_chunk", columns, types, rows)


def _along_hilbert(points: Points) -> NDArray[np.int64]:
    """How far along a Hilbert curve each point lies; a batch at a time for memory."""
    whole = (
        points.xs.min(),
        points.ys.min(),
        points.xs.max() + 1,
        points.ys.max() + 1,
    )
    stretches = []
    for start in range(0, len(points.xs), BATCH):
        batch = slice(start, start + BATCH)
        shapes = geopandas.points_from_xy(points.xs[batch], points.ys[batch])
        where = geopandas.GeoSeries(shapes).hilbert_distance(whole, level=16)
        stretches.append(np.asarray(where, dtype=np.int64))
    return np.concatenate(stretches)


def _chunks(
    points: Points, order: NDArray[np.intp], block_set_id: int | None
) -> Iterator[Sequence[Any]]:
    starts = range(0, len(order), CHUNK_POINTS)
    places = [order[start : start + CHUNK_POINTS] for start in starts]
    corners = np.array(
        [
            (
                points.xs[each].min(),
                points.ys[each].min(),
                points.xs[each].max(),
                points.ys[each].max(),
            )
            for each in places
        ]
    )
    boxes = shapely.box(*(corners + np.array([-0.5, -0.5, 0.5, 0.5])).T)
    for each, box in zip(places, ewkb(boxes, NATIONAL_GRID), strict=True):
        yield (
            block_set_id,
            len(each),
            box,
            points.xs[each].astype("<f8").tobytes(),
            points.ys[each].astype("<f8").tobytes(),
            points.votes[each].tobytes(),
            points.countries[each].tobytes(),
        )


def places_of(
    session: Session, names: Sequence[str]
) -> dict[str, tuple[float, float, float, float, str]]:
    """Easting, northing, longitude, latitude and council of each postcode with a place.

    Names are as written on letters; those that are not known are left out.
    """
    rows = binary_rows(session, "people", "places_of", names=list(names))
    return {row[0]: (row[1], row[2], row[3], row[4], row[5]) for row in rows}


def grid_and_degrees(
    session: Session, names: Sequence[str]
) -> dict[str, tuple[float, float, float, float]]:
    """Easting, northing, longitude and latitude of each postcode with a place."""
    return {name: found[:4] for name, found in places_of(session, names).items()}
