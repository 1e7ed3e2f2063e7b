"""Edges of boundaries, prepared when a set is loaded, so that areas need no overlay.

A row holds many boundaries, since they are read together. Sets that are loaded already
have none: theirs are prepared when they are asked for, until they are loaded again.

Makes a new table only: locks nothing that is in use.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_boundary_edges"
down_revision = "0006_successions"


def upgrade() -> None:
    op.create_table(
        "boundary_edges",
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.Column("edges", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"],
            ["boundary_set.id"],
            name=op.f("fk_boundary_edges_boundary_set_id_boundary_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "boundary_set_id", "is_shared", "block", name=op.f("pk_boundary_edges")
        ),
    )
    # Bytes of coordinates hardly shrink, and unpacking them costs.
    for column in ("counts", "edges"):
        op.execute(
            sa.text(f"ALTER TABLE boundary_edges ALTER {column} SET STORAGE EXTERNAL")
        )


def downgrade() -> None:
    op.drop_table("boundary_edges")
