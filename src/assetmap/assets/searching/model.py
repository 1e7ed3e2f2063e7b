"""What a search is, in what order it is told, and what it finds."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Order = Literal["number", "relevance", "distance"]
Spelt = Literal["written", "unknown", "every"]
SPELT: tuple[Spelt, ...] = ("written", "unknown", "every")
"""As they are; with words like those that nothing has; with words like any of them."""


@dataclass(frozen=True)
class Words:
    """Words as the database looks for them.

    ``sought`` is a ``tsquery``; ``similar`` are the words that were looked for beside
    one that is spelt otherwise, by that one. Empty where words were taken as they are.
    """

    sought: str
    similar: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Hours:
    """Opening hours, as they are written, that are open at an instant.

    ``unknown`` is how many assets of those asked for do not tell whether they are.
    """

    at: datetime
    open: list[str]
    unknown: int


@dataclass(frozen=True)
class Behind:
    """Where a page begins: behind an asset, by its number and what it is ordered by.

    ``spelt`` is how words were taken when the list began.
    """

    number: int = 0
    value: float | None = None
    spelt: Spelt = "written"


@dataclass(frozen=True)
class Found:
    """A page of what was found: numbers, and metres from the place that is near.

    ``next_behind`` is None where the list ends.
    """

    numbers: list[int]
    distances: list[float | None]
    next_behind: Behind | None
