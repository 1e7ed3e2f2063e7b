"""The run that compares two places: the method joined to the store."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetmap.assets.near import assets_in_box
from assetmap.boundaries import store as boundary_store
from assetmap.disclosure import Disclosure
from assetmap.footprints.inputs import Input
from assetmap.footprints.model import Footprint
from assetmap.jobs.progress import Progress, unseen
from assetmap.neighbourhoods.releases.model import Release
from assetmap.reconciliation import store
from assetmap.reconciliation.comparison.parts import Comparison, PointsInBoth, compare
from assetmap.reconciliation.counting import Counting, counts_for
from assetmap.reconciliation.gather import membership_near
from assetmap.reconciliation.places import Place
from assetmap.reconciliation.rounding import rounded_comparison, rounding_note
from assetmap.reconciliation.subjects import Subject
from assetmap.reconciliation.telling import Telling, telling
from assetmap.sources.days import today

STEPS = 2


@dataclass(frozen=True)
class Compared:
    """Two footprints compared; ``measure`` says what people stands for.

    ``people_at`` says which postcodes they are counted at, ``made`` of which releases
    of drawings the two are.
    """

    a: Footprint
    b: Footprint
    comparison: Comparison
    measure: str
    inputs: tuple[Input, ...]
    attribution: tuple[str, ...]
    notes: tuple[str, ...]
    settings: Mapping[str, Any]
    people_at: str = "all postcodes"
    made: tuple[Release | None, Release | None] = (None, None)


def compare_places(
    session: Session,
    a: Place,
    b: Place,
    as_at: date | None = None,
    progress: Progress = unseen,
    policy: Disclosure | None = None,
) -> Compared:
    """Two places compared by area, people (or postcodes) and the assets of a day.

    Raises:
        HaloTooSmall: both were drawn, and so few live in what only one of them holds
            that the policy does not tell of them.
    """
    day = as_at if as_at is not None else today()
    first, second = a.subject.footprint, b.subject.footprint
    box = _box(first, second)
    progress("Counting who is in both", 0, STEPS)
    counting = counts_for(session, [first, second], as_at)
    points = _points(session, (a.subject, b.subject), box, counting.id)
    assets = assets_in_box(session, *box, day)
    progress("Measuring the ground in both", 1, STEPS)
    found = compare(first, second, points, assets, (a.shown, b.shown))
    said = telling(
        counting,
        loads=[],
        inputs=[*first.inputs, *second.inputs],
        said=_said(session, (a.subject, b.subject)),
        settings={"as_at": as_at, "day": day, **_asked(a, b)},
        notes=[*a.subject.notes, *b.subject.notes],
        assets=assets,
    )
    if policy is not None and a.is_drawn and b.is_drawn:
        _check_halos(found, policy, counting.measure)
    if policy is not None and counting.counts and (a.is_drawn or b.is_drawn):
        found = rounded_comparison(found, policy)
        if policy.rounds_people:
            said = replace(said, notes=(*said.notes, rounding_note(policy)))
    compared = _compared(found, first, second, counting, said)
    return replace(compared, made=(a.subject.made, b.subject.made))


def _compared(
    found: Comparison, a: Footprint, b: Footprint, counting: Counting, said: Telling
) -> Compared:
    return Compared(
        a,
        b,
        found,
        counting.measure,
        said.inputs,
        said.attribution,
        said.notes,
        said.settings,
        counting.at,
    )


def _check_halos(found: Comparison, policy: Disclosure, measure: str) -> None:
    """Let pass two drawn areas that differ by nobody, or by enough.

    Raises:
        HaloTooSmall: they differ by too few.
    """
    for each in (found.people.only_a, found.people.only_b):
        policy.check_halo(each, measure)


def _asked(a: Place, b: Place) -> dict[str, Any]:
    return {"a": dict(a.subject.settings), "b": dict(b.subject.settings)}


def _box(a: Footprint, b: Footprint) -> store.Box:
    one, other = a.bounds, b.bounds
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _points(
    session: Session,
    subjects: tuple[Subject, Subject],
    box: store.Box,
    count_set: int,
) -> PointsInBoth:
    coded = [each.coded for each in subjects if each.coded is not None]
    rows = [boundary_store.get_set_by_id(session, each.set_id) for each in coded]
    sizes = {row.id: row.boundaries for row in rows}
    near = store.points_near(session, box, sizes, count_set)
    in_a, in_b = (
        membership_near(each.footprint, near, each.coded) for each in subjects
    )
    return PointsInBoth(near.weights, in_a, in_b)


def _said(session: Session, subjects: tuple[Subject, Subject]) -> list[str]:
    """What the sources of two places ask to be said."""
    coded = [each.coded for each in subjects if each.coded is not None]
    said = [
        boundary_store.get_set_by_id(session, each.set_id).attribution for each in coded
    ]
    return said + [each for subject in subjects for each in subject.attribution]
