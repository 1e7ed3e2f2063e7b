"""Neighbourhoods, their other names, and residents' sketches of them.

Makes new tables only: locks nothing that is in use.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0005_neighbourhoods"
down_revision = "0004_assets"

TABLES = ("neighbourhood", "neighbourhood_name", "sketch")


def upgrade() -> None:
    make_neighbourhood()
    make_neighbourhood_name()
    make_sketch()


def make_neighbourhood() -> None:
    op.create_table(
        "neighbourhood",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_cy", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.Column("made_how", sa.String(), nullable=False),
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
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_neighbourhood_slug")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_neighbourhood_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neighbourhood")),
        sa.UniqueConstraint("slug", name=op.f("uq_neighbourhood_slug")),
    )


def make_neighbourhood_name() -> None:
    op.create_table(
        "neighbourhood_name",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("neighbourhood_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "language", sa.String(), server_default=sa.text("'en'"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_neighbourhood_name_neighbourhood_id_neighbourhood"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neighbourhood_name")),
    )
    op.create_index(
        "uq_neighbourhood_name",
        "neighbourhood_name",
        ["neighbourhood_id", "name", "language"],
        unique=True,
    )


def make_sketch() -> None:
    op.create_table(
        "sketch",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("neighbourhood_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
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
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("resident", sa.String(), nullable=False),
        sa.Column("weight", sa.Double(), server_default=sa.text("1"), nullable=False),
        sa.Column("years_lived", sa.Numeric(asdecimal=False), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.Column(
            "drawn_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repaired", sa.String(), nullable=True),
        sa.Column("edit_token_hash", sa.String(), nullable=True),
        sa.CheckConstraint(
            "weight > 0 AND weight < 'infinity'", name=op.f("ck_sketch_weight")
        ),
        sa.CheckConstraint(
            "(geom IS NULL) = (withdrawn_at IS NOT NULL) AND "
            "(geom IS NULL) = (geom_wgs84 IS NULL)",
            name=op.f("ck_sketch_withdrawn"),
        ),
        sa.CheckConstraint(
            "years_lived BETWEEN 0 AND 120", name=op.f("ck_sketch_years_lived")
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_sketch_neighbourhood_id_neighbourhood"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sketch")),
    )
    op.create_index(
        "ix_sketch_geom", "sketch", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "ix_sketch_resident",
        "sketch",
        ["neighbourhood_id", "resident", "drawn_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_sketch_source_ref",
        "sketch",
        ["neighbourhood_id", "source", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
