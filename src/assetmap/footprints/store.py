"""The only queries of what each population point lies in."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet
from assetmap.boundaries.tables import BoundaryRow
from assetmap.db.copying import copy_rows, raw_connection
from assetmap.db.statements import binary_rows, statement
from assetmap.footprints.coding import Coder, SetParts
from assetmap.footprints.tables import BoundaryTotalRow, MembershipCellRow

_GSS = re.compile(r"[EWSN]\d{8}")


@dataclass(frozen=True)
class Chunks:
    """Population points of stored chunks, end to end; ``sizes`` parts them again."""

    ids: list[int]
    sizes: NDArray[np.intp]
    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    votes: NDArray[np.uint8]
    countries: NDArray[np.bytes_]
    shares: NDArray[np.float64] | None = None

    def parted(self, values: NDArray[Any]) -> Iterator[tuple[int, bytes]]:
        """Each chunk's id with its stretch of values, packed."""
        ends = np.cumsum(self.sizes)
        for chunk, start, end in zip(self.ids, ends - self.sizes, ends, strict=True):
            yield chunk, values[start:end].tobytes()


def all_chunks(session: Session, of_set: int | None = None) -> Chunks:
    """Every population point, or those that stand for blocks of one set."""
    with raw_connection(session).cursor(binary=True) as cursor:
        cursor.execute(
            """
            SELECT id, xs, ys, votes, countries, shares FROM point_chunk
            WHERE %(of_set)s::bigint IS NULL OR boundary_set_id = %(of_set)s
            ORDER BY id
            """,
            {"of_set": of_set},
        )
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [(), (), (), (), (), ()]
    return Chunks(
        list(columns[0]),
        np.array([len(each) // 8 for each in columns[1]], dtype=np.intp),
        np.frombuffer(b"".join(columns[1]), dtype="<f8"),
        np.frombuffer(b"".join(columns[2]), dtype="<f8"),
        np.frombuffer(b"".join(columns[3]), dtype="u1"),
        np.frombuffer(b"".join(columns[4]), dtype="S1"),
        _shares(columns[5], columns[1]),
    )


def _shares(
    packed: Sequence[bytes | None], xs: Sequence[bytes]
) -> NDArray[np.float64] | None:
    """The weights of points, 0 where a chunk has none; None if none has."""
    if not any(packed):
        return None
    whole = [each or bytes(len(x)) for each, x in zip(packed, xs, strict=True)]
    return np.frombuffer(b"".join(whole), dtype="<f8")


def set_parts(
    session: Session, row: BoundarySet, land: shapely.STRtree | None = None
) -> SetParts:
    """The parts of a set's boundaries, as coding needs them."""
    with raw_connection(session).cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT ordinal, st_asbinary(geom) FROM boundary_part"
            " WHERE boundary_set_id = %s ORDER BY id",
            (row.id,),
        )
        found = cursor.fetchall()
    initials = session.execute(
        select(BoundaryRow.ordinal, BoundaryRow.code)
        .where(BoundaryRow.boundary_set_id == row.id)
        .order_by(BoundaryRow.ordinal)
    )
    countries = [b"-"] + [_country(code) for _, code in initials]
    return SetParts(
        np.array([ordinal for ordinal, _ in found], dtype=np.intp),
        shapely.from_wkb([shape for _, shape in found]),
        np.array(countries, dtype="S1"),
        is_single=row.is_single,
        snap_m=row.snap_m,
        land=land,
    )


def _country(code: str) -> bytes:
    """The first letter of a GSS code; ``*`` for a code that tells no country."""
    return code[:1].encode() if _GSS.fullmatch(code) else b"*"


def save_cells(
    session: Session, set_id: int, chunks: Chunks, cells: NDArray[np.int32]
) -> None:
    """Store what the points of chunks lie in, for one set."""
    rows = (
        (chunk, set_id, packed) for chunk, packed in chunks.parted(cells.astype("<i4"))
    )
    columns = ("chunk_id", "boundary_set_id", "cells")
    copy_rows(session, "point_membership", columns, ("int8", "int8", "bytea"), rows)


def save_combinations(session: Session, set_id: int, coder: Coder) -> None:
    """Store the combinations that a coder met, in place of those stored."""
    session.execute(
        delete(MembershipCellRow).where(MembershipCellRow.boundary_set_id == set_id)
    )
    rows = (
        (set_id, cell, list(members)) for members, cell in coder.combinations.items()
    )
    columns = ("boundary_set_id", "cell", "members")
    copy_rows(session, "membership_cell", columns, ("int8", "int4", "int4[]"), rows)


def combinations(session: Session, set_id: int) -> dict[int, tuple[int, ...]]:
    """The boundaries that each combination of a set stands for."""
    rows = session.execute(
        select(MembershipCellRow.cell, MembershipCellRow.members).where(
            MembershipCellRow.boundary_set_id == set_id
        )
    )
    return {cell: tuple(members) for cell, members in rows}


def cells_of(session: Session, set_id: int, chunks: Chunks) -> NDArray[np.int32]:
    """What every point of the chunks lies in, for one set."""
    with raw_connection(session).cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT cells FROM point_membership WHERE boundary_set_id = %s"
            " AND chunk_id = ANY(%s) ORDER BY chunk_id",
            (set_id, chunks.ids),
        )
        packed = b"".join(row[0] for row in cursor.fetchall())
    return np.frombuffer(packed, dtype="<i4")


