"""Boundary sets under the names that people know them by."""

from typing import Protocol

from assetmap.boundaries.model import KIND_NAMES

MODEL = "nearest_practice"
REMARKS = {
    MODEL: ", a model",
    "practice_submitted": ", catchments that practices sent",
    "registrations": ", where it has most of the patients",
}
BY_SHARE = ", by share of registered patients"
"""What a heading says of how boundaries came about, where they were not published."""


class Named(Protocol):
    """What has the kind and the name of a set, and says how it was made."""

    @property
    def kind(self) -> str:
        """One of the kinds."""

    @property
    def name(self) -> str:
        """Its short name."""

    @property
    def made_how(self) -> str:
        """How its boundaries came about."""


def set_label(named: Named, graded: bool = False) -> str:
    """A set by what its boundaries are, and its name: ``Council (lad-2025)``."""
    kind = KIND_NAMES.get(named.kind, named.kind)
    remark = BY_SHARE if graded else REMARKS.get(named.made_how, "")
    return f"{kind}{remark} ({named.name})"
