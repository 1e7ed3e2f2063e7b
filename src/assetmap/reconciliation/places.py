"""What may be compared: a footprint as it is measured, and as it may be shown.

The exact edge of a consensus is made of residents' own lines. It is shown on grid
squares; and beside a shape that anybody may draw it is measured on them too, or many
small shapes would trace those lines (Methods 10).
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.footprints.consensus import consensus
from assetmap.footprints.consensus.grid import published_levels
from assetmap.footprints.model import Footprint, crisp, graded
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.reconciliation.comparison.parts import CUT_AT, ground_of
from assetmap.reconciliation.subjects import (
    EmptyFootprint,
    Subject,
    of_neighbourhood,
    sketches_of,
)


@dataclass(frozen=True)
class Publishing:
    """What a deployment says of publishing: fewest sketches, and the grid in metres."""

    fewest: int
    grid_m: float


@dataclass(frozen=True)
class Place:
    """A subject, the ground that may be shown for it, and who drew it.

    ``on_grid`` is the footprint of a neighbourhood on grid squares.
    """

    subject: Subject
    shown: Any
    is_drawn: bool = False
    on_grid: Footprint | None = None


def place_of(subject: Subject, is_drawn: bool) -> Place:
    """A place that is shown as it is: a boundary, or what somebody sent."""
    return Place(subject, ground_of(subject.footprint), is_drawn)


def place_of_neighbourhood(
    session: Session, slug: str, threshold: float | None, said: Publishing
) -> Place:
    """A neighbourhood, shown on grid squares where so many sketches agree.

    Raises:
        NeighbourhoodNotFound: none has this slug.
        TooFewSketches: there are fewer than may be published from.
        EmptyFootprint: nowhere do so many sketches agree.
    """
    subject = of_neighbourhood(session, slug, threshold, said.fewest)
    row = neighbourhood_store.get_neighbourhood(session, slug)
    shapes, votes = sketches_of(session, row, said.fewest)
    level = CUT_AT if threshold is None else threshold
    shown = published_levels(shapes, votes, [level], said.grid_m)[0]
    label = subject.footprint.label
    if threshold is None:
        on_grid = _graded_on_grid(shapes, votes, label, said.grid_m)
    else:
        on_grid = None if shown.is_empty else crisp(shown, label, "on grid squares")
    note = (
        f"{label} is shown where at least {level:g} of its sketches agree, on whole "
        f"squares of {said.grid_m:g} m; distances are measured on what is shown."
    )
    told = {**subject.settings, "shown_from": level, "grid_m": said.grid_m}
    noted = replace(subject, notes=(*subject.notes, note), settings=told)
    return Place(noted, shown, False, on_grid)


def _graded_on_grid(
    shapes: Any, votes: Any, label: str, grid_m: float
) -> Footprint | None:
    """The consensus with one membership, that of the centre, in each grid square.

    A square's p is the share of the votes whose sketch holds its centre, so that the
    sketches may be put on the grid one by one.
    """
    squares = [published_levels([each], None, [1.0], grid_m)[0] for each in shapes]
    held = ~shapely.is_empty(np.array(squares, dtype=object))
    if not held.any():
        return None
    share = votes / votes.sum()
    kept = [each for each in squares if not each.is_empty]
    how = f"{consensus.footprint_of(shapes, votes, label).made_how} on {grid_m:g} m"
    return graded(kept, share[held], label, f"{how} squares")


def both_publishable(a: Place, b: Place) -> tuple[Place, Place]:
    """The two places as they may be measured beside each other.

    Raises:
        EmptyFootprint: on the grid nothing is left of a neighbourhood.
    """
    return _beside(a, b.is_drawn), _beside(b, a.is_drawn)


def _beside(place: Place, other_is_drawn: bool) -> Place:
    is_sketched = not place.is_drawn and place.subject.coded is None
    if not (other_is_drawn and is_sketched):
        return place
    label = place.subject.footprint.label
    if place.on_grid is None:
        raise EmptyFootprint(f"No square of the grid is in enough sketches of {label}.")
    note = (
        f"Beside a shape that was drawn, {label} is measured on the squares too: its "
        "sketches are not traced."
    )
    noted = (*place.subject.notes, note)
    subject = replace(place.subject, footprint=place.on_grid, coded=None, notes=noted)
    return replace(place, subject=subject)
