"""The run that reconciles a footprint: methods joined to the store."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from assetmap.assets.near import assets_in_box
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.disclosure import disclosure
from assetmap.footprints.model import Footprint
from assetmap.footprints.pcns import store as catchments
from assetmap.footprints.pcns.model import CatchmentSet
from assetmap.jobs.progress import Progress, unseen
from assetmap.people.counts import by_preference
from assetmap.people.model import CountSet
from assetmap.reconciliation.around import (
    Around,
    against_networks,
    against_set,
    around_of,
    held_at_one_point,
    limits_of,
)
from assetmap.reconciliation.counting import Counting, choose, standing_note
from assetmap.reconciliation.gather import Coded, Surroundings, surroundings
from assetmap.reconciliation.model import Against, Reconciliation
from assetmap.reconciliation.pcns.told import networks_told
from assetmap.reconciliation.rounding import rounded
from assetmap.reconciliation.telling import Telling, telling
from assetmap.sources.days import today


def reconcile(
    session: Session,
    footprint: Footprint,
    sets: Sequence[str] | None = None,
    as_at: date | None = None,
    coded: Coded | None = None,
    slivers: bool = False,
    progress: Progress = unseen,
) -> Reconciliation:
    """The footprint against each named set, or every set that holds on the day.

    A set that is named need not hold today, but must on ``as_at`` if that is given.
    ``slivers`` has rows for slivers too. Of what is not boundaries of a set, people
    are told as the deployment's policy has it.

    Raises:
        BoundarySetNotFound: no set has a name.
        BoundarySetNotValid: a set does not hold on ``as_at``.
    """
    day = as_at if as_at is not None else today()
    chosen = chosen_sets(session, sets, as_at, day)
    progress("Reading what lies near", 0, len(chosen))
    made = catchments.made_of_sets(session, chosen)
    read = _with_small_areas(session, chosen, made)
    counting, near = _counted(session, footprint, read, coded, as_at)
    assets = assets_in_box(session, *footprint.bounds, day)
    around = around_of(footprint, near, counting.counts, assets, coded)
    found = _against(session, around, chosen, made, slivers, progress)
    met = [each.target for each in found if each.rows]
    said = telling(
        counting,
        loads=[*chosen, *read],
        inputs=footprint.inputs,
        said=[row.attribution for row in chosen],
        settings={"as_at": as_at, "day": day, "against": sets, "slivers": slivers},
        last_notes=[
            *standing_note(*held_at_one_point(around)),
            *no_set_holds(chosen, day),
            *networks_told(met, made),
        ],
        assets=assets,
    )
    result = _reconciliation(around, found, counting, said)
    return result if coded is not None else rounded(result, disclosure())


def _reconciliation(
    around: Around, found: tuple[Against, ...], counting: Counting, said: Telling
) -> Reconciliation:
    footprint = around.footprint
    lower, upper = limits_of(around)
    return Reconciliation(
        label=footprint.label,
        kind=footprint.kind,
        made_how=footprint.made_how,
        area_m2=footprint.area_m2,
        measure=counting.measure,
        people=around.near.points.total,
        assets=float(around.held_assets.sum()),
        assets_without_place=around.assets.without_place,
        against=found,
        inputs=said.inputs,
        attribution=said.attribution,
        notes=said.notes,
        people_lower=lower,
        people_upper=upper,
        people_at=counting.at,
        settings=said.settings,
        sha256=footprint.sha256,
    )


def _against(
    session: Session,
    around: Around,
    chosen: Sequence[BoundarySet],
    made: Mapping[str, CatchmentSet],
    slivers: bool,
    progress: Progress,
) -> tuple[Against, ...]:
    """The footprint against each set, networks by registrations by their shares."""
    return tuple(
        against_networks(session, around, made[row.name], slivers)
        if row.name in made
        else against_set(around, row.name, slivers)
        for row in _told(chosen, progress)
    )


def _told(chosen: Sequence[BoundarySet], progress: Progress) -> Iterator[BoundarySet]:
    """The sets, one by one, each told before it is begun."""
    for place, row in enumerate(chosen):
        progress(f"Reconciling with {row.name}", place, len(chosen))
        yield row


def chosen_sets(
    session: Session, sets: Sequence[str] | None, as_at: date | None, day: date
) -> list[BoundarySet]:
    """The sets that are named, each once; without names all that hold on the day.

    Raises:
        BoundarySetNotFound: no set has a name.
        BoundarySetNotValid: a set does not hold on ``as_at``.
    """
    if sets is not None:
        return boundary_store.get_sets(session, list(dict.fromkeys(sets)), as_at)
    return list(boundary_store.list_sets(session, day))


def _counted(
    session: Session,
    footprint: Footprint,
    chosen: Sequence[BoundarySet],
    coded: Coded | None,
    as_at: date | None,
) -> tuple[Counting, Surroundings]:
    """The counts that reach a footprint, and what lies near it; points are read once.

    Whether counts reach it is known from the points that are counted anyway.
    """
    read: dict[int, Surroundings] = {}

    def near(counts: CountSet | None) -> Surroundings:
        known = counts.id if counts else 0
        if known not in read:
            read[known] = surroundings(session, footprint, chosen, counts, coded)
        return read[known]

    known = by_preference(session, as_at)
    counting = choose(known, lambda counts: [near(counts).reach], as_at)
    return counting, near(counting.counts)


def _with_small_areas(
    session: Session,
    chosen: Sequence[BoundarySet],
    made: Mapping[str, CatchmentSet],
) -> list[BoundarySet]:
    """The sets to be read: for networks the small areas that they share."""
    crisp = {row.name: row for row in chosen if row.name not in made}
    names = dict.fromkeys(each.blocks for each in made.values())
    blocks = [boundary_store.get_set(session, each) for each in names]
    return list((crisp | {row.name: row for row in blocks}).values())


def no_set_holds(chosen: Sequence[BoundarySet], day: date) -> tuple[str, ...]:
    """What is to be said where there is no set to ask about."""
    return () if chosen else (f"No boundary set that is loaded holds on {day}.",)
