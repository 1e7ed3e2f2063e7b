"""Keep what is published of residents' drawings apart from the drawings.

A withdrawn drawing is erased, and what is published must not change by one drawing: a
release holds counts by grid square, from which no drawing can be had, until enough
drawings have changed for the next. Adds a table; locks nothing that is there.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0025_releases"
down_revision = "0024_drawn_by_link"

NUMBERS = postgresql.ARRAY(sa.Integer())


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "consensus_release",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("neighbourhood_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "made_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("sketches", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Float(), nullable=False),
        sa.Column("fewest", sa.Integer(), nullable=False),
        sa.Column("grid_m", sa.Integer(), nullable=False),
        sa.Column("extent", Geometry("POLYGON", srid=27700, spatial_index=False)),
        sa.Column("first_row", sa.Integer(), nullable=False),
        *(
            sa.Column(name, NUMBERS, nullable=False)
            for name in ("row_begins", "rows", "starts", "ends", "held")
        ),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.Column("members", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("versions", NUMBERS, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus_release")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_consensus_release_neighbourhood_id_neighbourhood"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_consensus_release_number")),
        sa.CheckConstraint(
            "fewest >= 5 AND grid_m >= 25", name=op.f("ck_consensus_release_coarse")
        ),
        sa.CheckConstraint(
            "cardinality(members) = cardinality(versions)",
            name=op.f("ck_consensus_release_members"),
        ),
    )
    op.create_index(
        "uq_consensus_release",
        "consensus_release",
        ["neighbourhood_id", "number"],
        unique=True,
    )
    op.create_index(
        "ix_consensus_release_extent",
        "consensus_release",
        ["extent"],
        postgresql_using="gist",
    )


def downgrade() -> None:
    """Drop it: what is published is made from drawings again."""
    op.drop_table("consensus_release")
