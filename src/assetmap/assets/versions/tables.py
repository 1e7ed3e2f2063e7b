"""The table of all versions of assets, and what may be seen of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, degrees, grid


class AssetVersionRow(Table):
    """An asset as it was from one instant until another; the newest has no end.

    Written by a trigger on ``asset``, whoever changes it and how. The asset as it was
    at an instant is the row with ``from_at <= instant`` and ``until_at`` after it: it
    has every column that an asset is found or shown by. ``changed`` names the columns
    that differ from the version before.
    """

    __tablename__ = "asset_version"

    asset_id: Mapped[int] = mapped_column(
        BigInteger(), ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("account.id", use_alter=True)
    )
    changed: Mapped[list[str]] = mapped_column(ARRAY(Text))
    name: Mapped[str]
    name_cy: Mapped[str | None]
    names: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    category_code: Mapped[str]
    description: Mapped[str | None]
    geom: Mapped[Any | None] = mapped_column(grid("GEOMETRY"))
    geom_wgs84: Mapped[Any | None] = mapped_column(degrees("GEOMETRY"))
    shown_geom: Mapped[Any | None] = mapped_column(grid("GEOMETRY"))
    shown_geom_wgs84: Mapped[Any | None] = mapped_column(degrees("GEOMETRY"))
    service_area: Mapped[Any | None] = mapped_column(grid("GEOMETRY"))
    service_area_wgs84: Mapped[Any | None] = mapped_column(degrees("GEOMETRY"))
    service_codes: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'")
    )
    sites: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )
    location_visibility: Mapped[str]
    address: Mapped[str | None]
    postcode: Mapped[str | None]
    uprn: Mapped[str | None]
    url: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    opening_hours: Mapped[str | None]
    has_readable_hours: Mapped[bool | None]
    access: Mapped[str | None]
    cost: Mapped[str | None]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str]
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    verified_at: Mapped[datetime | None]
    source: Mapped[str]
    source_ref: Mapped[str | None]
    provider_id: Mapped[int | None] = mapped_column(BigInteger())
    licence: Mapped[str]
    attribution: Mapped[str]
    note: Mapped[str | None]
    neighbourhood_id: Mapped[int | None] = mapped_column(BigInteger())
    organisation_id: Mapped[int | None] = mapped_column(BigInteger())
    is_published: Mapped[bool]
    merged_into_id: Mapped[int | None] = mapped_column(BigInteger())


class ShownAssetVersionRow(Table):
    """A version as whoever acts may see it.

    A view, made with the rules of access (accounts/views.py): what a version said is
    null but for those who keep the asset.
    """

    __tablename__ = "shown_asset_version"
    __table_args__ = ({"info": {"is_view": True}},)

    asset_id: Mapped[int] = mapped_column(BigInteger(), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    changed: Mapped[list[str]] = mapped_column(ARRAY(Text))
    is_whole: Mapped[bool]
    by: Mapped[str | None]
    name: Mapped[str | None]
    name_cy: Mapped[str | None]
    names: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    category_code: Mapped[str | None]
    description: Mapped[str | None]
    geom_wgs84: Mapped[Any | None] = mapped_column(degrees("GEOMETRY"), deferred=True)
    service_codes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    sites: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    location_visibility: Mapped[str | None]
    address: Mapped[str | None]
    postcode: Mapped[str | None]
    uprn: Mapped[str | None]
    url: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    opening_hours: Mapped[str | None]
    has_readable_hours: Mapped[bool | None]
    access: Mapped[str | None]
    cost: Mapped[str | None]
    languages: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    status: Mapped[str | None]
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    verified_at: Mapped[datetime | None]
    source: Mapped[str | None]
    source_ref: Mapped[str | None]
    licence: Mapped[str | None]
    attribution: Mapped[str | None]
    is_published: Mapped[bool | None]
