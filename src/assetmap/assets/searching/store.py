"""The only queries of a search: which assets, in what order, how many of each kind.

Distances are of what is shown: of an approximate place that of its square's centre; a
hidden one has none, and is nowhere near anything.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Integer,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, REAL
from sqlalchemy.orm import Session

from assetmap.assets.filters import (
    AssetFilter,
    Condition,
    conditions,
    grid_point,
    tsquery,
)
from assetmap.assets.model import ShownAsset
from assetmap.assets.published import feature, shown_asset, shown_columns
from assetmap.assets.searching.model import Behind, Found, Order
from assetmap.assets.tables import AssetCategoryRow, ShownAssetRow

LARGEST_ID = 2**63 - 1

_WEIGHTS = (0.1, 0.4, 0.9, 1.0)
"""What a word counts for in the description, category, Welsh name and name."""
_BY_LENGTH = 1
"""A word says more of an asset that less is said of."""


def page(
    session: Session,
    wanted: AssetFilter,
    order: Order,
    behind: Behind,
    limit: int,
    offset: int = 0,
) -> Found:
    """The numbers of the assets that are asked for, in an order, from a place on.

    One of a distance has a place that is shown. Of two alike the lower number is first.
    """
    number = ShownAssetRow.id
    value, distance = _value(wanted, order), _distance(wanted)
    query = select(number, value.label("value"), distance.label("distance"))
    query = query.where(*conditions(wanted), *_after(value, order, behind))
    if order == "distance":
        query = query.where(ShownAssetRow.shown_geom.is_not(None))
    ordered = {
        "number": (number,),
        "relevance": (value.desc(), number),
        "distance": (value, number),
    }[order]
    rows = session.execute(
        query.order_by(*ordered).limit(few(limit + 1)).offset(few(offset))
    ).all()
    kept = rows[:limit]
    last = None
    if len(rows) > limit:
        last = Behind(kept[-1].id, kept[-1].value, behind.spelt)
    return Found([each.id for each in kept], [each.distance for each in kept], last)


def few(count: int) -> ColumnElement[int]:
    """A number that stands in the statement itself, so that it is planned for.

    Where it is told apart, a plan for any number is made: one that sorts all there is.
    """
    return literal(count, Integer, literal_execute=True)


def _value(wanted: AssetFilter, order: Order) -> Any:
    """What assets are ordered by, but for their numbers."""
    if order == "relevance":
        weights = cast(literal(list(_WEIGHTS), ARRAY(REAL)), ARRAY(REAL))
        sought = tsquery(wanted.words)
        return func.ts_rank(weights, ShownAssetRow.words, sought, _BY_LENGTH)
    return _distance(wanted) if order == "distance" else cast(null(), Float)


def _distance(wanted: AssetFilter) -> Any:
    """Metres from the place that is named to what is shown; null without one."""
    if wanted.near is None:
        return cast(null(), Float)
    point = func.ST_GeomFromEWKB(grid_point(*wanted.near))
    return ShownAssetRow.shown_geom.op("<->", return_type=Float())(point)


def _after(value: Any, order: Order, behind: Behind) -> list[Condition]:
    """What holds of the assets behind a place in an order."""
    number = max(0, min(behind.number, LARGEST_ID))
    if order == "number":
        return [ShownAssetRow.id > number]
    if behind.value is None:
        return []
    kind = REAL if order == "relevance" else Float
    last = cast(literal(behind.value, Float), kind)
    farther = value < last if order == "relevance" else value > last
    return [or_(farther, (value == last) & (ShownAssetRow.id > number))]


def is_any(session: Session, wanted: AssetFilter) -> bool:
    """Whether anything meets a filter."""
    query = select(ShownAssetRow.id).where(*conditions(wanted)).limit(1)
    return session.scalar(query) is not None


def assets_of(session: Session, numbers: Sequence[int]) -> list[ShownAsset]:
    """Assets by their numbers, in that order."""
    query = select(*shown_columns()).join(AssetCategoryRow)
    rows = session.execute(query.where(is_among(numbers))).mappings()
    found = {row["id"]: shown_asset(row) for row in rows}
    return [found[each] for each in numbers if each in found]


def features_of(
    session: Session, numbers: Sequence[int]
) -> tuple[list[str], list[str]]:
    """Assets by their numbers as texts of GeoJSON, and what they are attributed to."""
    columns = (ShownAssetRow.id, ShownAssetRow.attribution, feature())
    query = select(*columns).join(AssetCategoryRow)
    rows = session.execute(query.where(is_among(numbers))).all()
    found = {number: text for number, _, text in rows}
    said = sorted({attribution for _, attribution, _ in rows if attribution})
    return [found[each] for each in numbers if each in found], said


def is_among(numbers: Sequence[int]) -> Condition:
    """Whether an asset has one of some numbers, however many: one statement for all."""
    return ShownAssetRow.id == func.any(literal(list(numbers), ARRAY(BigInteger)))


def count_by_hours(session: Session, wanted: AssetFilter) -> Mapping[str | None, int]:
    """How many of the assets that are asked for have which opening hours."""
    hours = ShownAssetRow.opening_hours
    query = select(hours, func.count()).where(*conditions(wanted)).group_by(hours)
    return {row[0]: row[1] for row in session.execute(query)}


def count_by_category(session: Session, wanted: AssetFilter) -> list[dict[str, Any]]:
    """How many of the assets that are asked for are in each category, most first."""
    code, label = ShownAssetRow.category_code, AssetCategoryRow.label
    counted = (
        select(code, func.count().label("assets"))
        .where(*conditions(wanted))
        .group_by(code)
        .subquery()
    )
    query = (
        select(counted.c.category_code, label, counted.c.assets)
        .join(AssetCategoryRow, AssetCategoryRow.code == counted.c.category_code)
        .order_by(counted.c.assets.desc(), counted.c.category_code)
    )
    return [
        {"category": code, "category_label": label, "assets": assets}
        for code, label, assets in session.execute(query)
    ]
