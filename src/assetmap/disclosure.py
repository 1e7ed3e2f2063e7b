"""What may be told of what few people said: one policy, applied wherever things go out.

Nothing is told of fewer people than ``fewest_sketches``: neither of those whose drawing
holds a place nor of those whose drawing leaves it out. What so few hold counts as held
by none; what so few leave out counts as held by all. It stands to be read at
``/disclosure``, and in Methods 10.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.errors import Conflict
from assetmap.settings import Settings, settings

Counts = NDArray[np.int64]

FEWEST = 5
"""What no deployment goes under."""
FINEST_GRID_M = 25
RENEWED_SHARE = 0.05
"""Of the drawings of a place that must have changed before it is published anew."""


class HaloTooSmall(Conflict):
    """Two areas that were drawn differ by so few people that it would tell of them."""

    title = "Halo too small"

    def __init__(self, fewest: int, measure: str) -> None:
        super().__init__(
            f"The two areas differ by ground with 1 to {fewest - 1} {measure}: "
            "what is said of one less what is said of the other would tell of them.",
            fewest=fewest,
        )


@dataclass(frozen=True)
class Disclosure:
    """How few people may be told of, on what grid, and how their counts are rounded."""

    fewest_sketches: int = FEWEST
    grid_m: int = FINEST_GRID_M
    rounds_people: bool = False
    fewest_people: int = 10
    people_base: int = 5

    def told_of(self, held: Counts, of: int) -> NDArray[np.float64]:
        """The share, from 0 to 1, that is told where so many of some drawings hold.

        So few as may not be told of count as none; and so few who leave it out as none.
        """
        share = np.asarray(held, float) / max(of, 1)
        share[of - held < self.fewest_sketches] = 1.0
        share[held < self.fewest_sketches] = 0.0
        return share

    @property
    def fewest_in_a_group(self) -> int:
        """Drawings that a group needs: as half of it is told apart from the other."""
        return 2 * self.fewest_sketches

    def changes_needed(self, sketches: int) -> int:
        """How many drawings of a place must change before it is published anew."""
        return max(self.fewest_sketches, int(np.ceil(RENEWED_SHARE * sketches)))

    def people(self, count: float) -> float | None:
        """A count of people as it is told; None where it is withheld."""
        if not self.rounds_people:
            return count
        if 0 < count < self.fewest_people:
            return None
        return float(self.people_base * round(count / self.people_base))

    def people_part(self, count: float, of: float) -> float | None:
        """A count of some people among others; withheld too where so few are left."""
        if self.rounds_people and 0 < of - count < self.fewest_people:
            return None
        return self.people(count)

    def check_halo(self, people: float, measure: str) -> None:
        """Let pass ground in one of two areas that nobody lives on, or enough do.

        Raises:
            HaloTooSmall: one to ``fewest_sketches`` less one do.
        """
        if 1 <= round(people) < self.fewest_sketches:
            raise HaloTooSmall(self.fewest_sketches, measure)

    def told(self) -> dict[str, Any]:
        """The policy as it is published."""
        return {
            "fewest_sketches": self.fewest_sketches,
            "fewest_left_out": self.fewest_sketches,
            "fewest_in_a_group": self.fewest_in_a_group,
            "grid_m": self.grid_m,
            "renewed_after": {
                "sketches": self.fewest_sketches,
                "share_of_sketches": RENEWED_SHARE,
            },
            "rounds_people": self.rounds_people,
            "fewest_people": self.fewest_people,
            "people_rounded_to": self.people_base,
            "fewest_in_a_halo": self.fewest_sketches,
        }


def disclosure_of(chosen: Settings) -> Disclosure:
    """The policy that the settings of a deployment make."""
    return Disclosure(
        chosen.min_sketches,
        chosen.published_grid_m,
        chosen.round_people,
        chosen.fewest_people,
        chosen.round_people_to,
    )


def disclosure() -> Disclosure:
    """The policy of this process."""
    return disclosure_of(settings())
