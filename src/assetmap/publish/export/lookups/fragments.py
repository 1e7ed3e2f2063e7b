"""Boundaries as answers to look-ups write them, made once for each load of a set.

Answers about ten thousand places are then joined from ready pieces. Kept in memory by
each process, about 400 bytes for a boundary, for as many as ``MOST_BOUNDARIES``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.boundaries import items
from assetmap.boundaries.model import BoundarySet
from assetmap.publish.export.csv_cells import safe_cell
from assetmap.reconciliation.lookups.lookup import Held

MOST_BOUNDARIES = 400_000
"""Every output area of England and Wales, and as many others."""


@dataclass(frozen=True)
class Fragments:
    """Each boundary of a set by ordinal, in JSON and for CSV; place 0 is of none."""

    boundary_set: BoundarySet
    json: NDArray[np.object_]
    codes: NDArray[np.object_]
    names: NDArray[np.object_]


_lock = Lock()
_kept: dict[tuple[int, datetime], Fragments] = {}


def fragments_of(session: Session, row: BoundarySet) -> Fragments:
    """The fragments of a set, made once for each load of it."""
    # One at a time: the first requests after a load come together, and each would take
    # the memory of reading a country.
    with _lock:
        found = find_fragments(row)
        if found is None:
            found = _made(row, items.labels_of(session, row.id))
            _kept[row.id, row.loaded_at] = found
            _make_room()
        return found


def find_fragments(row: BoundarySet) -> Fragments | None:
    """The fragments of a set, if they were made before."""
    return _kept.get((row.id, row.loaded_at))


def _make_room() -> None:
    """Let go of what was made first; other threads may add meanwhile."""
    for key in list(_kept)[:-1]:
        if sum(len(each.json) for each in list(_kept.values())) <= MOST_BOUNDARIES:
            return
        _kept.pop(key, None)


def _made(row: BoundarySet, labels: Sequence[tuple[str, str]]) -> Fragments:
    write = catchment_json if row.kind == "pcn" else boundary_json
    return Fragments(
        row,
        _objects([b"", *(write(row, code, name) for code, name in labels)]),
        _objects(["", *(safe_cell(code) for code, _ in labels)]),
        _objects(["", *(safe_cell(name) for _, name in labels)]),
    )


def boundary_json(row: BoundarySet, code: str, name: str) -> bytes:
    """A boundary that holds a place."""
    said = {"set": row.name, "kind": row.kind, "code": code, "name": name}
    return orjson.dumps(said)


def catchment_json(
    row: BoundarySet, code: str, name: str, share: float | None = None
) -> bytes:
    """A catchment that holds a place, and how far the place belongs to it, if known."""
    said = {
        "set": row.name,
        "code": code,
        "name": name,
        "share": share,
        "made_how": row.made_how,
    }
    return orjson.dumps(said)


def _objects(values: Iterable[Any]) -> NDArray[np.object_]:
    listed = list(values)
    found = np.empty(len(listed), dtype=object)
    found[:] = listed
    return found


def picked(fragments: NDArray[np.object_], held: Held, between: Any) -> list[Any]:
    """The fragment for each place; those of several boundaries joined."""
    most = len(fragments) - 1
    cells = held.cells
    found: list[Any] = fragments[np.where(cells <= most, cells, 0)].tolist()
    joined: dict[int, Any] = {}
    for place in np.flatnonzero(cells > most).tolist():
        cell = int(cells[place])
        if cell not in joined:
            several = [fragments[each] for each in held.combinations[cell]]
            joined[cell] = between.join(several)
        found[place] = joined[cell]
    return found
