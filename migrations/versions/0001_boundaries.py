"""Boundary sets, their boundaries, the parts that look-ups read, and what several hold.

The database keeps the rules: one current set of a name, and no two of a series that
hold on the same day.

Makes new tables only: locks nothing that is in use.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001_boundaries"
down_revision = None

TABLES = ("boundary_set", "boundary", "boundary_part", "overlap_cell")


def upgrade() -> None:
    for extension in ("postgis", "btree_gist"):
        op.execute(sa.text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
    make_boundary_set()
    make_boundary()
    make_boundary_part()
    make_overlap_cell()


def make_boundary_set() -> None:
    op.create_table(
        "boundary_set",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("made_how", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("attribution", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("snap_m", sa.Double(), nullable=False),
        sa.Column("is_building_block", sa.Boolean(), nullable=False),
        sa.Column("is_coverage", sa.Boolean(), nullable=False),
        sa.Column("overlapping", sa.Boolean(), nullable=False),
        sa.Column("boundaries", sa.Integer(), nullable=False),
        sa.Column("quality", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.Column(
            "loaded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("series"), "="),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            where=sa.text("replaced_at IS NULL"),
            using="gist",
            name="ex_boundary_set_series_valid",
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_boundary_set_valid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary_set")),
    )
    op.create_index(
        "uq_boundary_set_name_current",
        "boundary_set",
        ["name"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )


def make_boundary() -> None:
    op.create_table(
        "boundary",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_cy", sa.String(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=27700,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
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
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"],
            ["boundary_set.id"],
            name=op.f("fk_boundary_boundary_set_id_boundary_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary")),
    )
    op.create_index(
        "ix_boundary_geom", "boundary", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "ix_boundary_geom_wgs84",
        "boundary",
        ["geom_wgs84"],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "uq_boundary_set_code", "boundary", ["boundary_set_id", "code"], unique=True
    )
    op.create_index(
        "uq_boundary_set_ordinal",
        "boundary",
        ["boundary_set_id", "ordinal"],
        unique=True,
    )


def make_boundary_part() -> None:
    op.create_table(
        "boundary_part",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=False),
        sa.Column("boundary_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["boundary_id"],
            ["boundary.id"],
            name=op.f("fk_boundary_part_boundary_id_boundary"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary_part")),
    )
    op.create_index(
        "ix_boundary_part_boundary_id", "boundary_part", ["boundary_id"], unique=False
    )
    op.create_index(
        "ix_boundary_part_geom",
        "boundary_part",
        ["geom"],
        unique=False,
        postgresql_using="gist",
    )


def make_overlap_cell() -> None:
    op.create_table(
        "overlap_cell",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=False),
        sa.Column("members", postgresql.ARRAY(sa.Integer()), nullable=False),
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
        sa.CheckConstraint(
            "cardinality(members) >= 2", name=op.f("ck_overlap_cell_members")
        ),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"],
            ["boundary_set.id"],
            name=op.f("fk_overlap_cell_boundary_set_id_boundary_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overlap_cell")),
    )
    op.create_index(
        "ix_overlap_cell_boundary_set_id",
        "overlap_cell",
        ["boundary_set_id"],
        unique=False,
    )
    op.create_index(
        "ix_overlap_cell_geom",
        "overlap_cell",
        ["geom"],
        unique=False,
        postgresql_using="gist",
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
