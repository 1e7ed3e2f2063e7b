"""What was found of every name in a file of drawings, and how its rows fared."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyproj

from assetmap.footprints.consensus.named import Asked, NamedConsensus


@dataclass(frozen=True)
class Rows:
    """How the rows of a file fared: each is counted, refused or skipped.

    ``repaired`` are among those counted.
    """

    read: int
    counted: int
    refused: int
    skipped: int
    repaired: int


@dataclass(frozen=True)
class Answer:
    """The consensus of each name with drawings enough, and what it was made from."""

    file: str
    sha256: str
    by: str | None
    group: str | None
    system: pyproj.CRS
    asked: Asked
    fewest: int
    rows: Rows
    names: int
    """How many names the counted drawings have; those told of among them."""
    found: Sequence[NamedConsensus]
    notes: Sequence[str] = ()
