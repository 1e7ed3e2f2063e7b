"""Catchments by registrations as look-ups write them: by small area, with shares.

A place has every network that serves its small area, not the one whose ground it is on.
Small shares, and networks with fewer than five patients there, are left out.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Lock

import numpy as np
from sqlalchemy.orm import Session

from assetmap.boundaries import items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.footprints.pcns import store as catchments
from assetmap.footprints.pcns.from_registrations import FEWEST_PATIENTS
from assetmap.footprints.pcns.model import REGISTRATIONS, CatchmentSet, Cell
from assetmap.footprints.pcns.registered import NO_PCN
from assetmap.publish.export.lookups.fragments import (
    Fragments,
    catchment_json,
    find_fragments,
    fragments_of,
)

LEAST_SHARE = 0.01
"""A network that serves less of a small area is not told there."""

DECIMALS = 3
MOST_KEPT = 8
"""Sets kept in memory: about 20 MB for one of the whole country."""

WithFragments = tuple[BoundarySet, Fragments]
"""The set in which a place is looked for, and what is told by what it finds there."""

_Load = tuple[int, datetime]
_lock = Lock()
_blocks: dict[_Load, str | None] = {}
_kept: dict[tuple[_Load, _Load], Fragments] = {}


def with_fragments(session: Session, row: BoundarySet) -> WithFragments:
    """A set, or for one by registrations its small areas, with what is told of each."""
    if row.made_how != REGISTRATIONS:
        return row, fragments_of(session, row)
    made = catchments.find_of_set(session, row)
    _blocks[_load(row)] = made.blocks if made else None
    if made is None:
        return row, fragments_of(session, row)
    blocks = boundary_store.get_set(session, made.blocks)
    key = _load(row), _load(blocks)
    with _lock:
        if key not in _kept:
            while len(_kept) >= MOST_KEPT:
                _kept.pop(next(iter(_kept)), None)
            _kept[key] = _written(session, made, blocks)
        return blocks, _kept[key]


def find_with_fragments(
    row: BoundarySet, sets: Sequence[BoundarySet]
) -> WithFragments | None:
    """The same, if it was read before and its small areas are among the sets."""
    name = _blocks.get(_load(row), "") if row.made_how == REGISTRATIONS else None
    if name is None:
        found = find_fragments(row)
        return None if found is None else (row, found)
    blocks = next((each for each in sets if each.name == name), None)
    shares = None if blocks is None else _kept.get((_load(row), _load(blocks)))
    return None if blocks is None or shares is None else (blocks, shares)


def _load(row: BoundarySet) -> _Load:
    return row.id, row.loaded_at


def _written(session: Session, made: CatchmentSet, blocks: BoundarySet) -> Fragments:
    """What is told in each small area, by its ordinal."""
    row = made.boundary_set
    names = {
        code: each.name
        for code, each in catchments.list_catchments(session, made).items()
    }
    served = _served(catchments.cells_told(session, made, FEWEST_PATIENTS, LEAST_SHARE))
    labels = items.labels_of(session, blocks.id)
    json = np.empty(len(labels) + 1, dtype=object)
    json[:] = b""
    for ordinal, (code, _) in enumerate(labels, 1):
        json[ordinal] = b",".join(
            catchment_json(
                row, each.pcn_code, names[each.pcn_code], round(each.share, DECIMALS)
            )
            for each in served.get(code, ())
        )
    return Fragments(row, json, json, json)


def _served(cells: Iterable[Cell]) -> dict[str, list[Cell]]:
    """The networks of each small area, largest share first."""
    found: dict[str, list[Cell]] = {}
    for each in cells:
        if each.pcn_code != NO_PCN:
            found.setdefault(each.block_code, []).append(each)
    for served in found.values():
        served.sort(key=lambda each: (-each.share, each.pcn_code))
    return found
