"""Scores of deprivation by building block.

Makes new tables only: locks nothing that is in use.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_deprivation"
down_revision = "0013_vintage"


def upgrade() -> None:
    make_set()
    make_domain()
    make_score()


def make_set() -> None:
    texts = ("publisher", "licence", "attribution", "source", "sha256")
    op.create_table(
        "deprivation_set",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("vintage", sa.Date(), nullable=False),
        *(sa.Column(each, sa.String(), nullable=False) for each in texts),
        sa.Column("blocks", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "loaded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"],
            ["boundary_set.id"],
            name=op.f("fk_deprivation_set_boundary_set_id_boundary_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deprivation_set")),
        sa.UniqueConstraint("name", name=op.f("uq_deprivation_set_name")),
    )


def make_domain() -> None:
    op.create_table(
        "deprivation_domain",
        sa.Column("deprivation_set_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deprivation_set_id"],
            ["deprivation_set.id"],
            name=op.f("fk_deprivation_domain_deprivation_set_id_deprivation_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "deprivation_set_id", "place", name=op.f("pk_deprivation_domain")
        ),
    )


def make_score() -> None:
    op.create_table(
        "deprivation_score",
        sa.Column("deprivation_set_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("decile", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint(
            "decile BETWEEN 1 AND 10", name=op.f("ck_deprivation_score_decile")
        ),
        sa.CheckConstraint("rank > 0", name=op.f("ck_deprivation_score_rank")),
        sa.ForeignKeyConstraint(
            ["deprivation_set_id"],
            ["deprivation_set.id"],
            name=op.f("fk_deprivation_score_deprivation_set_id_deprivation_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "deprivation_set_id", "ordinal", "place", name=op.f("pk_deprivation_score")
        ),
    )


def downgrade() -> None:
    for table in ("deprivation_score", "deprivation_domain", "deprivation_set"):
        op.drop_table(table)
