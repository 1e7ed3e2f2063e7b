"""What may be compared: a footprint as it is measured, and as it may be shown.

Of a neighbourhood both are what is published of its drawings: grid squares, never a
resident's own line (Methods 10).
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from assetmap.disclosure import Disclosure
from assetmap.footprints.consensus.decided import cut_level
from assetmap.footprints.consensus.released import grounds
from assetmap.footprints.releasing import published
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.reconciliation.comparison.parts import ground_of
from assetmap.reconciliation.subjects import Subject, of_release


@dataclass(frozen=True)
class Place:
    """A subject, the ground that may be shown for it, and whether anybody drew it.

    ``is_drawn``: its edge is whoever asks's own, or that of residents, and not that of
    a published boundary.
    """

    subject: Subject
    shown: Any
    is_drawn: bool = False


def place_of(subject: Subject, is_drawn: bool) -> Place:
    """A place that is shown as it is: a boundary, or what somebody sent."""
    return Place(subject, ground_of(subject.footprint), is_drawn)


def place_of_neighbourhood(
    session: Session, slug: str, threshold: float | None, policy: Disclosure
) -> Place:
    """A neighbourhood, shown on grid squares where so many sketches agree.

    Raises:
        NeighbourhoodNotFound: none has this slug.
        TooFewSketches: there are fewer than may be published from.
        EmptyFootprint: nowhere do so many sketches agree.
    """
    row = neighbourhood_store.get_neighbourhood(session, slug)
    made = published(session, row, policy)
    subject = of_release(row, made, threshold)
    level = cut_level(made.levels) if threshold is None else threshold
    (shown,) = grounds(made.squares, made.sketches, [level], made.grid_m)
    label = subject.footprint.label
    note = (
        f"{label} is shown where at least {level:g} of its sketches agree, on whole "
        f"squares of {made.grid_m:g} m; distances are measured on what is shown."
    )
    settings = {**subject.settings, "shown_from": level}
    noted = replace(subject, notes=(*subject.notes, note), settings=settings)
    return Place(noted, shown, True)
