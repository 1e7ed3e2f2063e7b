"""Community assets as features: what may be shown of them, as whoever asks may see."""

from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    Boolean,
    Date,
    DateTime,
    Integer,
    Numeric,
    Text,
    and_,
    cast,
    or_,
    select,
)
from sqlalchemy.types import TypeEngine

from assetmap.assets.filters import is_open
from assetmap.assets.model import OPEN_STATUSES
from assetmap.assets.published import published_properties
from assetmap.assets.tables import AssetCategoryRow, ShownAssetRow
from assetmap.publish.features.collection import Collection, Column, Kind
from assetmap.publish.features.extents import extent_of, newest

ASSETS = "assets"

_KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Boolean, "truth"),
    (Integer, "whole"),
    (Numeric, "number"),
    (DateTime, "moment"),
    (Date, "day"),
    (ARRAY, "texts"),
)


def _column(name: str, said: Any) -> Column:
    """A property by the type that it has; what is JSON is the text of it."""
    if isinstance(said.type, JSON):
        return Column(name, "text", cast(said, Text))
    found = (kind for of, kind in _KINDS if isinstance(said.type, of))
    return Column(name, next(found, "text"), said)


def community_assets(as_at: date | None = None, over_time: bool = False) -> Collection:
    """Assets that are open, or not known to be closed, on a day (none: today).

    Over time: those that are or were open some time, to be narrowed by their days.
    """
    row = ShownAssetRow
    was_open = and_(row.status == "closed", row.valid_to.is_not(None))
    at_all = or_(row.status.in_(OPEN_STATUSES), was_open)
    said = published_properties()
    columns = [_column(name, each) for name, each in said.items()]
    return Collection(
        ASSETS,
        "Community assets",
        "Places, groups and services that people use. One whose location is "
        "approximate is shown at the centre of its 1 km square, a hidden one nowhere.",
        tuple(columns),
        row.__table__.join(AssetCategoryRow.__table__),
        (at_all if over_time else is_open(as_at),),
        row.id,
        Column("id", "whole", row.id, "Number of the asset"),
        row.shown_geom_wgs84,
        row.shown_geom,
        begins=row.valid_from,
        ends=row.valid_to,
        extent=lambda session: extent_of(
            session, select(row.shown_geom_wgs84).where(is_open(None))
        ),
        credit=row.attribution,
        changed=newest(row.updated_at),
    )
