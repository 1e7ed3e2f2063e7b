"""Postcodes, the population points that they make, and counts by building block.

Makes new tables only: locks nothing that is in use.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0002_people"
down_revision = "0001_boundaries"

TABLES = ("postcode", "point_chunk", "count_set", "block_count")


def upgrade() -> None:
    make_postcode()
    make_point_chunk()
    make_count_set()
    make_block_count()


def make_postcode() -> None:
    op.create_table(
        "postcode",
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("council_code", sa.String(), nullable=True),
        sa.Column("is_live", sa.Boolean(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
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
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("postcode", name=op.f("pk_postcode")),
    )
    op.create_index(
        "ix_postcode_geom", "postcode", ["geom"], unique=False, postgresql_using="gist"
    )


def make_point_chunk() -> None:
    op.create_table(
        "point_chunk",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POLYGON",
                srid=27700,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("xs", sa.LargeBinary(), nullable=False),
        sa.Column("ys", sa.LargeBinary(), nullable=False),
        sa.Column("votes", sa.LargeBinary(), nullable=False),
        sa.Column("countries", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"],
            ["boundary_set.id"],
            name=op.f("fk_point_chunk_boundary_set_id_boundary_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_chunk")),
    )
    op.create_index(
        "ix_point_chunk_geom",
        "point_chunk",
        ["geom"],
        unique=False,
        postgresql_using="gist",
    )
    keep_unpacked("point_chunk", "xs", "ys", "votes", "countries")


def make_count_set() -> None:
    op.create_table(
        "count_set",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("vintage", sa.Date(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("attribution", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "loaded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(measure = 'people') = (boundary_set_id IS NOT NULL)",
            name=op.f("ck_count_set_blocks"),
        ),
        sa.CheckConstraint(
            "measure IN ('people', 'postcodes')", name=op.f("ck_count_set_measure")
        ),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"],
            ["boundary_set.id"],
            name=op.f("fk_count_set_boundary_set_id_boundary_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_set")),
        sa.UniqueConstraint("name", name=op.f("uq_count_set_name")),
    )


def make_block_count() -> None:
    op.create_table(
        "block_count",
        sa.Column("count_set_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("people", sa.Double(), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_block_count_people")),
        sa.ForeignKeyConstraint(
            ["count_set_id"],
            ["count_set.id"],
            name=op.f("fk_block_count_count_set_id_count_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("count_set_id", "ordinal", name=op.f("pk_block_count")),
    )


def keep_unpacked(table: str, *columns: str) -> None:
    """Store bytes as they are: they hardly shrink, and unpacking them costs."""
    for column in columns:
        op.execute(sa.text(f"ALTER TABLE {table} ALTER {column} SET STORAGE EXTERNAL"))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
