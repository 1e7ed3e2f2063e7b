"""Which tables are watched, and how each of their columns is told: watched.csv.

``told`` is ``plain``; ``names`` (plain, and what the row is called by); ``digest``, for
shapes, secrets, contact data and free text; or ``silent``, which is left out, and makes
no entry by itself. The row of the column ``*`` says how a column without a row of its
own is told, and what the making of a row is called; ``action`` is what a change of the
column is called.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

ALL = "*"
TOLD = ("plain", "names", "digest", "silent")


@dataclass(frozen=True)
class Watched:
    """A table that is watched, and how it is told of."""

    table: str
    thing: str
    otherwise: str
    """How a column is told that is not named."""
    created: str
    told: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)

    @property
    def named_by(self) -> str:
        """The column that says which row it is."""
        return next(column for column, how in self.told.items() if how == "names")

    def how(self, column: str) -> str:
        """How a column is told."""
        return self.told.get(column, self.otherwise)


@cache
def watched() -> tuple[Watched, ...]:
    """Every table that is watched."""
    source = files("assetmap").joinpath("accounts", "audit", "watched.csv")
    rows = list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))
    tables = dict.fromkeys(row["table"] for row in rows)
    return tuple(_watched([r for r in rows if r["table"] == each]) for each in tables)


def _watched(rows: list[dict[str, str]]) -> Watched:
    """The table that some rows tell of, the first of them of all its columns."""
    first, *columns = rows
    return Watched(
        first["table"],
        first["thing"],
        first["told"],
        first["action"],
        {row["column"]: row["told"] for row in columns},
        {row["column"]: row["action"] for row in columns if row["action"]},
    )
