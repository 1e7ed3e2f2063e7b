"""A footprint against one set after another, by what was read once for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy.orm import Session

from assetmap.assets.model import AssetsInBox
from assetmap.boundaries.model import BoundarySet
from assetmap.footprints.model import Footprint
from assetmap.footprints.pcns.from_registrations import FEWEST_PATIENTS
from assetmap.footprints.pcns.model import CatchmentSet
from assetmap.footprints.pcns.registered import NO_PCN
from assetmap.people.model import PEOPLE, POSTCODES, CountSet
from assetmap.reconciliation.against import Found, exact_limits, told
from assetmap.reconciliation.by_area import Areas, Ground, areas_on, ground_of
from assetmap.reconciliation.by_assets import assets_of, held_by
from assetmap.reconciliation.by_blocks import Blocks, Limits, blocks_of, bounds
from assetmap.reconciliation.by_people import People, people_of
from assetmap.reconciliation.gather import Coded, Surroundings
from assetmap.reconciliation.model import Against, BoundaryFacts, Floats, Target
from assetmap.reconciliation.overlap import Places
from assetmap.reconciliation.pcns import store as network_store
from assetmap.reconciliation.pcns.graded import Networks, shared_out


@dataclass(frozen=True)
class Around:
    """A footprint, the sets and points near it, and what it holds of assets and blocks.

    ``areas`` are its overlaps by area with each set, by name.
    """

    footprint: Footprint
    near: Surroundings
    counts: CountSet | None
    assets: AssetsInBox
    held_assets: Floats
    areas: Mapping[str, Areas]
    blocks: Blocks | None

    @property
    def measure(self) -> str:
        """What is counted: people, or postcodes."""
        return self.counts.measure if self.counts else POSTCODES

    @cached_property
    def people(self) -> dict[str, People]:
        """Its overlaps by people with each set, by name."""
        points, targets = self.near.points, self.near.targets
        return {name: people_of(points, each) for name, each in targets.items()}

    @cached_property
    def limits(self) -> dict[str, Limits]:
        """The least and the most people of those overlaps."""
        if self.blocks is None:
            return {name: exact_limits(each) for name, each in self.people.items()}
        estimates = {name: each.overlap for name, each in self.people.items()}
        targets = list(self.near.targets.values())
        return bounds(self.blocks, self.near.points, targets, estimates, self.areas)

    def found(self, name: str) -> Found:
        """What it shares with each boundary of a set."""
        target = self.near.targets[name]
        assets = assets_of(self.footprint, self.assets, target, self.held_assets)
        return Found(self.areas[name], self.people[name], assets, self.limits[name])


def around_of(
    footprint: Footprint,
    near: Surroundings,
    counts: CountSet | None,
    assets: AssetsInBox,
    coded: Coded | None,
) -> Around:
    """What is the same whichever set is asked about."""
    ground = ground_of(footprint, list(near.targets.values()))
    return Around(
        footprint,
        near,
        counts,
        assets,
        held_by(footprint, assets),
        areas_on(footprint, ground),
        _blocks(ground, footprint, counts, coded),
    )


def _blocks(
    ground: Ground,
    footprint: Footprint,
    counts: CountSet | None,
    coded: Coded | None,
) -> Blocks | None:
    """The blocks that people are counted by; none while only postcodes are counted."""
    if counts is None or counts.measure != PEOPLE:
        return None
    target = next(
        each for each in ground.targets if each.set_id == counts.boundary_set_id
    )
    is_made_of = coded is not None and coded.set_id == target.set_id
    made_of = coded.ordinals if coded and is_made_of else ()
    return blocks_of(target, footprint, ground, made_of)


def limits_of(around: Around) -> tuple[float, float]:
    """The fewest and the most people of the footprint: whole blocks, blocks touched."""
    blocks, points = around.blocks, around.near.points
    if blocks is None:
        whole = points.total
        return whole, whole
    found = around.limits[blocks.target.name].values()
    return sum(lower for lower, _ in found), sum(upper for _, upper in found)


def held_at_one_point(around: Around) -> tuple[int, int]:
    """Of the blocks with people that are touched: those without a postcode, and all."""
    blocks, points = around.blocks, around.near.points
    if blocks is None:
        return 0, 0
    cells = points.cells[blocks.target.name]
    last = max(blocks.target.last_ordinal, int(cells.max(initial=0)))
    touched = np.zeros(last + 1, dtype=bool)
    touched[blocks.block] = True
    touched[cells[points.inside]] = True
    alone = np.zeros(len(touched), dtype=bool)
    alone[cells[around.near.standing]] = True
    peopled = np.zeros(len(touched), dtype=bool)
    facts = blocks.target.boundaries.items()
    peopled[[each for each, fact in facts if fact.total > 0]] = True
    peopled[0] = False
    found = touched & peopled
    return int(np.sum(found & alone)), int(np.sum(found))


def against_set(around: Around, name: str, slivers: bool) -> Against:
    """The footprint against a set whose boundaries have edges."""
    target = around.near.targets[name]
    centred = around.near.centred.get(name, frozenset())
    return told(
        around.footprint,
        target,
        around.found(name),
        around.assets,
        around.measure,
        centred,
        slivers,
    )


def against_networks(
    session: Session, around: Around, made: CatchmentSet, slivers: bool
) -> Against:
    """The footprint against networks, each by its share of the patients of a place."""
    of_blocks = around.found(made.blocks)
    networks = _networks(session, around, made, of_blocks)
    found = shared_out(networks, of_blocks)
    footprint, target = around.footprint, networks.target
    return told(footprint, target, found, around.assets, around.measure, (), slivers)


def _networks(
    session: Session, around: Around, made: CatchmentSet, found: Found
) -> Networks:
    """The networks of the small areas that a footprint meets."""
    blocks = around.near.targets[made.blocks]
    met = {*found.areas.overlap_m2, *found.people.overlap, *found.limits}
    met |= {*found.assets.ordinal.tolist()}
    ordinals = sorted(met)
    place = {blocks.boundaries[each].code: at for at, each in enumerate(ordinals)}
    cells = network_store.cells_of(session, made.boundary_set.id, list(place))
    block = np.array([place[each] for each in cells.block], dtype=np.intp)
    is_few = cells.patients < FEWEST_PATIENTS
    is_without = ~is_few & (cells.network == NO_PCN)
    is_told = ~(is_without | is_few)
    codes = sorted(set(cells.network[is_told]))
    counts = around.counts.id if around.counts else 0
    facts = network_store.facts_of_networks(
        session, made.boundary_set.id, blocks.set_id, codes, counts
    )
    number = {each.code: ordinal for ordinal, each in enumerate(facts, 1)}
    return Networks(
        _target(made.boundary_set, facts),
        np.array(ordinals, dtype=np.intp),
        block[is_told],
        np.array([number[each] for each in cells.network[is_told]], dtype=np.intp),
        cells.share[is_told],
        _by_block(block, cells.share * is_without, len(ordinals)),
        _by_block(block, cells.share * is_few, len(ordinals)),
        np.bincount(block, minlength=len(ordinals)) > 0,
    )


def _by_block(block: Places, share: Floats, blocks: int) -> Floats:
    """Shares added up by small area."""
    result = np.zeros(blocks)
    np.add.at(result, block, share)
    return result


def _target(row: BoundarySet, facts: tuple[BoundaryFacts, ...]) -> Target:
    """A set of networks, those that are met, without ground of their own."""
    nothing = np.empty(0, dtype=object)
    return Target(
        row.name,
        row.kind,
        row.title,
        row.version,
        row.made_how,
        False,
        False,
        np.empty(0, dtype=np.intp),
        nothing,
        (),
        nothing,
        dict(enumerate(facts, 1)),
        len(facts),
        row.attribution,
        row.id,
        True,
    )