def save_weights(
    session: Session, count_set_id: int, chunks: Chunks, weights: NDArray[np.float64]
) -> None:
    """Store the weights of points, for one count set."""
    rows = (
        (chunk, count_set_id, packed)
        for chunk, packed in chunks.parted(weights.astype("<f8"))
    )
    columns = ("chunk_id", "count_set_id", "weights")
    copy_rows(session, "point_weight", columns, ("int8", "int8", "bytea"), rows)


def weights_of(
    session: Session, count_set_id: int, chunks: Chunks
) -> NDArray[np.float64]:
    """The weight of every point of the chunks, for one count set."""
    with raw_connection(session).cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT weights FROM point_weight WHERE count_set_id = %s"
            " AND chunk_id = ANY(%s) ORDER BY chunk_id",
            (count_set_id, chunks.ids),
        )
        packed = b"".join(row[0] for row in cursor.fetchall())
    return np.frombuffer(packed, dtype="<f8")


def save_totals(
    session: Session, set_id: int, count_set_id: int, totals: Iterable[float]
) -> None:
    """Store the total of each boundary; place 0 is what lies outside all."""
    session.execute(
        delete(BoundaryTotalRow).where(
            BoundaryTotalRow.boundary_set_id == set_id,
            BoundaryTotalRow.count_set_id == count_set_id,
        )
    )
    rows = ((set_id, count_set_id, place, total) for place, total in enumerate(totals))
    columns = ("boundary_set_id", "count_set_id", "ordinal", "total")
    types = ("int8", "int8", "int4", "float8")
    copy_rows(session, "boundary_total", columns, types, rows)


def forget_points(session: Session) -> None:
    """Drop every membership, weight and total: their points are being replaced."""
    forget = statement("footprints", "forget_memberships").text
    raw_connection(session).execute(forget.encode())


def forget_retired(session: Session) -> None:
    """Drop what was worked out for releases that a newer one has replaced."""
    forget = statement("footprints", "forget_retired").text
    raw_connection(session).execute(forget.encode())


@dataclass(frozen=True)
class BlockAt:
    """A building block, its shape in EPSG:27700, and the places asked that it holds."""

    code: str
    shape: Any
    names: list[str]


def blocks_at(
    session: Session,
    boundary_set_id: int,
    names: Sequence[str],
    easts: Sequence[float],
    norths: Sequence[float],
) -> list[BlockAt]:
    """The blocks of one set that hold some places, by code; places in none are left."""
    rows = binary_rows(
        session,
        "footprints",
        "blocks_at",
        boundary_set_id=boundary_set_id,
        names=list(names),
        easts=list(easts),
        norths=list(norths),
    )
    return [
        BlockAt(code, shapely.from_wkb(bytes(shape)), found)
        for code, shape, found in rows
    ]
