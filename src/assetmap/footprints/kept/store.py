"""The only queries of what is kept of a consensus."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.db.copying import raw_connection
from assetmap.db.statements import binary_rows
from assetmap.footprints.kept.squares import Key, Tiles, packed_tile, unpacked_tile

Numbers = NDArray[np.int64]
_TABLES = ("consensus_square", "consensus_point", "sketch_laid")


class Kept(NamedTuple):
    """Ids, versions and votes of the sketches that are kept, and at which points."""

    members: Numbers | None
    points: str | None
    turn: int


def drawn_in(session: Session) -> list[int]:
    """The neighbourhoods that a sketch was written of in this transaction."""
    return [each for (each,) in rows_of(session, "SELECT unnest(access.drawn_in())")]


def kept_of(session: Session, neighbourhood_id: int) -> Kept:
    """Of which sketches counts are kept; without members none are."""
    rows = rows_of(
        session,
        "SELECT members, points, turn FROM consensus_kept WHERE neighbourhood_id = %s",
        neighbourhood_id,
    )
    if not rows or rows[0][0] is None:
        return Kept(None, None, rows[0][2] if rows else 0)
    members, points, turn = rows[0]
    return Kept(np.frombuffer(members, "<i8").reshape(3, -1), points, turn)


def save_kept(session: Session, neighbourhood_id: int, kept: Kept) -> None:
    """Store of which sketches counts are kept."""
    members = None if kept.members is None else kept.members.astype("<i8").tobytes()
    run(
        session,
        "UPDATE consensus_kept SET members = %s, points = %s, turn = %s"
        " WHERE neighbourhood_id = %s",
        members,
        kept.points,
        kept.turn,
        neighbourhood_id,
    )


def forget(session: Session, neighbourhood_id: int) -> None:
    """Drop all counts of a neighbourhood."""
    was = kept_of(session, neighbourhood_id)
    if was.members is None:
        return
    turn = was.turn
    save_kept(session, neighbourhood_id, Kept(None, None, turn))
    for table in _TABLES:
        statement = f"DELETE FROM {table} WHERE neighbourhood_id = %s"  # noqa: S608
        run(session, statement, neighbourhood_id)


def points_loaded(session: Session) -> str:
    """What tells the population points that are loaded from any others."""
    ((count, newest),) = rows_of(
        session, "SELECT count(*), coalesce(max(id), 0) FROM point_chunk"
    )
    return f"{count} {newest}"


def all_tiles(session: Session, neighbourhood_id: int) -> Tiles:
    """Votes on all squares."""
    rows = rows_of(
        session,
        "SELECT north, east, units FROM consensus_square WHERE neighbourhood_id = %s",
        neighbourhood_id,
    )
    return {(north, east): unpacked_tile(units) for north, east, units in rows}


def tiles_at(session: Session, neighbourhood_id: int, keys: Iterable[Key]) -> Tiles:
    """Votes on the squares of some tiles, of those that there are."""
    north, east = _columns(keys)
    rows = rows_of(
        session,
        "SELECT kept.north, kept.east, kept.units FROM consensus_square AS kept"
        " INNER JOIN unnest(%s::int[], %s::int[]) AS asked (north, east)"
        " ON kept.north = asked.north AND kept.east = asked.east"
        " WHERE kept.neighbourhood_id = %s",
        north,
        east,
        neighbourhood_id,
    )
    return {(north, east): unpacked_tile(units) for north, east, units in rows}


def save_tiles(session: Session, neighbourhood_id: int, tiles: Tiles) -> None:
    """Store tiles; those without a vote are dropped."""
    full = {key: packed_tile(each) for key, each in tiles.items() if each.any()}
    north, east = _columns(full)
    run(
        session,
        "INSERT INTO consensus_square (neighbourhood_id, north, east, units)"
        " SELECT %s, sent.north, sent.east, sent.units"
        " FROM unnest(%s::int[], %s::int[], %s::bytea[]) AS sent (north, east, units)"
        " ON CONFLICT (neighbourhood_id, north, east)"
        " DO UPDATE SET units = excluded.units",
        neighbourhood_id,
        north,
        east,
        list(full.values()),
    )
    north, east = _columns(tiles.keys() - full.keys())
    run(
        session,
        "DELETE FROM consensus_square USING unnest(%s::int[], %s::int[])"
        " AS gone (north, east) WHERE neighbourhood_id = %s"
        " AND consensus_square.north = gone.north"
        " AND consensus_square.east = gone.east",
        north,
        east,
        neighbourhood_id,
    )


def chunks_in(
    session: Session, box: Sequence[float]
) -> list[tuple[int, NDArray[np.float64], NDArray[np.float64]]]:
    """Ids and points of the chunks that a box may hold points of."""
    west, south, east, north = box
    rows = binary_rows(
        session,
        "footprints",
        "chunks_in_box",
        west=west,
        south=south,
        east=east,
        north=north,
    )
    return [
        (chunk, np.frombuffer(xs, "<f8"), np.frombuffer(ys, "<f8"))
        for chunk, xs, ys in rows
    ]


def chunk_sizes(session: Session, chunks: Iterable[int]) -> dict[int, int]:
    """How many points chunks have, by id."""
    asked = list(chunks)
    rows = rows_of(
        session, "SELECT id, points FROM point_chunk WHERE id = ANY(%s)", asked
    )
    return dict(rows)


def votes_at(
    session: Session, neighbourhood_id: int, chunks: Iterable[int]
) -> dict[int, NDArray[np.int32]]:
    """Votes at the points of some chunks, of those that are kept."""
    rows = rows_of(
        session,
        "SELECT chunk_id, units FROM consensus_point"
        " WHERE neighbourhood_id = %s AND chunk_id = ANY(%s)",
        neighbourhood_id,
        list(chunks),
    )
    return {chunk: np.frombuffer(units, "<i4").copy() for chunk, units in rows}


def save_votes(
    session: Session, neighbourhood_id: int, votes: Mapping[int, NDArray[np.int32]]
) -> None:
    """Store votes at the points of chunks."""
    run(
        session,
        "INSERT INTO consensus_point (neighbourhood_id, chunk_id, units)"
        " SELECT %s, sent.chunk, sent.units"
        " FROM unnest(%s::bigint[], %s::bytea[]) AS sent (chunk, units)"
        " ON CONFLICT (neighbourhood_id, chunk_id)"
        " DO UPDATE SET units = excluded.units",
        neighbourhood_id,
        list(votes),
        [each.astype("<i4").tobytes() for each in votes.values()],
    )


def points_kept(
    session: Session, neighbourhood_id: int, count_set: int
) -> list[tuple[int, bytes, bytes | None]]:
    """Chunk, votes and weights in a count set, of every chunk that is kept."""
    rows: list[Any] = binary_rows(
        session,
        "footprints",
        "kept_at_points",
        neighbourhood_id=neighbourhood_id,
        count_set=count_set,
    )
    return rows


def _columns(keys: Iterable[Key]) -> tuple[list[int], list[int]]:
    listed = list(keys)
    return [north for north, _ in listed], [east for _, east in listed]


def rows_of(session: Session, statement: str, *values: object) -> list[Any]:
    """The rows of a statement, sent as bytes."""
    with raw_connection(session).cursor(binary=True) as cursor:
        return cursor.execute(statement.encode(), values).fetchall()


def run(session: Session, statement: str, *values: object) -> None:
    """Run a statement that gives no rows."""
    raw_connection(session).execute(statement.encode(), values)
