"""Boundary sets under the names that people know them by."""

from typing import Protocol

from assetmap.boundaries.model import KIND_NAMES

MODEL = "nearest_practice"
REMARKS = {
    MODEL: ", a model",
    "registrations": ", where most patients are registered",
}
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


def set_label(named: Named) -> str:
    """A set by what its boundaries are, and its name: ``Council (lad-2025)``."""
    kind = KIND_NAMES.get(named.kind, named.kind)
    return f"{kind}{REMARKS.get(named.made_how, '')} ({named.name})"
