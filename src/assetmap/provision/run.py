"""The run that says what the assets of a footprint and around it amount to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.assets.model import AssetsInBox
from assetmap.assets.near import assets_in_box
from assetmap.assets.store import check_category, list_categories
from assetmap.boundaries import store as boundary_store
from assetmap.disclosure import disclosure
from assetmap.footprints.model import as_shapes
from assetmap.jobs.progress import Progress, unseen
from assetmap.people.deprivation.model import DeprivationSet
from assetmap.people.vintages import told_if_later
from assetmap.provision.found import Ledger, Provision, rounded_provision
from assetmap.provision.gradient import Gradient, gradient
from assetmap.provision.ranks import NO_SCORES, Ranks, newest, ranks_at
from assetmap.provision.reach import (
    WITHIN_M,
    Mask,
    Reach,
    in_category,
    reach_of,
    within_reach,
)
from assetmap.reconciliation import store
from assetmap.reconciliation.by_assets import held_by
from assetmap.reconciliation.counting import Counting, counts_for
from assetmap.reconciliation.counting import reach_of as counted_at
from assetmap.reconciliation.gather import membership_near
from assetmap.reconciliation.model import Floats, Shapes
from assetmap.reconciliation.subjects import Subject
from assetmap.reconciliation.telling import Telling, telling
from assetmap.sources.days import today

NONE_NEAR = "No open asset is shown in it or near it."
NOT_PLACED = (
    "Assets shown at no place, which may be in it or near it: {number:,}. They are not "
    "counted."
)


@dataclass(frozen=True)
class Asked:
    """What is asked: of which categories, how far is within reach, on which day.

    Absent ``categories``: those of the open assets in the footprint and near it.
    """

    categories: Sequence[str] | None = None
    within_m: float = WITHIN_M
    at: date | None = None


@dataclass(frozen=True)
class _Around:
    """The people of a footprint by place, ranked where they are, and the assets."""

    held: Floats
    points: Shapes
    ranks: Ranks | None
    assets: AssetsInBox
    in_it: Floats
    ledger: Ledger


def check_categories(session: Session, categories: Sequence[str] | None) -> None:
    """Let pass only categories that are known.

    Raises:
        UnknownCategory: one is not.
    """
    for each in categories or ():
        check_category(session, each)


def provision_of(
    session: Session, subject: Subject, asked: Asked, progress: Progress = unseen
) -> Provision:
    """What the assets amount to for the people of a footprint.

    Raises:
        UnknownCategory: a category is not known.
    """
    check_categories(session, asked.categories)
    counting = counts_for(session, [subject.footprint], asked.at)
    progress("Reading who lives there, and the assets", 0, 2)
    around = _around(session, subject, counting, asked)
    progress("Finding who has them in reach", 1, 2)
    reaches, nears = _reaches(session, around, asked)
    ranks = around.ranks
    said = _said(subject, counting, around, asked)
    found = Provision(
        subject,
        counting.measure,
        float(around.held.sum()),
        counting.at,
        asked.within_m,
        reaches,
        tuple(_gradient(around, each) for each in nears),
        _below(around.held, nears),
        None if ranks is None else ranks.ranked(around.held),
        around.ledger,
        said.inputs,
        said.attribution,
        said.notes,
        said.settings,
    )
    return rounded_provision(found, disclosure())


def _around(
    session: Session, subject: Subject, counting: Counting, asked: Asked
) -> _Around:
    """All that is read: who lives in a footprint, how deprived, and the assets."""
    scores = newest(session, asked.at)
    near = _near(session, subject, counting, scores)
    membership = membership_near(subject.footprint, near, subject.coded)
    inside = np.flatnonzero(membership > 0)
    assets = _assets(session, subject, asked)
    counted = counted_at(near, membership)
    ranks = None
    if scores is not None:
        cells = near.cells[scores.boundary_set_id][inside]
        ranks = ranks_at(session, scores, cells)
    return _Around(
        (near.weights * membership)[inside],
        as_shapes(shapely.points(near.xs[inside], near.ys[inside])),
        ranks,
        assets,
        held_by(subject.footprint, assets),
        Ledger(
            counted.places, counted.uncounted, len(assets.ids), assets.without_place
        ),
    )


def _near(
    session: Session,
    subject: Subject,
    counting: Counting,
    scores: DeprivationSet | None,
) -> store.Near:
    """The places near a footprint, with the blocks of scores that they lie in."""
    ids = {scores.boundary_set_id} if scores else set()
    ids |= {subject.coded.set_id} if subject.coded else set()
    rows = [boundary_store.get_set_by_id(session, each) for each in sorted(ids)]
    sizes = {row.id: row.boundaries for row in rows}
    return store.points_near(session, subject.footprint.bounds, sizes, counting.id)


def _assets(session: Session, subject: Subject, asked: Asked) -> AssetsInBox:
    """The assets in a footprint and as far around it as is within reach."""
    west, south, east, north = subject.footprint.bounds
    far = asked.within_m
    box = (west - far, south - far, east + far, north + far)
    return assets_in_box(session, *box, asked.at or today())


def _reaches(
    session: Session, around: _Around, asked: Asked
) -> tuple[tuple[Reach, ...], list[Mask]]:
    """Each category, and at which places one of it is in reach."""
    assets, codes = around.assets, around.assets.categories.tolist()
    parents = {each.code: each.parent_code for each in list_categories(session)}
    wanted = dict.fromkeys(asked.categories or sorted(set(codes)))
    reaches, nears = [], []
    for category in wanted:
        which = in_category(codes, category, parents)
        near = within_reach(around.points, assets.shapes[which], asked.within_m)
        number = float(around.in_it[which].sum())
        reaches.append(reach_of(category, number, around.held, near))
        nears.append(near)
    return tuple(reaches), nears


def _below(held: Floats, nears: Sequence[Mask]) -> float | None:
    """The people out of reach of at least one category; None without categories."""
    if not nears:
        return None
    return float(held[~np.logical_and.reduce(nears)].sum())


def _gradient(around: _Around, near: Mask) -> Gradient | None:
    ranks = around.ranks
    if ranks is None:
        return None
    known = ranks.order > 0
    return gradient(near[known].astype(float), around.held[known], ranks.order[known])


def _said(
    subject: Subject, counting: Counting, around: _Around, asked: Asked
) -> Telling:
    loads = [] if around.ranks is None else around.ranks.loads
    told = {"at": asked.at, "day": asked.at or today(), "categories": asked.categories}
    return telling(
        counting,
        loads=loads,
        inputs=subject.footprint.inputs,
        said=[*subject.attribution, *(each.attribution for each in loads)],
        settings={**told, **subject.settings},
        notes=subject.notes,
        last_notes=_last_notes(around, asked),
        assets=around.assets,
    )


def _last_notes(around: _Around, asked: Asked) -> Iterator[str]:
    """What is to be said of the scores and the assets."""
    ranks, assets = around.ranks, around.assets
    if ranks is None:
        yield NO_SCORES
    else:
        vintage = ranks.scores.vintage
        yield from told_if_later("Scores of deprivation", vintage, asked.at)
    if assets.without_place:
        yield NOT_PLACED.format(number=assets.without_place)
    if len(assets.ids) == 0:
        yield NONE_NEAR
