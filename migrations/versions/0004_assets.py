"""Community assets and their two-level taxonomy.

``shown_geom`` is all that may be published of a place; checks hold it to the
visibility.

Makes new tables only: locks nothing that is in use.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0004_assets"
down_revision = "0003_footprints"

TABLES = ("asset_category", "asset")


def upgrade() -> None:
    make_asset_category()
    make_asset()


def make_asset_category() -> None:
    op.create_table(
        "asset_category",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("parent_code", sa.String(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("label_cy", sa.String(), nullable=True),
        sa.Column(
            "osm_tags",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "charity_codes",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("oruk_entity", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_code"],
            ["asset_category.code"],
            name=op.f("fk_asset_category_parent_code_asset_category"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_asset_category")),
    )
    op.create_index(
        "ix_asset_category_parent_code", "asset_category", ["parent_code"], unique=False
    )


def make_asset() -> None:
    op.create_table(
        "asset",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category_code", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                srid=27700,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "geom_wgs84",
            Geometry(
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "shown_geom",
            Geometry(
                srid=27700,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "shown_geom_wgs84",
            Geometry(
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("location_visibility", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("postcode", sa.String(), nullable=True),
        sa.Column("uprn", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("opening_hours", sa.String(), nullable=True),
        sa.Column("access", sa.String(), nullable=True),
        sa.Column("cost", sa.String(), nullable=True),
        sa.Column(
            "languages",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("attribution", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "location_visibility <> 'approximate' OR shown_geom IS NULL OR "
            "shown_geom = st_snaptogrid(shown_geom, 500, 500, 1000, 1000)",
            name=op.f("ck_asset_approximate"),
        ),
        sa.CheckConstraint(
            "location_visibility <> 'exact' OR shown_geom IS NOT DISTINCT FROM geom",
            name=op.f("ck_asset_exact"),
        ),
        sa.CheckConstraint(
            "location_visibility <> 'hidden' OR shown_geom IS NULL",
            name=op.f("ck_asset_hidden"),
        ),
        sa.CheckConstraint(
            "location_visibility IN ('exact', 'approximate', 'hidden')",
            name=op.f("ck_asset_location_visibility"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_asset_name")),
        sa.CheckConstraint(
            "status IN ('open', 'closed', 'planned', 'unverified')",
            name=op.f("ck_asset_status"),
        ),
        sa.CheckConstraint(
            "(geom IS NULL) = (geom_wgs84 IS NULL)", name=op.f("ck_asset_geom")
        ),
        sa.CheckConstraint(
            "(shown_geom IS NULL) = (shown_geom_wgs84 IS NULL)",
            name=op.f("ck_asset_shown_geom"),
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_asset_valid")),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["asset_category.code"],
            name=op.f("fk_asset_category_code_asset_category"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
    )
    op.create_index("ix_asset_category_code", "asset", ["category_code"], unique=False)
    op.create_index(
        "ix_asset_unplaced",
        "asset",
        ["id"],
        unique=False,
        postgresql_where=sa.text("shown_geom IS NULL"),
    )
    op.create_index(
        "ix_asset_geom", "asset", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "ix_asset_shown_geom",
        "asset",
        ["shown_geom"],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "ix_asset_shown_geom_wgs84",
        "asset",
        ["shown_geom_wgs84"],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "uq_asset_source_source_ref",
        "asset",
        ["source", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
