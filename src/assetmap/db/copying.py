"""Bulk rows by binary COPY.

A column is a numpy array. Fixed-width columns are packed by numpy for all rows at
once, which is what makes millions of rows take seconds; the general case goes row by
row through psycopg.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy.orm import Session

_HEADER = b"PGCOPY\n\xff\r\n\0" + (0).to_bytes(4, "big") + (0).to_bytes(4, "big")
_TRAILER = (-1).to_bytes(2, "big", signed=True)
_EWKB_POINT = 0x20000001

Packed = tuple[NDArray[Any] | None, str]
"""A column's values and the numpy type of its wire form; no values: all null."""


def raw_connection(session: Session) -> psycopg.Connection[Any]:
    """The psycopg connection of a session's transaction."""
    raw: psycopg.Connection[Any] = session.connection().connection.driver_connection  # type: ignore[assignment]
    return raw


def copy_rows(
    session: Session,
    table: str,
    columns: Sequence[str],
    types: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Add rows to a table; a geometry is given as EWKB bytes with type ``bytea``."""
    statement = _statement(table, columns)
    with raw_connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def copy_packed(
    session: Session,
    table: str,
    columns: Sequence[str],
    blocks: Iterable[Sequence[Packed]],
) -> None:
    """Add blocks of rows in which each column has one width throughout the block."""
    statement = _statement(table, columns)
    with raw_connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(_HEADER)
        for block in blocks:
            copy.write(_packed(block))
        copy.write(_TRAILER)


def packed_rows(
    session: Session, query: sql.Composable, columns: Sequence[tuple[str, str]]
) -> NDArray[Any]:
    """The rows of a query by name and numpy type, none of them null, by binary COPY.

    Every column has one width: rows are cut by numpy all at once.
    """
    fields: list[tuple[str, str]] = [("count", ">i2")]
    for name, kind in columns:
        fields += [(f"length of {name}", ">i4"), (name, kind)]
    statement = sql.SQL("COPY ({}) TO STDOUT WITH (FORMAT BINARY)").format(query)
    with raw_connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        sent = b"".join(copy)
    return np.frombuffer(sent[len(_HEADER) : -len(_TRAILER)], dtype=np.dtype(fields))


def _statement(table: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


def _packed(block: Sequence[Packed]) -> bytes:
    """The wire form of a block of rows: a count, then a length and value for each."""
    fields: list[tuple[str, str]] = [("count", ">i2")]
    for place, (values, kind) in enumerate(block):
        fields.append((f"length{place}", ">i4"))
        if values is not None:
            fields.append((f"value{place}", kind))
    rows = len(next(values for values, _ in block if values is not None))
    packed = np.zeros(rows, dtype=np.dtype(fields))
    packed["count"] = len(block)
    for place, (values, kind) in enumerate(block):
        packed[f"length{place}"] = -1 if values is None else np.dtype(kind).itemsize
        if values is not None:
            packed[f"value{place}"] = values
    return packed.tobytes()


def packed_points(x: NDArray[Any], y: NDArray[Any], srid: int) -> Packed:
    """A column of EWKB points."""
    kind = np.dtype(
        [("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")]
    )
    points = np.zeros(len(x), dtype=kind)
    points["order"], points["type"], points["srid"] = 1, _EWKB_POINT, srid
    points["x"], points["y"] = x, y
    return np.frombuffer(points.tobytes(), dtype=f"V{kind.itemsize}"), "V25"


def ewkb(shapes: Any, srid: int) -> NDArray[np.object_]:
    """EWKB bytes of shapes, as a geometry column takes them in a binary COPY."""
    named = shapely.set_srid(np.asarray(shapes, dtype=object), srid)
    found: Any = shapely.to_wkb(named, include_srid=True)
    result: NDArray[np.object_] = found
    return result
