"""Tables of assets and their categories."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, acting_column, degrees, grid, id_column, now_column


def _texts() -> Mapped[list[str]]:
    return mapped_column(ARRAY(Text), server_default=text("'{}'"))


asset_word = SqlTable(
    "asset_word",
    Table.metadata,
    Column("word", String, nullable=False),
    Index("ix_asset_word_word", "word"),
    Index(
        "ix_asset_word_alike",
        "word",
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    ),
)
"""Words of what is published of assets: what a misspelt one may be meant for.

It has no key, so that of two who add one word neither waits.
"""


class AssetCategoryRow(Table):
    """A kind of asset, at one of two levels, and what others call it.

    ``is_local`` is one that this deployment added to those of the package.
    """

    __tablename__ = "asset_category"
    __table_args__ = (Index("ix_asset_category_parent_code", "parent_code"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("asset_category.code"))
    label: Mapped[str]
    label_cy: Mapped[str | None]
    osm_tags: Mapped[list[str]] = _texts()
    charity_codes: Mapped[list[str]] = _texts()
    oruk_entity: Mapped[str | None]
    is_local: Mapped[bool] = mapped_column(server_default=text("false"))
    synonyms: Mapped[list[str]] = _texts()
    words: Mapped[str | None] = mapped_column(
        TSVECTOR,
        Computed("asset_category_document(label, label_cy, synonyms)", persisted=True),
        deferred=True,
    )


class AssetRow(Table):
    """A place, group or service that people use.

    ``geom`` is where it is and is never published; ``shown_geom`` is what may be:
    the same, the centre of its 1 km square, or nothing. With several ``sites`` it is
    all of their points. ``service_area`` and ``service_codes`` say whom it serves, not
    where it is. ``source_hash`` tells what its source said when it was last loaded.
    ``merged_into_id`` is the asset that it is: it is then found as that one alone.
    """

    __tablename__ = "asset"
    __table_args__ = (
        Index(
            "uq_asset_source_source_ref",
            "source",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
        Index("ix_asset_category_code", "category_code"),
        Index("ix_asset_geom", "geom", postgresql_using="gist"),
        Index("ix_asset_shown_geom", "shown_geom", postgresql_using="gist"),
        Index(
            "ix_asset_merged_into_id",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        Index("ix_asset_unplaced", "id", postgresql_where=text("shown_geom IS NULL")),
        Index("ix_asset_shown_geom_wgs84", "shown_geom_wgs84", postgresql_using="gist"),
        Index("ix_asset_words", "words", postgresql_using="gin"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(
            "status IN ('open', 'closed', 'planned', 'unverified')", name="status"
        ),
        CheckConstraint(
            "location_visibility IN ('exact', 'approximate', 'hidden')",
            name="location_visibility",
        ),
        CheckConstraint("valid_to > valid_from", name="valid"),
        CheckConstraint("(geom IS NULL) = (geom_wgs84 IS NULL)", name="geom"),
        CheckConstraint(
            "(shown_geom IS NULL) = (shown_geom_wgs84 IS NULL)", name="shown_geom"
        ),
        CheckConstraint(
            "location_visibility <> 'exact' OR shown_geom IS NOT DISTINCT FROM geom",
            name="exact",
        ),
        CheckConstraint(
            "location_visibility <> 'approximate' OR shown_geom IS NULL "
            "OR shown_geom = st_snaptogrid(shown_geom, 500, 500, 1000, 1000)",
            name="approximate",
        ),
        CheckConstraint(
            "location_visibility <> 'hidden' OR shown_geom IS NULL", name="hidden"
        ),
        CheckConstraint(
            "num_nonnulls(neighbourhood_id, organisation_id) < 2", name="kept"
        ),
        CheckConstraint(
            "(service_area IS NULL) = (service_area_wgs84 IS NULL)",
            name="service_area",
        ),
    )

    id: Mapped[int] = id_column()
    name: Mapped[str]
    name_cy: Mapped[str | None]
    names: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    category_code: Mapped[str] = mapped_column(ForeignKey("asset_category.code"))
    description: Mapped[str | None]
    geom: Mapped[Any | None] = mapped_column(grid("GEOMETRY"))
    geom_wgs84: Mapped[Any | None] = mapped_column(degrees("GEOMETRY"))
    shown_geom: Mapped[Any | None] = mapped_column(grid("GEOMETRY"))
    shown_geom_wgs84: Mapped[Any | None] = mapped_column(degrees("GEOMETRY"))
    service_area: Mapped[Any | None] = mapped_column(grid("GEOMETRY"))
    service_area_wgs84: Mapped[Any | None] = mapped_column(degrees("GEOMETRY"))
    service_codes: Mapped[list[str]] = _texts()
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
    languages: Mapped[list[str]] = _texts()
    status: Mapped[str]
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    verified_at: Mapped[datetime | None]
    source: Mapped[str]
    source_ref: Mapped[str | None]
    provider_id: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("provider.id"), index=True
    )
    licence: Mapped[str]
    attribution: Mapped[str]
    note: Mapped[str | None]
    neighbourhood_id: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("neighbourhood.id", use_alter=True), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("organisation.id", use_alter=True), index=True
    )
    merged_into_id: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("asset.id")
    )
    created_by: Mapped[int | None] = acting_column()
    source_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_erased_at: Mapped[datetime | None]
    words: Mapped[str | None] = mapped_column(
        TSVECTOR,
        Computed(
            "asset_document(name, name_cy, names, description, category_code)",
            persisted=True,
        ),
        deferred=True,
    )
    is_published: Mapped[bool] = mapped_column(server_default=text("true"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = now_column()
    updated_at: Mapped[datetime] = now_column()


class ShownAssetRow(Table):
    """An asset as whoever acts may see it: the only way in which any is read.

    A view, made with the rules of access (accounts/views.py). Of one whose place is
    not exact, what would tell the place is null, but for those who keep it.
    """

    __tablename__ = "shown_asset"
    __table_args__ = ({"info": {"is_view": True}},)

    id: Mapped[int] = id_column()
    name: Mapped[str]
    name_cy: Mapped[str | None]
    names: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    category_code: Mapped[str] = mapped_column(ForeignKey("asset_category.code"))
    description: Mapped[str | None]
    geom: Mapped[Any | None] = mapped_column(grid("GEOMETRY"))
    geom_wgs84: Mapped[Any | None] = mapped_column(degrees("GEOMETRY"))
    shown_geom: Mapped[Any | None] = mapped_column(grid("GEOMETRY"))
    shown_geom_wgs84: Mapped[Any | None] = mapped_column(degrees("GEOMETRY"))
    service_area: Mapped[Any | None] = mapped_column(grid("GEOMETRY"))
    service_area_wgs84: Mapped[Any | None] = mapped_column(degrees("GEOMETRY"))
    service_codes: Mapped[list[str]] = _texts()
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
    languages: Mapped[list[str]] = _texts()
    status: Mapped[str]
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    verified_at: Mapped[datetime | None]
    source: Mapped[str]
    source_ref: Mapped[str | None]
    provider_id: Mapped[int | None] = mapped_column(BigInteger())
    licence: Mapped[str]
    attribution: Mapped[str]
    neighbourhood_id: Mapped[int | None] = mapped_column(BigInteger())
    organisation_id: Mapped[int | None] = mapped_column(BigInteger())
    created_by: Mapped[int | None] = mapped_column(BigInteger())
    is_published: Mapped[bool]
    words: Mapped[str | None] = mapped_column(TSVECTOR, deferred=True)
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    may_change: Mapped[bool]
    may_delete: Mapped[bool]
    may_verify: Mapped[bool]
    may_publish: Mapped[bool]
    may_merge: Mapped[bool]


class MergedAssetRow(Table):
    """What a merged asset is now, for whoever may see both: a view."""

    __tablename__ = "merged_asset"
    __table_args__ = ({"info": {"is_view": True}},)

    id: Mapped[int] = mapped_column(BigInteger(), primary_key=True)
    kept_id: Mapped[int] = mapped_column(BigInteger())
