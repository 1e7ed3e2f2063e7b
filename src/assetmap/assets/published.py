"""An asset as it may be published, in the columns of a query."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Text, case, cast, func
from sqlalchemy.dialects.postgresql import JSON

from assetmap.assets.model import EXACT, ShownAsset
from assetmap.assets.tables import AssetCategoryRow, ShownAssetRow

DECIMALS = 6

_TELLS_PLACE = ("address", "postcode", "uprn", "source_ref")
_PLAIN = (
    "name",
    "description",
    "location_visibility",
    *_TELLS_PLACE,
    "url",
    "phone",
    "email",
    "opening_hours",
    "access",
    "cost",
    "languages",
    "status",
    "valid_from",
    "valid_to",
    "verified_at",
    "source",
    "licence",
    "attribution",
    "version",
    "updated_at",
)


def shown_columns() -> list[Any]:
    """The columns of a ``ShownAsset``; the geometry is GeoJSON text."""
    labelled = [value.label(name) for name, value in _properties().items()]
    return [ShownAssetRow.id, _geometry().label("geometry"), *labelled]


def shown_asset(row: Mapping[Any, Any]) -> ShownAsset:
    """The asset in a row of ``shown_columns``."""
    geometry = row["geometry"] and orjson.loads(row["geometry"])
    return ShownAsset(**{**row, "geometry": geometry})


def feature() -> ColumnElement[str]:
    """An asset as the text of a GeoJSON feature."""
    properties = (part for pair in _properties().items() for part in pair)
    parts = (
        *("type", "Feature"),
        *("id", ShownAssetRow.id),
        *("geometry", cast(_geometry(), JSON)),
        *("properties", func.json_build_object(*properties)),
    )
    return cast(func.json_build_object(*parts), Text)


def _geometry() -> ColumnElement[str]:
    return func.ST_AsGeoJSON(ShownAssetRow.shown_geom_wgs84, DECIMALS)


def _properties() -> dict[str, Any]:
    """Columns by name; what would tell a place that is not exact is null."""
    plain: dict[str, Any] = {name: getattr(ShownAssetRow, name) for name in _PLAIN}
    is_exact = ShownAssetRow.location_visibility == EXACT
    for name in _TELLS_PLACE:
        plain[name] = case((is_exact, plain[name]), else_=None)
    category = {
        "category": ShownAssetRow.category_code,
        "category_label": AssetCategoryRow.label,
    }
    return {**plain, **category}
