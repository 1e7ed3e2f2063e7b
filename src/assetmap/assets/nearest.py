"""The only queries for somewhere to refer a person to: what is nearest, what serves.

Distances are of what is shown: of an approximate place that of its square's centre; a
hidden one has none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from sqlalchemy import ColumnElement, Float, and_, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Session

from assetmap.assets.filters import SMALL_M, Condition, has_words, is_open
from assetmap.assets.model import ShownAsset
from assetmap.assets.published import shown_asset, shown_columns
from assetmap.assets.searching.store import few, is_among
from assetmap.assets.tables import AssetCategoryRow, ShownAssetRow
from assetmap.crs import NATIONAL_GRID
from assetmap.db.copying import ewkb
from assetmap.db.statements import statement

_BATCH = 100


@dataclass(frozen=True)
class Kind:
    """What is asked for: categories by code (None for any), open on a day.

    ``sought`` are words as the database looks for them, None for any.
    """

    codes: tuple[str, ...] | None
    day: date
    sought: str | None = None

    def conditions(self, within_m: float | None = None) -> list[Condition]:
        """What must hold of an asset; ``within_m`` is how far what is told apart is."""
        held = [is_open(self.day)]
        if self.codes is not None:
            held.append(ShownAssetRow.category_code.in_(self.codes))
        if self.sought is not None:
            is_of_few = within_m is not None and within_m <= SMALL_M
            held.append(has_words(self.sought, is_of_few))
        return held


def kind_of(session: Session, category: str | None, day: date) -> Kind:
    """A category of either level and those below it, on a day."""
    if category is None:
        return Kind(None, day)
    row = AssetCategoryRow
    query = select(row.code).where(
        or_(row.code == category, row.parent_code == category)
    )
    return Kind(tuple(session.scalars(query.order_by(row.code))), day)


def by_distance(
    session: Session, kind: Kind, east: float, north: float, within_m: float | None
) -> Iterator[tuple[int, str | None, float]]:
    """Number, opening hours and distance in metres of assets, the nearest first.

    They are fetched as they are taken. Of two at one distance the lower number is
    first.
    """
    point = point_at(east, north)
    away = ShownAssetRow.shown_geom.op("<->", return_type=Float())(point)
    where = [*kind.conditions(within_m), ShownAssetRow.shown_geom.is_not(None)]
    if within_m is not None:
        where.append(func.ST_DWithin(ShownAssetRow.shown_geom, point, within_m))
    query = (
        select(ShownAssetRow.id, ShownAssetRow.opening_hours, away.label("away"))
        .where(*where)
        .order_by(away, ShownAssetRow.id)
    )
    for size, start in _sizes():
        rows = session.execute(query.limit(few(size)).offset(few(start))).all()
        yield from ((row.id, row.opening_hours, row.away) for row in rows)
        if len(rows) < size:
            return


def _sizes() -> Iterator[tuple[int, int]]:
    """How many to fetch and how many to skip: each time as many as all before."""
    yield _BATCH, 0
    size = _BATCH
    while True:
        yield size, size
        size *= 2


def codes_at(session: Session, east: float, north: float, day: date) -> list[str]:
    """The codes of the boundaries that hold a place, also as SET/CODE."""
    values = {"east": east, "north": north, "as_at": day}
    return list(session.scalars(statement("assets", "codes_at"), values))


def assets_of(
    session: Session, ids: Sequence[int], east: float, north: float, codes: list[str]
) -> Mapping[int, tuple[ShownAsset, bool | None]]:
    """Assets by number, and whether each says that it serves a place."""
    serves = says_it_serves(point_at(east, north), codes).label("serves_here")
    query = select(*shown_columns(), serves).join(AssetCategoryRow)
    rows = session.execute(query.where(is_among(ids))).mappings()
    return {row["id"]: _split(row) for row in rows}


def serving(
    session: Session,
    kind: Kind,
    east: float,
    north: float,
    codes: list[str],
    limit: int,
) -> list[ShownAsset]:
    """Assets that are shown at no place and say that they serve one, by number."""
    query = select(*shown_columns()).join(AssetCategoryRow)
    query = query.where(
        *kind.conditions(),
        ShownAssetRow.shown_geom.is_(None),
        says_it_serves(point_at(east, north), codes).is_(True),
    )
    rows = session.execute(query.order_by(ShownAssetRow.id).limit(limit)).mappings()
    return [shown_asset(row) for row in rows]


def count_unplaced(session: Session, kind: Kind) -> int:
    """How many are shown at no place and do not say whom they serve."""
    query = select(func.count()).where(
        *kind.conditions(), ShownAssetRow.shown_geom.is_(None), _tells_nobody()
    )
    return session.scalar(query) or 0


def _split(row: Mapping[Any, Any]) -> tuple[ShownAsset, bool | None]:
    told = dict(row)
    serves = told.pop("serves_here")
    return shown_asset(told), serves


def _tells_nobody() -> Condition:
    is_empty = ShownAssetRow.service_codes == literal([], ARRAY(TEXT))
    return and_(ShownAssetRow.service_area.is_(None), is_empty)


def says_it_serves(
    point: ColumnElement[Any], codes: Sequence[str]
) -> ColumnElement[Any]:
    """Whether an asset says that it serves a point; null where it says nothing."""
    covered = func.coalesce(func.ST_Covers(ShownAssetRow.service_area, point), False)
    named = ShownAssetRow.service_codes.op("&&")(literal(list(codes), ARRAY(TEXT)))
    return case((_tells_nobody(), None), else_=or_(covered, named))


def point_at(east: float, north: float) -> ColumnElement[Any]:
    """A point of the grid as the database has it."""
    sent = bytes(ewkb(shapely.points([east], [north]), NATIONAL_GRID)[0])
    return func.ST_GeomFromEWKB(sent)
