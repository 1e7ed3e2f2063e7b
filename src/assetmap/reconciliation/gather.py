"""What lies near a footprint, gathered from the store in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.footprints.model import Footprint
from assetmap.people.model import CountSet
from assetmap.reconciliation import store
from assetmap.reconciliation.centres import centred_in
from assetmap.reconciliation.counting import Reach, reach_of
from assetmap.reconciliation.model import Floats, Points, Target, distinct


@dataclass(frozen=True)
class Coded:
    """Boundaries that make up a footprint: its points are known by their codes.

    ``weights`` are the membership in each; absent: 1 in all.
    """

    set_id: int
    ordinals: tuple[int, ...]
    weights: tuple[float, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """Sets near a footprint, by name, and the population points near it.

    ``centred`` are the building blocks, by set and ordinal, whose people-weighted
    centre the footprint holds, ``reach`` is how far the counts reach it. ``standing``
    are the points that stand for the people of blocks without a postcode.
    """

    targets: dict[str, Target]
    points: Points
    centred: dict[str, frozenset[int]]
    reach: Reach
    standing: NDArray[np.bool_]


def surroundings(
    session: Session,
    footprint: Footprint,
    chosen: Sequence[BoundarySet],
    counts: CountSet | None,
    coded: Coded | None,
) -> Surroundings:
    """What lies near a footprint of some sets and of those that people are counted by.

    ``coded`` names the boundaries that the footprint is made of, if it is.
    """
    rows = _with_blocks(session, chosen, counts)
    sizes = {row.id: row.boundaries for row in rows} | _size_of(session, coded)
    count_set = counts.id if counts else 0
    ids = [row.id for row in rows]
    blocks = [row for row in rows if row.is_building_block]
    block_ids = [row.id for row in blocks]
    ground = store.ground_near(session, footprint.bounds, ids, count_set, block_ids)
    box = _with_whole_blocks(footprint, ground)
    near = store.points_near(session, box, sizes, count_set)
    membership = membership_near(footprint, near, coded)
    targets = _targets(session, rows, ground, near, membership > 0, count_set)
    points = _points(rows, near, membership)
    centred = {
        row.name: _centres(footprint, row, targets[row.name], near) for row in blocks
    }
    is_in = membership
    if coded is not None:
        is_in = footprint.membership_at(near.xs, near.ys)
    reach = replace(reach_of(near, is_in), standing=0)
    standing = near.standing & (near.weights > 0)
    return Surroundings(targets, points, centred, reach, standing)


def _centres(
    footprint: Footprint, row: BoundarySet, target: Target, near: store.Near
) -> frozenset[int]:
    """The blocks whose centre the footprint holds, by all the points of each."""
    return centred_in(
        footprint, target, near.cells[row.id], near.xs, near.ys, near.weights
    )


def _with_blocks(
    session: Session, chosen: Sequence[BoundarySet], counts: CountSet | None
) -> list[BoundarySet]:
    """The chosen sets, and the building blocks that the people are counted by."""
    if counts is None or counts.boundary_set_id is None:
        return list(chosen)
    if any(row.id == counts.boundary_set_id for row in chosen):
        return list(chosen)
    block_set = boundary_store.get_set_by_id(session, counts.boundary_set_id)
    return [*chosen, block_set]


def _with_whole_blocks(footprint: Footprint, ground: store.Ground) -> store.Box:
    """The box of the footprint and of the building blocks that meet its box.

    Bounds on people, and the centre of a block's people, need every point of a block
    that the footprint touches.
    """
    box, blocks = footprint.bounds, ground.blocks
    if blocks is None:
        return box
    west, south, east, north = blocks
    return min(west, box[0]), min(south, box[1]), max(east, box[2]), max(north, box[3])


def _size_of(session: Session, coded: Coded | None) -> dict[int, int]:
    """The set of a coded footprint and its number of boundaries."""
    if coded is None:
        return {}
    row = boundary_store.get_set_by_id(session, coded.set_id)
    return {row.id: row.boundaries}


def membership_near(
    footprint: Footprint | None, near: store.Near, coded: Coded | None
) -> Floats:
    """The footprint's membership at each point: by code where it is made of codes.

    Only then it may be absent.
    """
    if coded is None:
        if footprint is None:
            return np.zeros(len(near.xs))
        return footprint.membership_at(near.xs, near.ys)
    cells = near.cells[coded.set_id]
    if coded.weights:
        by_cell = np.zeros(max(int(cells.max(initial=0)), *coded.ordinals) + 1)
        by_cell[list(coded.ordinals)] = coded.weights
        weighed: Floats = by_cell[cells]
        return weighed
    combinations = near.combinations[coded.set_id]
    wanted = set(coded.ordinals)
    held = wanted | {
        cell for cell, members in combinations.items() if wanted & set(members)
    }
    return np.isin(cells, list(held)).astype(float)


def _targets(
    session: Session,
    rows: Sequence[BoundarySet],
    ground: store.Ground,
    near: store.Near,
    is_in: NDArray[np.bool_],
    count_set: int,
) -> dict[str, Target]:
    """The sets near a footprint, with all their boundaries that it may share in.

    These have a piece near it, or a point in it: ``is_in`` tells which are.
    """
    unknown = []
    for row in rows:
        combinations, known = near.combinations[row.id], ground.facts[row.id]
        held = distinct(near.cells[row.id][is_in]).tolist()
        members = {each for cell in held for each in combinations.get(cell, (cell,))}
        unknown += [(row.id, each) for each in sorted(members - known.keys() - {0})]
    more = store.facts_of(session, unknown, count_set) if unknown else {}
    return {
        row.name: store.target_of(
            row, ground, {**ground.facts[row.id], **more.get(row.id, {})}
        )
        for row in rows
    }


def _points(
    rows: Sequence[BoundarySet], near: store.Near, membership: Floats
) -> Points:
    return Points(
        near.weights,
        membership,
        {row.name: near.cells[row.id] for row in rows},
        {row.name: near.combinations[row.id] for row in rows},
    )
