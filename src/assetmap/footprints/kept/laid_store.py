"""The only queries of what single sketches are laid as."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from assetmap.footprints.kept.store import drawn_in, rows_of, run

__all__ = ["Laid", "drawn_in", "drop_laid", "laid_of", "save_laid"]


class Laid(NamedTuple):
    """A sketch on squares and points, and what it has in common with others."""

    id: int
    version: int
    turn: int
    runs: bytes
    points: bytes
    others: bytes
    shared_m2: bytes


def laid_of(
    session: Session, neighbourhood_id: int, ids: Sequence[int] | None = None
) -> dict[int, Laid]:
    """What sketches are laid as, by id: some of them, or all."""
    rows = rows_of(
        session,
        "SELECT sketch_id, version, turn, runs, points, others, shared_m2"
        " FROM sketch_laid WHERE neighbourhood_id = %s"
        " AND (%s::bigint[] IS NULL OR sketch_id = ANY(%s::bigint[]))",
        neighbourhood_id,
        ids,
        ids,
    )
    return {row[0]: Laid(*row) for row in rows}


def save_laid(session: Session, neighbourhood_id: int, laid: Iterable[Laid]) -> None:
    """Store what sketches are laid as, in place of what they were before."""
    columns = [list(each) for each in zip(*laid, strict=True)] or [[]] * 7
    run(
        session,
        "INSERT INTO sketch_laid (neighbourhood_id, sketch_id, version, turn, runs,"
        " points, others, shared_m2)"
        " SELECT %s, sent.* FROM unnest(%s::bigint[], %s::int[], %s::int[],"
        " %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[]) AS sent"
        " ON CONFLICT (sketch_id) DO UPDATE SET version = excluded.version,"
        " turn = excluded.turn,"
        " runs = excluded.runs, points = excluded.points, others = excluded.others,"
        " shared_m2 = excluded.shared_m2",
        neighbourhood_id,
        *columns,
    )


def drop_laid(session: Session, ids: Sequence[int]) -> None:
    """Drop what sketches are laid as."""
    run(session, "DELETE FROM sketch_laid WHERE sketch_id = ANY(%s)", list(ids))
