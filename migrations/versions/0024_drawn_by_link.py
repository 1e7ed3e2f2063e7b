"""Drawings come by open links, and are moderated in the open.

``drawing_link`` and ``link_device`` are new. ``sketch`` says what was asked and
answered, how its ground was made, why it counts for more or less than one vote, and
whether it is hidden; a neighbourhood, into which other it was merged and what of its
consensus is shown. Locks both tables (tens of thousands of rows) while their
constraints are checked. A weight other than 1 that is stored without a reason gets one
that says so.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0024_drawn_by_link"
down_revision = "0023_askers"

ON_SKETCH = (
    *("answers", "made_how", "weight_reason", "link_id", "link_device_id"),
    *("hidden_at", "hidden_why", "hidden_note"),
)
ON_NEIGHBOURHOOD = (
    *("merged_into_id", "merged_at", "merge_reason"),
    *("shown_levels", "shows_definitions"),
)


def number(name: str = "id", **more: object) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), **more)


def instant(name: str, is_now: bool = False, nullable: bool = False) -> sa.Column:
    now = sa.text("now()") if is_now else None
    kind = sa.DateTime(timezone=True)
    return sa.Column(name, kind, server_default=now, nullable=nullable)


def upgrade() -> None:
    make_links()
    make_devices()
    change_sketch()
    change_neighbourhood()


def make_links() -> None:
    op.create_table(
        "drawing_link",
        number(autoincrement=True, nullable=False),
        sa.Column(
            "public_id",
            sa.Uuid(),
            server_default=sa.text("gen_random_uuid()"),
            nullable=False,
        ),
        number("neighbourhood_id", nullable=False),
        sa.Column("secret_sha256", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("questions", JSONB(), nullable=False),
        sa.Column("most_per_device", sa.Integer(), nullable=False),
        instant("closes_at"),
        instant("closed_at", nullable=True),
        instant("created_at", is_now=True),
        instant("updated_at", is_now=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "most_per_device BETWEEN 1 AND 1000",
            name=op.f("ck_drawing_link_most_per_device"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_drawing_link_version")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_drawing_link_neighbourhood_id_neighbourhood"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawing_link")),
        sa.UniqueConstraint(
            "id", "neighbourhood_id", name=op.f("uq_drawing_link_id_neighbourhood_id")
        ),
    )
    for name in ("public_id", "secret_sha256"):
        op.create_index(f"uq_drawing_link_{name}", "drawing_link", [name], unique=True)
    op.create_index(
        "ix_drawing_link_neighbourhood_id", "drawing_link", ["neighbourhood_id"]
    )


def make_devices() -> None:
    op.create_table(
        "link_device",
        number(autoincrement=True, nullable=False),
        number("link_id", nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        instant("made_at", is_now=True),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["drawing_link.id"],
            name=op.f("fk_link_device_link_id_drawing_link"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_device")),
    )
    op.create_index(
        "uq_link_device_token_sha256", "link_device", ["token_sha256"], unique=True
    )
    op.create_index("ix_link_device_link_id", "link_device", ["link_id"])


def change_sketch() -> None:
    op.add_column("sketch", sa.Column("answers", JSONB(none_as_null=True)))
    for name in ("made_how", "weight_reason", "hidden_why", "hidden_note"):
        op.add_column("sketch", sa.Column(name, sa.String()))
    for name in ("link_id", "link_device_id"):
        op.add_column("sketch", number(name))
        op.create_index(f"ix_sketch_{name}", "sketch", [name])
    op.add_column("sketch", instant("hidden_at", nullable=True))
    op.execute(
        "UPDATE sketch SET weight_reason = 'the reason was not stated'"
        " WHERE weight <> 1"
    )
    op.create_check_constraint(
        op.f("ck_sketch_weighed"), "sketch", "weight = 1 OR weight_reason IS NOT NULL"
    )
    op.create_check_constraint(
        op.f("ck_sketch_hidden"),
        "sketch",
        "(hidden_at IS NULL) = (hidden_why IS NULL) "
        "AND hidden_why IN ('spam', 'mistake', 'duplicate', 'other')",
    )
    op.create_foreign_key(
        op.f("fk_sketch_link_id_neighbourhood_id_drawing_link"),
        "sketch",
        "drawing_link",
        ["link_id", "neighbourhood_id"],
        ["id", "neighbourhood_id"],
    )
    op.create_foreign_key(
        op.f("fk_sketch_link_device_id_link_device"),
        "sketch",
        "link_device",
        ["link_device_id"],
        ["id"],
        ondelete="SET NULL",
    )


def change_neighbourhood() -> None:
    op.add_column("neighbourhood", number("merged_into_id"))
    op.add_column("neighbourhood", instant("merged_at", nullable=True))
    op.add_column("neighbourhood", sa.Column("merge_reason", sa.String()))
    op.add_column("neighbourhood", sa.Column("shown_levels", ARRAY(sa.Float())))
    shown = sa.Column(
        "shows_definitions",
        sa.Boolean(),
        server_default=sa.text("true"),
        nullable=False,
    )
    op.add_column("neighbourhood", shown)
    op.create_index(
        "ix_neighbourhood_merged_into_id", "neighbourhood", ["merged_into_id"]
    )
    op.create_foreign_key(
        op.f("fk_neighbourhood_merged_into_id_neighbourhood"),
        "neighbourhood",
        "neighbourhood",
        ["merged_into_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_check_constraint(
        op.f("ck_neighbourhood_merged_into_another"),
        "neighbourhood",
        "merged_into_id <> id",
    )
    op.create_check_constraint(
        op.f("ck_neighbourhood_merged"),
        "neighbourhood",
        "merged_into_id IS NULL "
        "OR (merged_at IS NOT NULL AND merge_reason IS NOT NULL)",
    )


def downgrade() -> None:
    for name in reversed(ON_NEIGHBOURHOOD):
        op.drop_column("neighbourhood", name)
    for name in reversed(ON_SKETCH):
        op.drop_column("sketch", name)
    op.drop_table("link_device")
    op.drop_table("drawing_link")
