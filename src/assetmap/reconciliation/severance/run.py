"""The run that ranks boundary sets by whom they part from the assets they use."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.assets.model import AssetsInBox
from assetmap.assets.near import assets_in_box
from assetmap.boundaries.model import BoundarySet
from assetmap.disclosure import disclosure
from assetmap.jobs.progress import Progress, unseen
from assetmap.reconciliation import store
from assetmap.reconciliation.by_assets import held_by
from assetmap.reconciliation.counting import Counting, counts_for
from assetmap.reconciliation.model import Floats
from assetmap.reconciliation.pcns.told import crisp_networks
from assetmap.reconciliation.places import Place
from assetmap.reconciliation.run import chosen_sets, no_set_holds
from assetmap.reconciliation.severance.across import (
    across_edge,
    by_name,
    picked,
)
from assetmap.reconciliation.severance.assets import (
    OUTSIDE,
    REACH,
    zones_of,
)
from assetmap.reconciliation.severance.demand import Uses, uses_of
from assetmap.reconciliation.severance.found import (
    Distances,
    SetParting,
    Severances,
    rounded_severances,
)
from assetmap.reconciliation.severance.sets import (
    HALF,
    Parting,
    Sided,
    Use,
    own_sides,
    part_by,
)
from assetmap.reconciliation.telling import Telling, telling
from assetmap.sources.days import today

TOLD_EVERY = 50


def sever(
    session: Session,
    place: Place,
    sets: Sequence[str] | None = None,
    as_at: date | None = None,
    distances: Distances | None = None,
    progress: Progress = unseen,
) -> Severances:
    """What each set parts of the assets of which a footprint holds at least half.

    Absent ``sets``: all that hold on the day and are not building blocks.

    Raises:
        BoundarySetNotFound, BoundarySetNotValid: a set is not there on that day.
    """
    far = distances or Distances()
    day = as_at if as_at is not None else today()
    chosen = _parting(session, sets, as_at, day)
    progress("Finding the assets", 0, 0)
    footprint = place.subject.footprint
    counting = counts_for(session, [footprint], as_at)
    around = assets_in_box(session, *_wider(footprint.bounds, far.edge_m), day)
    held = held_by(footprint, around)
    inside = by_name(around, held >= HALF)
    assets = picked(around, inside)
    found, use = _parted(
        session, assets, held[inside], chosen, counting.id, far, progress
    )
    asked = {"as_at": as_at, "day": day, "sets": sets}
    said = _said(place, chosen, counting, around, asked)
    return rounded_severances(
        Severances(
            footprint.label,
            footprint.sha256,
            counting.measure,
            tuple(sorted(found, key=_fewest)),
            assets,
            use.demand,
            use.using,
            across_edge(around, held, place.shown, far.edge_m),
            far,
            said.inputs,
            said.attribution,
            said.notes,
            said.settings,
            place.subject.made,
        ),
        place,
        disclosure(),
    )


def _said(
    place: Place,
    chosen: Sequence[BoundarySet],
    counting: Counting,
    around: AssetsInBox,
    asked: Mapping[str, Any],
) -> Telling:
    return telling(
        counting,
        loads=chosen,
        inputs=place.subject.footprint.inputs,
        said=[row.attribution for row in chosen],
        settings={**asked, **place.subject.settings},
        notes=place.subject.notes,
        last_notes=[*no_set_holds(chosen, asked["day"]), *crisp_networks(chosen)],
        assets=around,
    )


def _parting(
    session: Session, sets: Sequence[str] | None, as_at: date | None, day: date
) -> list[BoundarySet]:
    """The sets asked about; without names those of the day but building blocks."""
    chosen = chosen_sets(session, sets, as_at, day)
    return [row for row in chosen if sets is not None or not row.is_building_block]


def _wider(box: store.Box, by_m: float) -> store.Box:
    return box[0] - by_m, box[1] - by_m, box[2] + by_m, box[3] + by_m


def _fewest(each: SetParting) -> tuple[bool, float, float, str]:
    """The order of sets; by share where nobody tells them apart.

    Last come sets that hold less than half of the use: whom no boundary of a set holds
    it cannot part, and one that is nowhere near would be first of all.
    """
    told = each.parting
    return told.is_beside, told.people_parted, told.severance or 0.0, each.row.name


def _parted(
    session: Session,
    assets: AssetsInBox,
    held: Floats,
    chosen: Sequence[BoundarySet],
    count_set: int,
    said: Distances,
    progress: Progress,
) -> tuple[list[SetParting], Use]:
    """What each set parts, by all who use the assets, wherever they live."""
    if len(assets.ids) == 0:
        nothing = Parting((), None, None, 0.0)
        return [SetParting(row, nothing, (), {}) for row in chosen], Use(
            np.empty(0), 0.0
        )
    near, sided = _sided(session, assets, chosen, count_set, said.bandwidth_m)
    uses = uses_of(assets.shapes, near.xs, near.ys, near.weights, said.bandwidth_m)
    told = _told(uses, len(assets.ids), progress)
    partings, use = part_by(sided, told, held, near.weights)
    facts = store.facts_of(session, _named(chosen, sided, partings), count_set)
    return [
        SetParting(row, parting, each.own, facts.get(row.id, {}))
        for row, parting, each in zip(chosen, partings, sided, strict=True)
    ], use


def _told(uses: Iterator[Uses], assets: int, progress: Progress) -> Iterator[Uses]:
    """Who uses each asset, told every so many assets."""
    for place, each in enumerate(uses):
        if place % TOLD_EVERY == 0:
            progress("Finding who uses what", place, assets)
        yield each


def _sided(
    session: Session,
    assets: AssetsInBox,
    chosen: Sequence[BoundarySet],
    count_set: int,
    bandwidth_m: float,
) -> tuple[store.Near, list[Sided]]:
    """Where users of assets live, and the sides of sets that they and assets are on."""
    west, south, east, north = shapely.total_bounds(assets.shapes).tolist()
    box = (west, south, east, north)
    sizes = {row.id: row.boundaries for row in chosen}
    reach = _wider(box, REACH * bandwidth_m)
    near = store.points_near(session, reach, sizes, count_set)
    ground = store.ground_near(session, box, list(sizes), count_set)
    sided = []
    for row in chosen:
        target = store.target_of(row, ground, {})
        zones = zones_of(near.cells[row.id], near.combinations[row.id])
        sided.append(Sided(zones, own_sides(assets, target)))
    return near, sided


def _named(
    chosen: Sequence[BoundarySet], sided: Sequence[Sided], partings: Sequence[Parting]
) -> list[tuple[int, int]]:
    """The boundaries that an answer names, as set id and ordinal."""
    wanted = set()
    for row, each, parting in zip(chosen, sided, partings, strict=True):
        own = {side for sides in each.own for side in sides}
        used = {one.side for one in parting.assets if one is not None}
        wanted |= {(row.id, side) for side in (own | used) - {OUTSIDE}}
    return sorted(wanted)
