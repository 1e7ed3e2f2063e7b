"""Neighbourhoods, the sketches residents draw of them, and the rules they keep."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.errors import BadValue, Conflict, Invalid, NotAllowed, NotFound

FEWEST_SKETCHES = 5
"""Nothing is published from fewer, nor how many fewer there are."""

MOST_VERTICES = 100_000
SMALLEST_M2 = 1.0
LARGEST_M2 = 2_000e6
MOST_NOTE = 2_000
MOST_YEARS = 120.0

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class NeighbourhoodNotFound(NotFound):
    """No neighbourhood has this slug."""

    title = "Neighbourhood not found"

    def __init__(self, slug: str) -> None:
        super().__init__(f"No neighbourhood is called {slug!r}.", neighbourhood=slug)


class SlugTaken(Conflict):
    """Another neighbourhood has this slug."""

    title = "Slug taken"

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"A neighbourhood is already called {slug!r}.", neighbourhood=slug
        )


class NeighbourhoodNotYours(NotAllowed):
    """The neighbourhood may be seen by whoever asks, and belongs to its stewards."""

    title = "Neighbourhood not yours"

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"{slug!r} is changed by its own stewards, and you are not among them.",
            neighbourhood=slug,
        )


class TooFewSketches(Conflict):
    """There are too few sketches to publish anything made from them."""

    title = "Too few sketches"

    def __init__(self, slug: str, sketches: int, needed: int = FEWEST_SKETCHES) -> None:
        few = sketches < FEWEST_SKETCHES
        told = f"fewer than {needed}" if few else str(sketches)
        super().__init__(
            f"{slug!r} has {told} sketches; {needed} are needed to publish "
            "a consensus.",
            neighbourhood=slug,
            sketches=told if few else sketches,
            needed=needed,
        )


class AlreadyMerged(Conflict):
    """One of the two neighbourhoods is merged with another already, or neither is."""

    title = "Already merged"

    def __init__(self, slug: str, reason: str) -> None:
        super().__init__(f"{slug!r} {reason}.", neighbourhood=slug)


class BadNeighbourhood(Invalid):
    """What is said of a neighbourhood cannot be."""

    title = "Bad neighbourhood"


class BadSketch(BadValue):
    """A drawing cannot be used as ground that somebody calls a neighbourhood."""

    title = "Bad sketch"

    def __init__(self, reason: str) -> None:
        super().__init__("geometry", "", reason)
        self.args = (f"The sketch {reason}.",)


@dataclass(frozen=True)
class OtherName:
    """Another name of a neighbourhood, and its language (``en``, ``cy``)."""

    name: str
    language: str = "en"


@dataclass(frozen=True)
class Neighbourhood:
    """A place as residents know it; ``council`` is a hint for readers only."""

    slug: str
    name: str
    description: str = ""
    name_cy: str | None = None
    council: str = ""
    is_simulated: bool = False
    made_how: str = ""
    other_names: tuple[OtherName, ...] = ()

    def __post_init__(self) -> None:
        if len(self.slug) > 100 or not _SLUG.fullmatch(self.slug):
            raise BadNeighbourhood(
                f"slug {self.slug!r} is not lower-case words joined by hyphens, "
                "100 letters at most.",
                slug=self.slug,
            )
        if not self.name.strip():
            raise BadNeighbourhood("A neighbourhood needs a name.", slug=self.slug)


@dataclass(frozen=True)
class Sketch:
    """One resident's drawing: a valid MultiPolygon in EPSG:27700 and in CRS84.

    ``resident`` only tells residents apart: the latest sketch of each counts.
    ``repaired`` says what was mended, if anything was.
    """

    shape: Any
    wgs84: Any
    resident: str
    drawn_at: datetime
    weight: float = 1.0
    years_lived: float | None = None
    note: str | None = None
    is_simulated: bool = False
    source: str = ""
    source_ref: str | None = None
    repaired: str | None = None
    edit_token_hash: str | None = None
    answers: dict[str, Any] | None = None
    made_how: str | None = None
    weight_reason: str | None = None


@dataclass(frozen=True)
class MergedPlace:
    """A neighbourhood whose drawings count for another, with what it is called."""

    slug: str
    name: str
    reason: str
    merged_at: datetime
    names: tuple[OtherName, ...]


@dataclass(frozen=True)
class NeighbourhoodAt:
    """A neighbourhood at a place, and the share of its votes that include the place.

    ``is_least``: at least that share does, as its stewards show some levels alone.
    """

    slug: str
    name: str
    name_cy: str | None
    share: float
    sketches: int
    is_simulated: bool
    is_least: bool = False


@dataclass(frozen=True)
class Counted:
    """Sketches that count, in a fixed order: nothing tells who drew them.

    ``shapes`` are MultiPolygons in EPSG:27700; ``years_lived`` is None where nobody
    said. ``answered`` are answers to a link's questions, each with the question's kind
    and breaks. ``weights`` are those votes other than one, each once, with the reason.
    """

    ids: NDArray[np.int64]
    versions: NDArray[np.int64]
    shapes: NDArray[np.object_]
    votes: NDArray[np.float64]
    years_lived: Sequence[float | None]
    answered: Sequence[Mapping[str, Any]] = ()
    weights: Sequence[tuple[float, str]] = ()


def utc(instant: datetime) -> datetime:
    """An instant in UTC; one without a zone is taken to be in it."""
    if instant.tzinfo is None:
        return instant.replace(tzinfo=UTC)
    return instant.astimezone(UTC)
