"""Collections of features: which columns they have, and where their rows come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import FromClause, SQLColumnExpression
from sqlalchemy.orm import Session

from assetmap.errors import NotFound

Kind = Literal["text", "whole", "number", "truth", "day", "moment", "texts"]
Box = tuple[float, float, float, float]

GEOMETRY = "geometry"
"""What filters and schemas call the place of a feature."""


class FeatureNotFound(NotFound):
    """The collection has no feature with this identifier."""

    title = "Feature not found"

    def __init__(self, collection: str, fid: str) -> None:
        super().__init__(
            f"Collection {collection!r} has no feature {fid!r}.",
            collection=collection,
            feature=fid,
        )


@dataclass(frozen=True)
class Column:
    """One property of features: what it is called, holds and means, and its SQL.

    What is not in a column can be neither read, filtered nor counted by.
    """

    name: str
    kind: Kind
    said: SQLColumnExpression[Any]
    meaning: str = ""


@dataclass(frozen=True)
class Drawn:
    """Rows with an outline for maps of small zooms, in EPSG:3857."""

    rows: FromClause
    holds: tuple[SQLColumnExpression[bool], ...]
    shape: SQLColumnExpression[Any]


@dataclass(frozen=True, eq=False)
class Collection:
    """Features of one kind, and all that may be asked of them.

    ``rows`` is what is read, ``holds`` what is true of every row of the collection
    for whoever asks; ``key`` is a number that they are ordered by; ``fid`` the
    identifier that a feature has outside. ``degrees`` and ``grid`` are its place in
    CRS84 and EPSG:27700, as it may be shown: nothing else of a place is ever asked by.
    ``drawn_at`` gives outlines for a zoom, up to ``outlined_to``, where there are any.
    ``begins`` and ``ends`` are its valid time, the end excluded. ``tag`` changes
    whenever anything in the collection does; None where that is not known. ``is_load``:
    it is a load of its ``tag``, which never changes, and all may read it. ``credit``
    is a column with the words that each row's source asks for. ``changed`` says when
    anything in it last did; ``prepare`` is done once before its rows are read.
    """

    id: str
    title: str
    description: str
    columns: tuple[Column, ...]
    rows: FromClause
    holds: tuple[SQLColumnExpression[bool], ...]
    key: SQLColumnExpression[int]
    fid: Column
    degrees: SQLColumnExpression[Any] | None = None
    grid: SQLColumnExpression[Any] | None = None
    shape_kind: str = "any"
    may_lack_place: bool = True
    begins: SQLColumnExpression[date | None] | None = None
    ends: SQLColumnExpression[date | None] | None = None
    interval: tuple[date | None, date | None] | None = None
    extent: Callable[[Session], Box | None] = field(default=lambda _: None)
    attribution: tuple[str, ...] = ()
    credit: SQLColumnExpression[str] | None = None
    licence: str = ""
    count: int | None = None
    drawn_at: Callable[[Session, int], Drawn | None] = field(default=lambda *_: None)
    outlined_to: int = -1
    tag: str | None = None
    is_load: bool = False
    changed: Callable[[Session], datetime | None] = field(default=lambda _: None)
    prepare: Callable[[Session], None] = field(default=lambda _: None)

    def column(self, name: str) -> Column | None:
        """The column of a name."""
        return self.by_name.get(name)

    @property
    def by_name(self) -> Mapping[str, Column]:
        """Columns by name."""
        return {each.name: each for each in self.columns}
