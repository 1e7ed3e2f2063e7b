"""What may be asked of the consensus of a neighbourhood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assetmap.errors import BadParameter
from assetmap.footprints.consensus.gathered import BREAKS, banded
from assetmap.footprints.consensus.named import LEVELS
from assetmap.neighbourhoods.model import Counted
from assetmap.neighbourhoods.releases.model import YEARS_LIVED

MOST_GROUPS = 20


@dataclass(frozen=True)
class Wanted:
    """How a consensus is to be told: counted in what, at which levels, by what answers.

    ``fewest`` sketches are needed for the whole and for every part; over ``most_exact``
    squares are counted. ``by`` is a question that residents were asked.
    """

    fewest: int
    grid_m: float
    most_exact: int
    measure: str = "area"
    levels: Sequence[float] = LEVELS
    by: str | None = None
    breaks: Sequence[float] | None = None
    as_at: date | None = None


def answers_of(counted: Counted, wanted: Wanted) -> list[str]:
    """What each resident answered to the question asked for, in bands; else nothing.

    Raises:
        BadParameter: nobody was asked that.
    """
    if wanted.by is None:
        return []
    if wanted.by != YEARS_LIVED:
        raise BadParameter("by", wanted.by, f"was not asked; {YEARS_LIVED} was")
    told = ["" if each is None else f"{each:g}" for each in counted.years_lived]
    return banded(told, wanted.breaks or BREAKS)
