"""A feed: rows of assets under our columns, and what holds for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from assetmap.issues import RawRow, RowIssue


@dataclass(frozen=True)
class Feed:
    """What somebody lists of assets, as it is read.

    ``rows`` are read once, and tell what is wrong with them in ``issues`` meanwhile.
    Without a ``title`` it is a table under our own columns.
    """

    rows: Iterable[RawRow]
    issues: list[RowIssue] = field(default_factory=list)
    title: str = ""
    source: str = ""
    licence: str = ""
    attribution: str = ""
    location_visibility: str = "exact"
