"""Queries of prepared edges: made once, when a set is loaded."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries.model import BoundarySet
from assetmap.db.copying import copy_rows, raw_connection
from assetmap.footprints.areas.edges import (
    Edges,
    SharedGround,
    edges_of,
    packed,
    shared_ground_of,
    unpacked,
)

Shapes = NDArray[np.object_]

_COLUMNS = ("boundary_set_id", "is_shared", "block", "counts", "edges")
_TYPES = ("int8", "bool", "int4", "bytea", "bytea")


def prepare_edges(session: Session, row: BoundarySet) -> None:
    """Store the edges of a set's boundaries and of the ground that several hold."""
    session.flush()
    shapes = boundary_items.shapes_of(session, row.id)
    for is_shared, each in ((False, shapes), (True, shared_shapes(session, row.id))):
        blocks = enumerate(packed(edges_of(each)))
        rows = ((row.id, is_shared, place, *block) for place, block in blocks)
        copy_rows(session, "boundary_edges", _COLUMNS, _TYPES, rows)


def edges_of_set(session: Session, row: BoundarySet) -> Edges:
    """The prepared edges of a set's boundaries, by ordinal from 1 in place 0.

    Of a set that was loaded before there were any they are prepared now.
    """
    found = _stored(session, row.id, is_shared=False)
    if len(found) == row.boundaries:
        return found
    return edges_of(boundary_items.shapes_of(session, row.id))


def shared_ground_of_set(session: Session, row: BoundarySet) -> SharedGround:
    """The ground that several boundaries of a set hold; no piece where none do."""
    with raw_connection(session).cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT members FROM overlap_cell WHERE boundary_set_id = %s ORDER BY id",
            (row.id,),
        )
        members = [each[0] for each in cursor.fetchall()]
    edges = _stored(session, row.id, is_shared=True)
    if len(edges) != len(members):
        edges = edges_of(shared_shapes(session, row.id))
    return shared_ground_of(edges, members)


def _stored(session: Session, set_id: int, *, is_shared: bool) -> Edges:
    with raw_connection(session).cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT counts, edges FROM boundary_edges"
            " WHERE boundary_set_id = %s AND is_shared = %s ORDER BY block",
            (set_id, is_shared),
        )
        return unpacked(cursor.fetchall())


def shared_shapes(session: Session, set_id: int) -> Shapes:
    """The pieces of ground that several boundaries hold, as shapes in EPSG:27700."""
    with raw_connection(session).cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT st_asbinary(geom) FROM overlap_cell"
            " WHERE boundary_set_id = %s ORDER BY id",
            (set_id,),
        )
        found: Any = shapely.from_wkb([each[0] for each in cursor.fetchall()])
    shapes: Shapes = np.asarray(found, dtype=object)
    return shapes
