"""The consensus of a neighbourhood as it is published: all of it from its release."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from assetmap.errors import BadParameter
from assetmap.footprints.consensus import told
from assetmap.footprints.consensus.decided import cut_level
from assetmap.footprints.consensus.gathered import BREAKS
from assetmap.footprints.consensus.named import Difference, NamedConsensus, Part
from assetmap.footprints.consensus.parts import DEFINITION, GROUP
from assetmap.footprints.consensus.released import grounds
from assetmap.footprints.consensus.statistics import (
    Statistics,
    Tally,
    statistics,
)
from assetmap.neighbourhoods.releases.model import YEARS_LIVED, Release
from assetmap.neighbourhoods.releases.model import Part as ReleasedPart
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.people.model import POSTCODES
from assetmap.reconciliation import store
from assetmap.reconciliation.agreed.found import Found
from assetmap.reconciliation.agreed.wanted import Wanted
from assetmap.reconciliation.counting import counts_for


def consensus_as_published(
    session: Session, row: NeighbourhoodRow, made: Release, wanted: Wanted
) -> Found:
    """All that is published of the drawings of a neighbourhood.

    Raises:
        BadParameter: residents were not asked what they are to be grouped by, or are
            published by other groups: from groups of a client's own choice, asked for
            one after another, a single resident could be told.
    """
    _check_groups(made, wanted)
    named = _named(row.name, made, wanted)
    if wanted.measure == "area":
        return Found(named, named.statistics, made)
    return Found(named, _by_people(session, made, named.statistics), made)


def _check_groups(made: Release, wanted: Wanted) -> None:
    asked = questions_of(made)
    if wanted.by is not None and wanted.by not in asked:
        said = f"is no question that residents are grouped by; {', '.join(asked)} is"
        raise BadParameter("by", wanted.by, said)
    breaks = tuple(wanted.breaks or BREAKS)
    if breaks != BREAKS:
        only = ",".join(f"{each:g}" for each in BREAKS)
        said = f"are not those that groups are published by: {only}"
        raise BadParameter("breaks", ",".join(f"{each:g}" for each in breaks), said)


def _named(name: str, made: Release, wanted: Wanted) -> NamedConsensus:
    facts = made.facts
    said = _of_question(made, wanted.by)
    return NamedConsensus(
        name,
        made.sketches,
        told.by_area(made.squares, made.sketches, made.grid_m, made.mean_agreement),
        grounds(made.squares, made.sketches, wanted.levels, made.grid_m),
        _parts(made, DEFINITION, "", wanted.levels),
        facts.get("in_no_definition", 0),
        range(facts.get("alone", 0)),
        facts.get("silhouette"),
        _parts(made, GROUP, wanted.by, wanted.levels) if wanted.by else (),
        said.get("withheld", 0),
        _differences(made, said),
        made.levels,
    )


def questions_of(made: Release) -> list[str]:
    """The questions that a release groups residents by."""
    return [YEARS_LIVED, *(each for each in _groups(made) if each != YEARS_LIVED)]


def _groups(made: Release) -> Mapping[str, Any]:
    """What is said of each question; earlier versions asked for years lived alone."""
    found: Mapping[str, Any] = made.facts.get("groups", {YEARS_LIVED: made.facts})
    return found


def _of_question(made: Release, question: str | None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _groups(made).get(question or "", {})
    return found


def _differences(made: Release, said: Mapping[str, Any]) -> list[Difference]:
    """How far groups agree, which is of all levels: none where only some are shown."""
    if made.levels is not None:
        return []
    return [Difference(*each) for each in said.get("differences", ())]


def _parts(
    made: Release, kind: str, question: str, levels: Sequence[float]
) -> list[Part]:
    chosen = [
        each for each in made.parts if (each.kind, each.asked) == (kind, question)
    ]
    return [_part(each, levels, made) for each in chosen]


def _part(part: ReleasedPart, levels: Sequence[float], made: Release) -> Part:
    said = told.by_area(part.squares, part.sketches, made.grid_m, part.mean_agreement)
    wanted = [*levels, cut_level(made.levels)]
    *ground, majority = grounds(part.squares, part.sketches, wanted, made.grid_m)
    return Part(
        part.label,
        part.sketches,
        part.share_of_sketches,
        said if part.is_sized else None,
        ground,
        majority,
    )


def _by_people(session: Session, made: Release, by_area: Statistics) -> Statistics:
    """By the people (postcodes while no counts are loaded) in the squares."""
    whole = told.footprint_of(made, "consensus")
    if whole is None:
        return by_area
    counts = counts_for(session, [whole]).counts
    near = store.points_near(session, whole.bounds, {}, counts.id if counts else 0)
    share = told.share_at(made, near.xs, near.ys)
    tally = Tally(share, near.weights, None, None)
    by = counts.measure if counts else POSTCODES
    return statistics(tally, np.ones(made.sketches), by, by_area.computed_by)
