"""The consensus of a stored neighbourhood, by area and, where asked, by people."""

from dataclasses import dataclass

import shapely
from sqlalchemy.orm import Session

from assetmap.footprints.consensus import consensus
from assetmap.footprints.consensus.consensus import PopulationPoints
from assetmap.footprints.consensus.named import (
    NOTHING,
    Asked,
    Named,
    NamedConsensus,
    consensus_of_name,
)
from assetmap.footprints.consensus.statistics import Statistics
from assetmap.footprints.kept.known import find_by_people, find_known
from assetmap.neighbourhoods.counted_store import Members, counted
from assetmap.neighbourhoods.model import Counted, TooFewSketches
from assetmap.neighbourhoods.releases.model import Release
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.people.model import POSTCODES, CountSet
from assetmap.reconciliation import store
from assetmap.reconciliation.agreed.remembered import remembered
from assetmap.reconciliation.agreed.wanted import Wanted, answers_of
from assetmap.reconciliation.counting import counts_for


@dataclass(frozen=True)
class Found:
    """What sketches say: all of it by area, and the whole in the measure asked for."""

    named: NamedConsensus
    statistics: Statistics
    made: Release | None = None
    """The release that it is of; None of drawings as they stand."""


def consensus_of(session: Session, row: NeighbourhoodRow, wanted: Wanted) -> Found:
    """All that the sketches of a neighbourhood say.

    Raises:
        TooFewSketches: there are fewer than may be published from.
        BadParameter: residents were not asked what they are to be grouped by.
    """
    drawn = counted(session, row.id)
    check_enough(row.slug, drawn, wanted.fewest)
    asked = Asked(wanted.fewest, wanted.levels, wanted.grid_m, wanted.most_exact)
    named = Named(
        row.name,
        drawn.shapes,
        range(len(drawn.shapes)),
        answers_of(drawn, wanted),
        drawn.votes,
    )

    def find() -> NamedConsensus:
        known = None
        if len(drawn.ids) > wanted.most_exact:
            known = find_known(session, row.id, members_of(drawn), asked)
        return consensus_of_name(named, asked, known or NOTHING)

    found = remembered(named, asked, find)
    if wanted.measure == "area":
        return Found(found, found.statistics)
    return Found(found, by_people(session, row.id, drawn, wanted.most_exact))


def check_enough(slug: str, drawn: Counted, fewest: int) -> None:
    """Let pass only as many sketches as may be published from.

    Raises:
        TooFewSketches: there are fewer.
    """
    if len(drawn.shapes) < fewest:
        raise TooFewSketches(slug, len(drawn.shapes), fewest)


def by_people(
    session: Session, neighbourhood_id: int, drawn: Counted, most_exact: int
) -> Statistics:
    """How far sketches agree by people, or postcodes while no counts are loaded."""
    counts = counts_of(session, drawn)
    known = None
    if len(drawn.ids) > most_exact:
        count_set, what = (counts.id, counts.measure) if counts else (0, POSTCODES)
        members = members_of(drawn)
        known = find_by_people(session, neighbourhood_id, members, count_set, what)
    if known is not None:
        return known
    points = points_of(session, drawn, counts)
    return consensus.consensus_at_points(drawn.shapes, points, drawn.votes)


def members_of(drawn: Counted) -> Members:
    """Sketches without their shapes."""
    return Members(drawn.ids, drawn.versions, drawn.votes, list(drawn.years_lived))


def counts_of(session: Session, drawn: Counted) -> CountSet | None:
    """The counts that say how many people sketches hold."""
    whole = consensus.footprint_of(drawn.shapes, drawn.votes, "consensus")
    return counts_for(session, [whole]).counts


def points_of(
    session: Session, drawn: Counted, counts: CountSet | None
) -> PopulationPoints:
    """Where people live in and near sketches."""
    west, south, east, north = shapely.total_bounds(drawn.shapes).tolist()
    near = store.points_near(
        session, (west, south, east, north), {}, counts.id if counts else 0
    )
    measure = counts.measure if counts else POSTCODES
    return PopulationPoints(near.xs, near.ys, near.weights, measure)
