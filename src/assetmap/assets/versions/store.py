"""Queries of the versions of an asset, as whoever acts may see them."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assetmap.assets.versions.model import AssetVersion
from assetmap.assets.versions.tables import ShownAssetVersionRow

DECIMALS = 6

_SAID = (
    *("name", "name_cy", "names", "service_codes", "sites", "has_readable_hours"),
    *("description", "location_visibility", "address", "postcode", "uprn"),
    *("url", "phone", "email", "opening_hours", "access", "cost", "languages"),
    *("status", "valid_from", "valid_to", "verified_at", "source", "source_ref"),
    *("licence", "attribution", "is_published"),
)


def list_versions(
    session: Session,
    asset_id: int,
    limit: int,
    offset: int = 0,
    before: datetime | None = None,
) -> list[AssetVersion]:
    """The versions of an asset, the newest first; the one just before an instant."""
    row = ShownAssetVersionRow
    query = (
        select(row, func.ST_AsGeoJSON(row.geom_wgs84, DECIMALS))
        .where(row.asset_id == asset_id)
        .order_by(row.version.desc())
    )
    if before is not None:
        query = query.where(
            row.from_at < before, or_(row.until_at.is_(None), row.until_at >= before)
        )
    found = session.execute(query.limit(limit).offset(offset))
    return [_told(each, geometry) for each, geometry in found]


def _told(row: ShownAssetVersionRow, geometry: str | None) -> AssetVersion:
    said: dict[str, Any] | None = None
    if row.is_whole:
        said = {each: getattr(row, each) for each in _SAID}
        said["category"] = row.category_code
        said["geometry"] = None if geometry is None else orjson.loads(geometry)
    return AssetVersion(
        row.version, row.from_at, row.until_at, row.changed, row.by, said
    )
