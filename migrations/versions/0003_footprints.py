"""What each population point lies in, written once when a set or postcodes are loaded.

A row holds the points of a chunk, since they are read together.

Makes new tables only: locks nothing that is in use.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_footprints"
down_revision = "0002_people"

TABLES = ("point_membership", "membership_cell", "point_weight", "boundary_total")


def upgrade() -> None:
    make_point_membership()
    make_membership_cell()
    make_point_weight()
    make_boundary_total()


def make_point_membership() -> None:
    op.create_table(
        "point_membership",
        sa.Column("chunk_id", sa.BigInteger(), nullable=False),
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"],
            ["boundary_set.id"],
            name=op.f("fk_point_membership_boundary_set_id_boundary_set"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["chunk_id"],
            ["point_chunk.id"],
            name=op.f("fk_point_membership_chunk_id_point_chunk"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "chunk_id", "boundary_set_id", name=op.f("pk_point_membership")
        ),
    )
    keep_unpacked("point_membership", "cells")


def make_membership_cell() -> None:
    op.create_table(
        "membership_cell",
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("members", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"],
            ["boundary_set.id"],
            name=op.f("fk_membership_cell_boundary_set_id_boundary_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "boundary_set_id", "cell", name=op.f("pk_membership_cell")
        ),
    )


def make_point_weight() -> None:
    op.create_table(
        "point_weight",
        sa.Column("chunk_id", sa.BigInteger(), nullable=False),
        sa.Column("count_set_id", sa.BigInteger(), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chunk_id"],
            ["point_chunk.id"],
            name=op.f("fk_point_weight_chunk_id_point_chunk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["count_set_id"],
            ["count_set.id"],
            name=op.f("fk_point_weight_count_set_id_count_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "chunk_id", "count_set_id", name=op.f("pk_point_weight")
        ),
    )
    keep_unpacked("point_weight", "weights")


def make_boundary_total() -> None:
    op.create_table(
        "boundary_total",
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=False),
        sa.Column("count_set_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"],
            ["boundary_set.id"],
            name=op.f("fk_boundary_total_boundary_set_id_boundary_set"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["count_set_id"],
            ["count_set.id"],
            name=op.f("fk_boundary_total_count_set_id_count_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "boundary_set_id", "count_set_id", "ordinal", name=op.f("pk_boundary_total")
        ),
    )


def keep_unpacked(table: str, *columns: str) -> None:
    """Store bytes as they are: they hardly shrink, and unpacking them costs."""
    for column in columns:
        op.execute(sa.text(f"ALTER TABLE {table} ALTER {column} SET STORAGE EXTERNAL"))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
