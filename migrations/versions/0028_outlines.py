"""Boundaries in few vertices, for maps of a whole country.

A tile of England at a small zoom would read every vertex there is. Locks nothing; sets
that are loaded already get theirs by ``assetmap make outlines``.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0028_outlines"
down_revision = "0027_forgotten_crosswalks"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "boundary_outline",
        sa.Column("boundary_id", sa.BigInteger(), nullable=False),
        sa.Column("most_zoom", sa.SmallInteger(), nullable=False),
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "geom", Geometry("GEOMETRY", srid=3857, spatial_index=False), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["boundary_id"],
            ["boundary.id"],
            name="fk_boundary_outline_boundary_id_boundary",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("boundary_id", "most_zoom", name="pk_boundary_outline"),
    )
    op.create_index(
        "ix_boundary_outline_geom",
        "boundary_outline",
        ["geom"],
        postgresql_using="gist",
    )
    op.create_index(
        "ix_boundary_outline_boundary_set_id", "boundary_outline", ["boundary_set_id"]
    )


def downgrade() -> None:
    """Take the table out."""
    op.drop_table("boundary_outline")
