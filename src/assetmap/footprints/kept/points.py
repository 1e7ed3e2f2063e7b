"""Votes at population points: which points a sketch holds, and counts at them."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.footprints.kept import store
from assetmap.footprints.points import points_in

Votes = dict[int, NDArray[np.int32]]


def held_by(session: Session, shapes: Any) -> list[bytes]:
    """The points in each shape, as pairs of a chunk and a place in it (int32)."""
    held: list[list[NDArray[np.int64]]] = [[] for _ in shapes]
    if len(shapes) == 0:
        return []
    for chunk, xs, ys in store.chunks_in(
        session, shapely.total_bounds(shapes).tolist()
    ):
        for found, places in zip(held, points_in(shapes, xs, ys), strict=True):
            if len(places):
                found.append(np.column_stack([np.full(len(places), chunk), places]))
    return [
        np.concatenate(found).astype("<i4").tobytes() if found else b""
        for found in held
    ]


def by_chunk(held: bytes) -> dict[int, NDArray[np.int32]]:
    """The places of the points that a sketch holds, chunk by chunk."""
    pairs = np.frombuffer(held, "<i4").reshape(-1, 2)
    return {
        int(chunk): pairs[pairs[:, 0] == chunk, 1] for chunk in np.unique(pairs[:, 0])
    }


def count(votes: Votes, held: bytes, units: int, sizes: Mapping[int, int]) -> None:
    """Add the votes of a sketch at its points; under 0 takes them out."""
    for chunk, places in by_chunk(held).items():
        if chunk not in votes:
            votes[chunk] = np.zeros(sizes[chunk], np.int32)
        votes[chunk][places] += np.int32(units)


def touched(held: Iterable[bytes]) -> set[int]:
    """The chunks that some sketches hold points of."""
    pairs = np.frombuffer(b"".join(held), "<i4").reshape(-1, 2)
    return set(np.unique(pairs[:, 0]).tolist())
