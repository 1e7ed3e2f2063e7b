"""Footprints and sets made of plain shapes, without a database."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from assetmap.assets.model import AssetsInBox
from assetmap.boundaries.quality.coverage import quality
from assetmap.boundaries.quality.ground import ground_of
from assetmap.footprints.model import Footprint
from assetmap.reconciliation.against import against
from assetmap.reconciliation.by_area import areas_of
from assetmap.reconciliation.by_blocks import Blocks
from assetmap.reconciliation.model import Against, BoundaryFacts, Points, Target


def listed(shapes: Sequence[Any]) -> Any:
    found = np.empty(len(shapes), dtype=object)
    found[:] = list(shapes)
    return found


def target(shapes: Mapping[str, Any], name: str = "wards", **more: Any) -> Target:
    """A set of boundaries by code; ``totals`` gives the people of each."""
    codes = sorted(shapes)
    ordered = listed([shapes[code] for code in codes])
    ground = ground_of(ordered)
    cells = ground.cells
    totals = more.pop("totals", {})
    facts = {
        place: BoundaryFacts(code, code, shapes[code].area, totals.get(code, 0.0))
        for place, code in enumerate(codes, 1)
    }
    said = {
        "kind": "ward",
        "title": name,
        "version": 1,
        "made_how": "drawn",
        "overlapping": quality(ordered, ground).overlapping,
        "is_building_block": False,
    }
    return Target(
        name=name,
        ordinals=np.arange(1, len(codes) + 1),
        parts=ordered,
        cell_members=tuple(tuple(m + 1 for m in cell.members) for cell in cells),
        cells=listed([cell.shape for cell in cells]),
        boundaries=facts,
        last_ordinal=len(codes),
        **said | more,
    )


def points(
    footprint: Footprint,
    places: Sequence[tuple[float, float]],
    weights: Sequence[float],
    *targets: Target,
) -> Points:
    """Population points coded by the shapes of the targets themselves."""
    xs, ys = np.array(places, dtype=float).reshape(-1, 2).T
    cells, combinations = {}, {}
    for each in targets:
        cells[each.name], combinations[each.name] = _coded(each, xs, ys)
    membership = footprint.membership_at(xs, ys)
    return Points(np.array(weights, float), membership, cells, combinations)


def _coded(each: Target, xs: Any, ys: Any) -> tuple[Any, dict[int, tuple[int, ...]]]:
    known: dict[tuple[int, ...], int] = {}
    found = []
    for x, y in zip(xs, ys, strict=True):
        inside = shapely.intersects_xy(each.parts, x, y)
        members = tuple((np.flatnonzero(inside) + 1).tolist())
        if not each.overlapping:
            members = members[:1]
        if len(members) > 1:
            number = each.last_ordinal + 1 + len(known)
            found.append(known.setdefault(members, number))
        else:
            found.append(members[0] if members else 0)
    return np.array(found, np.int32), {cell: who for who, cell in known.items()}


NO_ASSETS = AssetsInBox(
    np.empty(0, np.int64), np.empty(0, object), np.empty(0, object), np.empty(0, object)
)


def reconciled(
    footprint: Footprint,
    to: Target,
    population: Points | None = None,
    blocks: Blocks | None = None,
    assets: AssetsInBox = NO_ASSETS,
) -> Against:
    """The footprint against one set."""
    held = population or points(footprint, [], [], to)
    areas = areas_of(footprint, [to])[to.name]
    return against(footprint, to, areas, held, assets, blocks, "people")
