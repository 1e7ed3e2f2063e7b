"""Boundary sets under the names that people know them by."""

from typing import Protocol

from assetmap.boundaries.model import KIND_NAMES

MODEL = "nearest_practice"


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
    model = ", a model" if named.made_how == MODEL else ""
    return f"{kind}{model} ({named.name})"
