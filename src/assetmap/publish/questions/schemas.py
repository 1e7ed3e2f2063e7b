"""Bodies that clients send. What they get is told in the responses of each route."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assetmap.provision.reach import WITHIN_M
from assetmap.publish.deps import Day

# No text in PostgreSQL can hold a zero byte.
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Measure = Literal["area", "people", "postcodes", "assets"]
MOST_SETS = 50
MOST_CODES = 1_000
MOST_CATEGORIES = 100
MOST_JOINED = 50


class Body(BaseModel):
    """A body refuses members it does not know."""

    model_config = ConfigDict(extra="forbid")


class OneFootprintIn(Body):
    """A drawn geometry, a neighbourhood, one boundary or several of a set, or a PCN.

    A ``pcn`` is by where its patients are registered, graded; ``set`` names the set
    that was made from registrations, absent: the newest that holds on the day.
    """

    geometry: dict[str, Any] | None = None
    neighbourhood: Name | None = None
    threshold: Annotated[float, Field(gt=0, le=1)] | None = None
    set: Name | None = None
    code: Name | None = None
    codes: Annotated[list[Name], Field(min_length=1, max_length=MOST_CODES)] | None = (
        None
    )
    pcn: Name | None = None

    def ways(self) -> list[object]:
        """The ways of naming a footprint, of which one must be used."""
        return [self.geometry, self.neighbourhood, self.pcn or self.set]

    @model_validator(mode="after")
    def one_kind(self) -> "OneFootprintIn":
        """Let pass only one way of naming a footprint."""
        if sum(each is not None for each in self.ways()) != 1:
            raise ValueError(
                "give one of geometry, neighbourhood, pcn, or set and code"
            )
        if self.pcn is not None and (self.code or self.codes):
            raise ValueError("code and codes do not go with pcn")
        if (
            self.pcn is None
            and self.set is not None
            and (self.code is None) == (self.codes is None)
        ):
            raise ValueError("a set needs either code or codes")
        if self.set is None and (self.code or self.codes):
            raise ValueError("code and codes go with set")
        if self.threshold is not None and self.neighbourhood is None:
            raise ValueError("threshold goes with neighbourhood")
        return self


class FootprintIn(OneFootprintIn):
    """A footprint named in one way, or the union of several."""

    union: (
        Annotated[list[OneFootprintIn], Field(min_length=1, max_length=MOST_JOINED)]
        | None
    ) = None

    def ways(self) -> list[object]:
        """As for one footprint, or a union."""
        return [*super().ways(), self.union]


class ReconciliationIn(Body):
    """What to reconcile with which sets; absent sets: all that hold on the day."""

    footprint: FootprintIn
    against: Annotated[list[Name], Field(min_length=1, max_length=MOST_SETS)] | None = (
        None
    )
    measures: Annotated[list[Measure], Field(min_length=1)] | None = None
    as_at: Day | None = None
    slivers: bool = False


class PcnSharesIn(Body):
    """A place whose networks are asked for; ``set`` is one made from registrations."""

    footprint: FootprintIn
    set: Name | None = None
    as_at: Day | None = None


class ComparisonIn(Body):
    """Two footprints to compare."""

    a: FootprintIn
    b: FootprintIn
    as_at: Day | None = None


class DeprivationIn(Body):
    """A footprint, and by which scores; absent: those of the day, or the newest."""

    footprint: FootprintIn
    scores: Name | None = None
    as_at: Day | None = None


class SeveranceIn(Body):
    """A footprint, and the sets that may part people from what they use in it."""

    footprint: FootprintIn
    sets: Annotated[list[Name], Field(min_length=1, max_length=MOST_SETS)] | None = None
    as_at: Day | None = None
    bandwidth_m: Annotated[float, Field(gt=0, le=5_000)] = 800.0
    edge_m: Annotated[float, Field(gt=0, le=5_000)] = 250.0


class ProvisionIn(Body):
    """A footprint, and what of its assets is asked for; absent: what is near it."""

    footprint: FootprintIn
    categories: (
        Annotated[list[Name], Field(min_length=1, max_length=MOST_CATEGORIES)] | None
    ) = None
    within_m: Annotated[float, Field(gt=0, le=5_000)] = WITHIN_M
    at: Day | None = None


class PostcodesIn(Body):
    """A footprint whose postcodes are asked for."""

    footprint: FootprintIn
    as_at: Day | None = None


class LookupIn(Body):
    """Postcodes, or points as longitude and latitude, or as easting and northing."""

    postcodes: list[Annotated[str, Field(max_length=20)]] | None = None
    points: list[tuple[float, float]] | None = None
    grid: list[tuple[float, float]] | None = None
    sets: Annotated[list[Name], Field(max_length=MOST_SETS)] | None = None
    as_at: Day | None = None

    @model_validator(mode="after")
    def one_kind(self) -> "LookupIn":
        """Let pass only one of the three."""
        ways = (self.postcodes, self.points, self.grid)
        if sum(each is not None for each in ways) != 1:
            raise ValueError("give one of postcodes, points and grid")
        return self
