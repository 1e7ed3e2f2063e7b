"""The only queries of postcodes, population points and counts."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

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


PostcodePlace = tuple[float, float, float, float, str, bool | None, str | None]


def prepare_postcodes(
    session: Session, new: Postcodes, keep_others: bool
) -> tuple[int, str]:
    """Store postcodes beside those that are served, for ``switch_postcodes``.

    With ``keep_others`` the stored ones that the new do not name are taken along.
    Returns how many there will be, and over which people are to be spread.
    """
    session.execute(
        text("CREATE TABLE postcode_new (LIKE postcode INCLUDING DEFAULTS)")
    )
    columns = (
        "postcode",
        "council_code",
        "is_live",
        "ended",
        "is_large_user",
        "grid_quality",
        "weight",
        "geom",
        "geom_wgs84",
    )
    copy_packed(session, "postcode_new", columns, _blocks(new))
    if keep_others:
        session.execute(statement("people", "keep_other_postcodes"))
    ((now, spread_over),) = binary_rows(session, "people", "new_spread_over")
    return now, spread_over


@contextmanager
def indexing_postcodes(session: Session) -> Iterator[None]:
    """Index the prepared postcodes during a block, which may not use the session."""
    connection = raw_connection(session)
    indexes = statement("people", "index_postcodes").text.encode()
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(connection.execute, indexes)
        yield
        done.result()


def switch_postcodes(session: Session) -> None:
    """Put the prepared postcodes in the place of those that are served.

    Whoever reads postcodes waits from here to the end of the transaction.
    """
    _run(session, "switch_postcodes")


def _run(session: Session, name: str) -> None:
    raw_connection(session).execute(statement("people", name).text.encode())


def _blocks(new: Postcodes) -> Iterator[Sequence[Packed]]:
    """Blocks of postcodes whose columns have one width, or are null, throughout."""
    alike = (
        np.char.str_len(new.names),
        np.isfinite(new.east) & np.isfinite(new.lon),
        np.char.str_len(new.councils) == 9,
        new.ended != b"",
        new.is_live >= 0,
        new.is_large >= 0,
        new.quality > 0,
        np.isfinite(new.weights),
    )
    key = np.zeros(len(new.names), dtype=np.int16)
    for each in alike:
        key = key * 2 + each if each.dtype == bool else key * 16 + each
    order = np.argsort(key, kind="stable")
    edges = np.flatnonzero(np.diff(key[order])) + 1
    for rows in np.split(order, edges):
        for some in np.array_split(rows, len(rows) // BATCH + 1):
            if len(some):
                yield _block(new.take(some))


def _block(new: Postcodes) -> Sequence[Packed]:
    """Postcodes as they are sent; the first tells what they all have."""

    def column(values: NDArray[Any], kind: str, is_known: bool) -> Packed:
        return (values, kind) if is_known else (None, "")

    has_place = bool(np.isfinite(new.east[0]) and np.isfinite(new.lon[0]))
    return (
        (new.names, f"S{len(new.names[0])}"),
        column(new.councils, "S9", len(new.councils[0]) == 9),
        column(new.is_live, "u1", new.is_live[0] >= 0),
        column(new.ended, "S7", new.ended[0] != b""),
        column(new.is_large, "u1", new.is_large[0] >= 0),
        column(new.quality, ">i2", new.quality[0] > 0),
        column(new.weights, ">f8", bool(np.isfinite(new.weights[0]))),
        packed_points(new.east, new.north, NATIONAL_GRID) if has_place else (None, ""),
        packed_points(new.lon, new.lat, CRS84) if has_place else (None, ""),
    )


def postcode_places(session: Session, prepared: bool = False) -> Places:
    """Where every postcode that has a place lies: of those served, or prepared."""
    name = "new_postcode_places" if prepared else "postcode_places"
    rows = binary_rows(session, "people", name)
    sizes = [len(row[2]) // 8 for row in rows]
    councils = np.array([row[1] for row in rows], dtype="S9")
    votes = np.array([row[0] for row in rows], dtype=bool)
    return Places(
        np.frombuffer(b"".join(row[2] for row in rows), dtype=">f8").astype(float),
        np.frombuffer(b"".join(row[3] for row in rows), dtype=">f8").astype(float),
        np.repeat(councils, sizes),
        np.repeat(votes, sizes),
        np.frombuffer(b"".join(row[4] for row in rows), dtype=">f8").astype(float),
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
    """Store population points in chunks: those that follow one another."""
    if len(points.xs) == 0:
        return
    columns = (
        "boundary_set_id",
        "points",
        "geom",
        "xs",
        "ys",
        "votes",
        "countries",
        "shares",
    )
    types = ("int8", "int4", *["bytea"] * 6)
    copy_rows(session, "point_chunk", columns, types, _chunks(points, block_set_id))


def _chunks(points: Points, block_set_id: int | None) -> Iterator[Sequence[Any]]:
    starts = np.arange(0, len(points.xs), CHUNK_POINTS)
    sides = (
        (np.minimum, points.xs),
        (np.minimum, points.ys),
        (np.maximum, points.xs),
        (np.maximum, points.ys),
    )
    corners = np.column_stack([how.reduceat(each, starts) for how, each in sides])
    boxes = shapely.box(*(corners + np.array([-0.5, -0.5, 0.5, 0.5])).T)
    for start, box in zip(starts, ewkb(boxes, NATIONAL_GRID), strict=True):
        each = slice(start, start + CHUNK_POINTS)
        yield (
            block_set_id,
            len(points.xs[each]),
            box,
            points.xs[each].astype("<f8").tobytes(),
            points.ys[each].astype("<f8").tobytes(),
            points.votes[each].tobytes(),
            points.countries[each].tobytes(),
            None
            if points.shares is None
            else points.shares[each].astype("<f8").tobytes(),
        )


def places_of(session: Session, names: Sequence[str]) -> dict[str, PostcodePlace]:
    """Easting, northing, longitude, latitude and council of each postcode with a place.

    Last, whether it is live (None where the publisher does not tell), and the month in
    which it ended. Names are as written on letters; those not known are left out.
    """
    rows = binary_rows(session, "people", "places_of", names=list(names))
    return {
        name: (east, north, lon, lat, council, is_live, ended)
        for name, is_live, ended, east, north, lon, lat, council in rows
    }


def grid_and_degrees(
    session: Session, names: Sequence[str]
) -> dict[str, tuple[float, float, float, float]]:
    """Easting, northing, longitude and latitude of each postcode with a place."""
    return {name: found[:4] for name, found in places_of(session, names).items()}
