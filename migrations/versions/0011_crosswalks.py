"""Crosswalks between boundary sets, saved with their inputs and versions.

The rows of a run are written by COPY, hundreds of thousands at once. A trigger takes
them out with their run: a foreign key would look the run up for every row.

Makes new tables only: locks nothing that is in use.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011_crosswalks"
down_revision = "0010_practices"


def upgrade() -> None:
    make_run()
    make_rows()
    take_rows_with_their_run()


def make_run() -> None:
    op.create_table(
        "crosswalk_run",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source_set_id", sa.BigInteger(), nullable=False),
        sa.Column("target_set_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("measured_by", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("counts", sa.String(), nullable=True),
        sa.Column("is_fractional", sa.Boolean(), nullable=False),
        sa.Column("computed_by", sa.String(), nullable=False),
        sa.Column("assetmap_version", sa.String(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(), nullable=False),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("summary", postgresql.JSONB(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column(
            "computed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "measured_by IN ('area', 'people')",
            name=op.f("ck_crosswalk_run_measured_by"),
        ),
        sa.CheckConstraint(
            "measure IN ('area', 'people', 'postcodes')",
            name=op.f("ck_crosswalk_run_measure"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{side}_set_id"],
                ["boundary_set.id"],
                name=op.f(f"fk_crosswalk_run_{side}_set_id_boundary_set"),
                ondelete="CASCADE",
            )
            for side in ("source", "target")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crosswalk_run")),
    )
    op.create_index("uq_crosswalk_run_key", "crosswalk_run", ["key"], unique=True)


def make_rows() -> None:
    op.create_table(
        "crosswalk",
        sa.Column("crosswalk_run_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("overlap", sa.Double(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("weight_fractional", sa.Double(), nullable=False),
        sa.Column("by_area", sa.Boolean(), nullable=False),
        sa.Column("is_sliver", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "crosswalk_run_id", "source", "target", name=op.f("pk_crosswalk")
        ),
    )


def take_rows_with_their_run() -> None:
    op.execute("""
        CREATE FUNCTION forget_crosswalk() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM crosswalk WHERE crosswalk_run_id = OLD.id;
            RETURN OLD;
        END
        $$
    """)
    op.execute("""
        CREATE TRIGGER forget_crosswalk AFTER DELETE ON crosswalk_run
        FOR EACH ROW EXECUTE FUNCTION forget_crosswalk()
    """)


def downgrade() -> None:
    op.drop_table("crosswalk")
    op.drop_table("crosswalk_run")
    op.execute("DROP FUNCTION forget_crosswalk()")
