"""Which crosswalk is asked for: its loads, its measure and the key of what is saved."""

import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.boundaries.quality.coverage import SLIVER_M2, SLIVER_SHARE
from assetmap.errors import NotFound
from assetmap.footprints.inputs import inputs_of
from assetmap.people import counts as people_counts
from assetmap.people.model import POSTCODES, CountSet, NoPostcodes
from assetmap.people.vintages import later_notes
from assetmap.reconciliation.pcns.told import crisp_networks

By = Literal["area", "people"]
METHOD = 2
"""Raised when the same inputs would give another answer: saved ones are then stale."""


class CountsNotFound(NotFound):
    """No counts have this name."""

    title = "Counts not found"

    def __init__(self, name: str) -> None:
        super().__init__(f"No counts are called {name!r}.", name=name)


@dataclass(frozen=True)
class Question:
    """Which crosswalk is asked for; ``places`` the load of postcodes.

    Counts are those that held on ``as_at``; absent: the newest.
    """

    source: BoundarySet
    target: BoundarySet
    by: By
    counts: CountSet | None
    places: CountSet | None
    as_at: date | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of counts later than the day, and of networks' edges."""
        later = later_notes(self.counts, self.places, self.as_at)
        return (*later, *crisp_networks([self.source, self.target]))

    @property
    def measure(self) -> str:
        """What overlaps are counted in: area, people or postcodes."""
        return "area" if self.counts is None else self.counts.measure

    @property
    def inputs(self) -> list[dict[str, Any]]:
        """The inputs by name and version, in order."""
        used = (self.source, self.target, self.counts, self.places)
        return [
            {"set": each.name, "version": each.version, "sha256": each.sha256 or None}
            for each in inputs_of(each for each in used if each is not None)
        ]

    @property
    def settings(self) -> dict[str, Any]:
        """What the method was told, and which method it is."""
        return {
            "method": METHOD,
            "sliver_m2": SLIVER_M2,
            "sliver_share": SLIVER_SHARE,
        }

    @property
    def key(self) -> str:
        """The same for the same loads and method alone."""
        counted = None
        if self.counts is not None and self.places is not None:
            counted = [self.counts.id, self.counts.version, self.places.id]
        said = [self.source.id, self.target.id, self.by, counted, self.settings]
        return sha256(json.dumps(said).encode()).hexdigest()


def question_of(
    session: Session,
    source: str,
    target: str,
    by: By,
    as_at: date | None = None,
    counts: str | None = None,
) -> Question:
    """Which loads a question is about; both sets must hold on the day if one is given.

    Raises:
        BoundarySetNotFound: no set has a name.
        BoundarySetNotValid: a set does not hold on the day.
        CountsNotFound: no counts have the name.
        NoPostcodes: people are asked for and there is nowhere to count them.
    """
    one, other = (
        boundary_store.get_set(session, each, as_at) for each in (source, target)
    )
    if by == "area":
        return Question(one, other, by, None, None)
    known = people_counts.by_preference(session, as_at)
    found = next((each for each in known if counts in (None, each.name)), None)
    if found is None and counts is not None:
        raise CountsNotFound(counts)
    points = next((each for each in known if each.name == POSTCODES), None)
    if found is None or points is None:
        raise NoPostcodes("Load postcodes first: people are counted at their places.")
    return Question(one, other, by, found, points, as_at)
