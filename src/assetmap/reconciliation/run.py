"""The run that reconciles a footprint: methods joined to the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.assets import store as asset_store
from assetmap.assets.model import AssetsInBox
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.footprints.model import Footprint
from assetmap.people import store as people_store
from assetmap.people.model import PEOPLE, POSTCODES, CountSet
from assetmap.reconciliation import store
from assetmap.reconciliation.against import against
from assetmap.reconciliation.by_area import Areas, areas_of
from assetmap.reconciliation.by_assets import held_by
from assetmap.reconciliation.by_people import Blocks, blocks_of
from assetmap.reconciliation.model import (
    Floats,
    Points,
    Reconciliation,
    Target,
)


@dataclass(frozen=True)
class Coded:
    """Boundaries that make up a footprint: its points are known by their codes."""

    set_id: int
    ordinals: tuple[int, ...]


def reconcile(
    session: Session,
    footprint: Footprint,
    sets: Sequence[str] | None = None,
    as_at: date | None = None,
    coded: Coded | None = None,
) -> Reconciliation:
    """The footprint against each named set, or every set that holds on the day.

    A set that is named need not hold today, but must on ``as_at`` if that is given.

    Raises:
        BoundarySetNotFound: no set has a name.
        BoundarySetNotValid: a set does not hold on ``as_at``.
    """
    chosen = _chosen(session, sets, as_at)
    counts = people_store.latest_count_set(session)
    rows = _with_blocks(session, chosen, counts)
    sizes = {row.id: row.boundaries for row in rows}
    ground = store.parts_near(session, footprint.bounds, list(sizes))
    box = _box_of_blocks(footprint, rows, ground, counts)
    near = store.points_near(
        session, box, sizes | _size_of(session, coded), counts.id if counts else 0
    )
    membership = _membership(footprint, near, coded)
    targets = _targets(session, footprint, rows, ground, near, counts)
    points = _points(rows, near, membership)
    assets = _assets(session, footprint, as_at)
    areas = areas_of(footprint, list(targets.values()))
    measure = counts.measure if counts else POSTCODES
    blocks = _blocks(rows, targets, areas, footprint, points, counts)
    results = [
        against(
            footprint,
            targets[row.name],
            areas[row.name],
            points,
            assets,
            blocks,
            measure,
        )
        for row in chosen
    ]
    held = near.weights * membership
    return Reconciliation(
        label=footprint.label,
        kind=footprint.kind,
        made_how=footprint.made_how,
        area_m2=footprint.area_m2,
        measure=measure,
        people=float(held.sum()),
        assets=float(held_by(footprint, assets).sum()),
        assets_without_place=asset_store.count_without_place(session, as_at),
        against=tuple(results),
        inputs=_inputs(footprint, chosen, counts),
        attribution=_attribution(chosen, counts, assets),
    )


def _chosen(
    session: Session, sets: Sequence[str] | None, as_at: date | None
) -> list[BoundarySet]:
    if sets is not None:
        named = list(dict.fromkeys(sets))
        return [boundary_store.get_set(session, each, as_at) for each in named]
    day = as_at if as_at is not None else date.today()  # noqa: DTZ011 - a civil date
    return list(boundary_store.list_sets(session, day))


def _with_blocks(
    session: Session, chosen: list[BoundarySet], counts: CountSet | None
) -> list[BoundarySet]:
    """The chosen sets, and the building blocks that the people are counted by."""
    if counts is None or counts.boundary_set_id is None:
        return chosen
    if any(row.id == counts.boundary_set_id for row in chosen):
        return chosen
    block_set = boundary_store.get_set_by_id(session, counts.boundary_set_id)
    return [*chosen, block_set]


def _box_of_blocks(
    footprint: Footprint,
    rows: Sequence[BoundarySet],
    ground: store.Ground,
    counts: CountSet | None,
) -> store.Box:
    """The box of the footprint and of the building blocks that meet its box.

    Bounds on people need every point of a block that the footprint touches.
    """
    box = footprint.bounds
    if counts is None or counts.boundary_set_id is None:
        return box
    near = ground.shapes[ground.sets == counts.boundary_set_id]
    if len(near) == 0:
        return box
    west, south, east, north = shapely.total_bounds(near).tolist()
    return min(west, box[0]), min(south, box[1]), max(east, box[2]), max(north, box[3])


def _size_of(session: Session, coded: Coded | None) -> dict[int, int]:
    """The set of a coded footprint and its number of boundaries."""
    if coded is None:
        return {}
    row = boundary_store.get_set_by_id(session, coded.set_id)
    return {row.id: row.boundaries}


def _membership(footprint: Footprint, near: store.Near, coded: Coded | None) -> Floats:
    """The footprint's membership at each point: by code where it is made of codes."""
    if coded is None:
        return footprint.membership_at(near.xs, near.ys)
    cells = near.cells[coded.set_id]
    combinations = near.combinations[coded.set_id]
    wanted = set(coded.ordinals)
    held = wanted | {
        cell for cell, members in combinations.items() if wanted & set(members)
    }
    return np.isin(cells, list(held)).astype(float)


def _targets(
    session: Session,
    footprint: Footprint,
    rows: Sequence[BoundarySet],
    ground: store.Ground,
    near: store.Near,
    counts: CountSet | None,
) -> dict[str, Target]:
    ids = [row.id for row in rows]
    cells = store.cells_near(session, footprint.bounds, ids)
    wanted = set(zip(ground.sets.tolist(), ground.ordinals.tolist(), strict=True))
    for row in rows:
        for cell in np.unique(near.cells[row.id]).tolist():
            members = near.combinations[row.id].get(cell, (cell,) if cell else ())
            wanted.update((row.id, each) for each in members)
    facts = store.facts_of(session, sorted(wanted), counts.id if counts else 0)
    return {
        row.name: store.target_of(row, ground, cells[row.id], facts.get(row.id, {}))
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


def _blocks(
    rows: Sequence[BoundarySet],
    targets: dict[str, Target],
    areas: dict[str, Areas],
    footprint: Footprint,
    points: Points,
    counts: CountSet | None,
) -> Blocks | None:
    """The blocks that people are counted by; none while only postcodes are counted."""
    if counts is None or counts.measure != PEOPLE:
        return None
    name = next(row.name for row in rows if row.id == counts.boundary_set_id)
    known = targets[name].boundaries.items()
    people = {ordinal: facts.total for ordinal, facts in known}
    return blocks_of(targets[name], areas[name], footprint.weights, points, people)


def _assets(session: Session, footprint: Footprint, as_at: date | None) -> AssetsInBox:
    return asset_store.assets_in_box(session, *footprint.bounds, as_at)


def _inputs(
    footprint: Footprint, chosen: Sequence[BoundarySet], counts: CountSet | None
) -> tuple[tuple[str, int], ...]:
    sets = {row.name: row.version for row in chosen}
    if counts is not None:
        sets[counts.name] = counts.version
    return tuple(sorted({*footprint.inputs, *sets.items()}))


def _attribution(
    chosen: Sequence[BoundarySet], counts: CountSet | None, assets: AssetsInBox
) -> tuple[str, ...]:
    """Every statement that a source asks for, once, in the order of the inputs."""
    said = [row.attribution for row in chosen]
    if counts is not None:
        said.append(counts.attribution)
    said += assets.attributions
    return tuple(dict.fromkeys(each for each in said if each))
