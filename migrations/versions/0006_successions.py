"""Which codes came after which: the changes of councils and other boundaries, as data.

Makes new tables only: locks nothing that is in use.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_successions"
down_revision = "0005_neighbourhoods"

TABLES = ("succession_set", "succession")


def upgrade() -> None:
    op.create_table(
        "succession_set",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("attribution", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.Column(
            "loaded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession_set")),
        sa.UniqueConstraint("name", name=op.f("uq_succession_set_name")),
    )
    make_succession()


def make_succession() -> None:
    op.create_table(
        "succession",
        sa.Column("succession_set_id", sa.BigInteger(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("code_from", sa.String(), nullable=False),
        sa.Column("code_to", sa.String(), nullable=False),
        sa.Column("name_from", sa.String(), nullable=False),
        sa.Column("name_to", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.CheckConstraint(
            "code_from <> '' AND code_to <> ''", name=op.f("ck_succession_codes")
        ),
        sa.ForeignKeyConstraint(
            ["succession_set_id"],
            ["succession_set.id"],
            name=op.f("fk_succession_succession_set_id_succession_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "succession_set_id",
            "on_day",
            "code_from",
            "code_to",
            name=op.f("pk_succession"),
        ),
    )
    for column in ("code_from", "code_to"):
        op.create_index(f"ix_succession_{column}", "succession", [column])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
