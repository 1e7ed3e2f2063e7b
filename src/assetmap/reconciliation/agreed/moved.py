"""How what a name means has moved, from what was published then and is now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.disclosure import Disclosure
from assetmap.footprints.consensus import told
from assetmap.footprints.consensus.between import Between, between_squares
from assetmap.footprints.consensus.decided import check_level, cut_level
from assetmap.footprints.model import TOLERANCE
from assetmap.footprints.releasing import published, published_on
from assetmap.neighbourhoods.releases.model import OtherGrid, Release
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.people.model import POSTCODES
from assetmap.reconciliation import store
from assetmap.reconciliation.counting import counts_for

PARTS = ("kept", "gained", "lost")


@dataclass(frozen=True)
class Moved:
    """Two releases, and what the later has gained and lost on the earlier.

    ``people`` are those, or the postcodes (``measure``), of each part.
    """

    earlier: Release
    later: Release
    between: Between
    measure: str
    people: Mapping[str, float | None]


def moved(
    session: Session,
    row: NeighbourhoodRow,
    days: tuple[date, date | None],
    level: float | None,
    policy: Disclosure,
) -> Moved:
    """What moved between two days, or since one.

    Raises:
        NotPublishedThen: nothing was published by the one day or the other.
        TooFewSketches: there are too few now.
        OtherGrid: the two were published on squares of another size.
        LevelNotShown: the place's stewards show it at other levels.
    """
    cut = cut_level(row.shown_levels) if level is None else level
    check_level(row.slug, cut, row.shown_levels)
    since, until = days
    earlier = published_on(session, row, policy, since)
    if until is None:
        later = published(session, row, policy)
    else:
        later = published_on(session, row, policy, until)
    if earlier.grid_m != later.grid_m:
        raise OtherGrid(earlier.grid_m, later.grid_m)
    found = between_squares(
        (earlier.squares, earlier.sketches),
        (later.squares, later.sketches),
        cut,
        later.grid_m,
    )
    measure, people = _people(session, earlier, later, cut, policy)
    return Moved(earlier, later, found, measure, people)


def _people(
    session: Session, earlier: Release, later: Release, level: float, policy: Disclosure
) -> tuple[str, dict[str, float | None]]:
    """The people, or postcodes while no counts are loaded, of each part."""
    grounds = [told.footprint_of(each, "consensus") for each in (earlier, later)]
    known = [each for each in grounds if each is not None]
    if not known:
        return POSTCODES, dict.fromkeys(PARTS, 0.0)
    counts = counts_for(session, known).counts
    boxes = np.array([each.bounds for each in known])
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    box = (west, south, east, north)
    near = store.points_near(session, box, {}, counts.id if counts else 0)
    was, now = (
        told.share_at(each, near.xs, near.ys) >= level - TOLERANCE
        for each in (earlier, later)
    )
    parts = (was & now, now & ~was, was & ~now)
    return (counts.measure if counts else POSTCODES), {
        name: _counted(near.weights, part, policy)
        for name, part in zip(PARTS, parts, strict=True)
    }


def _counted(
    weights: NDArray[np.float64], part: NDArray[np.bool_], policy: Disclosure
) -> float | None:
    return policy.people(float(weights[part].sum()))
