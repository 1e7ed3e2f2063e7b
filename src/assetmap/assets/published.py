"""An asset as it may be published, in the columns of a query."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Text,
    case,
    cast,
    column,
    func,
    literal,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB

from assetmap.assets.model import EXACT, ShownAsset
from assetmap.assets.tables import AssetCategoryRow, ShownAssetRow

DECIMALS = 6

_TELLS_PLACE = ("address", "postcode", "uprn", "source_ref")
_PLAIN = (
    "name",
    "name_cy",
    "names",
    "service_codes",
    "description",
    "location_visibility",
    *_TELLS_PLACE,
    "url",
    "phone",
    "email",
    "opening_hours",
    "has_readable_hours",
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
    "is_published",
    "version",
    "updated_at",
)


def shown_columns(is_by_itself: bool = False) -> list[Any]:
    """The columns of a ``ShownAsset``; the geometry is GeoJSON text.

    Of an asset by itself those who keep it see where it is, as the database lets them.
    """
    said = _properties()
    geometry: Any = ShownAssetRow.shown_geom_wgs84
    if is_by_itself:
        said |= {name: getattr(ShownAssetRow, name) for name in _TELLS_PLACE}
        said["sites"] = ShownAssetRow.sites
        geometry = func.coalesce(ShownAssetRow.geom_wgs84, geometry)
    labelled = [value.label(name) for name, value in said.items()]
    shape = func.ST_AsGeoJSON(geometry, DECIMALS).label("geometry")
    return [ShownAssetRow.id, shape, *labelled]


def shown_asset(row: Mapping[Any, Any]) -> ShownAsset:
    """The asset in a row of ``shown_columns``."""
    shapes = {each: row[each] for each in ("geometry", "service_area")}
    read = {name: text and orjson.loads(text) for name, text in shapes.items()}
    return ShownAsset(**{**row, **read})


def feature() -> ColumnElement[str]:
    """An asset as the text of a GeoJSON feature."""
    said = _properties()
    said["service_area"] = cast(said["service_area"], JSON)
    properties = (part for pair in said.items() for part in pair)
    parts = (
        *("type", "Feature"),
        *("id", ShownAssetRow.id),
        *("geometry", cast(_shown_geometry(), JSON)),
        *("properties", func.json_build_object(*properties)),
    )
    return cast(func.json_build_object(*parts), Text)


def published_properties() -> dict[str, Any]:
    """What is published of an asset but its place, as columns by name.

    They belong to a query that joins the category.
    """
    return _properties()


def _shown_geometry() -> ColumnElement[str]:
    return func.ST_AsGeoJSON(ShownAssetRow.shown_geom_wgs84, DECIMALS)


def _properties() -> dict[str, Any]:
    """Columns by name; what would tell a place that is not exact is null."""
    plain: dict[str, Any] = {name: getattr(ShownAssetRow, name) for name in _PLAIN}
    is_exact = ShownAssetRow.location_visibility == EXACT
    for name in _TELLS_PLACE:
        plain[name] = case((is_exact, plain[name]), else_=None)
    served = func.ST_AsGeoJSON(ShownAssetRow.service_area_wgs84, DECIMALS)
    sites = case((is_exact, ShownAssetRow.sites), else_=literal([], JSONB))
    category = {
        "sites": sites,
        "service_area": served,
        "category": ShownAssetRow.category_code,
        "category_label": AssetCategoryRow.label,
    }
    row = ShownAssetRow
    keepers = {
        "provider": _called("provider", "name", row.provider_id),
        "neighbourhood": _called("neighbourhood", "slug", row.neighbourhood_id),
        "organisation": _called("organisation", "slug", row.organisation_id),
    }
    return {**plain, **category, **keepers}


def _called(name: str, by: str, id_of_it: Any) -> ColumnElement[Any]:
    """What a keeper is called, for whoever may see it: the table is another room's."""
    kept = table(name, column("id"), column(by))
    called = select(kept.c[by]).where(kept.c.id == id_of_it).scalar_subquery()
    return case((id_of_it.is_not(None), called), else_=None)
