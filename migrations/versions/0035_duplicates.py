"""Keep pairs of assets that may be one, what was decided of them, and what was merged.

Adds three tables, and ``merged_into_id`` to ``asset`` and ``asset_version``: null for
all, so that no row is written again; both are locked for a moment. The triggers that
keep versions and changes tell of merges too. A new trigger takes away the pairs of
assets that change: while nothing was found it does nothing.
"""

import importlib.util
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035_duplicates"
down_revision = "0034_publish"

MATTERS = (
    *("name", "name_cy", "names", "category_code", "geom", "location_visibility"),
    *("address", "postcode", "uprn", "url", "phone", "email", "source", "source_ref"),
    *("provider_id", "status", "is_published", "merged_into_id"),
    *("neighbourhood_id", "organisation_id"),
)
"""What pairs are found by."""

FORGETTING = """
CREATE FUNCTION forget_asset_pairs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {path}
AS $$
DECLARE
    gone bigint[];
BEGIN
    IF NOT EXISTS (SELECT 1 FROM asset_pair) THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(fresh.id) INTO gone
    FROM new_rows AS fresh INNER JOIN old_rows AS stale ON fresh.id = stale.id
    WHERE ({fresh}) IS DISTINCT FROM ({stale});
    DELETE FROM asset_pair WHERE asset_pair.first_id = ANY(gone);
    DELETE FROM asset_pair WHERE asset_pair.second_id = ANY(gone);
    RETURN NULL;
END
$$;
CREATE TRIGGER tr_asset_pairs AFTER UPDATE ON asset
REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION forget_asset_pairs();
"""

CHANGES = ("added", "changed", "closed", "reopened", "erased", "deleted")
MERGES = ("merged", "parted")
_ERASED = """            CASE
                WHEN
                    fresh.contact_erased_at"""
_MERGED = """            CASE
                WHEN fresh.merged_into_id > 0 AND stale.merged_into_id IS NULL
                    THEN 'merged'
                WHEN fresh.merged_into_id IS NULL AND stale.merged_into_id > 0
                    THEN 'parted'
                WHEN
                    fresh.contact_erased_at"""


def upgrade() -> None:
    for table in ("asset", "asset_version"):
        op.add_column(table, sa.Column("merged_into_id", sa.BigInteger()))
    op.create_foreign_key(
        op.f("fk_asset_merged_into_id_asset"),
        *("asset", "asset", ["merged_into_id"], ["id"]),
    )
    op.create_check_constraint(
        op.f("ck_asset_merged_into_another"), "asset", "merged_into_id <> id"
    )
    op.create_index(
        "ix_asset_merged_into_id",
        "asset",
        ["merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    make_pair()
    make_decision()
    make_merge()
    directory = earlier("0029_directory")
    directory.MEMBERS["merged_into_id"] = "merged_into"
    directory.keep_versions((*directory.ADDED, "merged_into_id"))
    tell_changes(MERGES)
    op.execute(
        FORGETTING.format(
            path=path(),
            fresh=", ".join(f"fresh.{each}" for each in MATTERS),
            stale=", ".join(f"stale.{each}" for each in MATTERS),
        )
    )


def path() -> str:
    return op.get_bind().scalar(sa.text(earlier("0030_changes").PATH))


def earlier(name: str):
    """A migration that made a function."""
    file = Path(__file__).parent / f"{name}.py"
    told = importlib.util.spec_from_file_location(name, file)
    made = importlib.util.module_from_spec(told)
    told.loader.exec_module(made)
    return made


def tell_changes(more: tuple[str, ...]) -> None:
    """Replace the function that keeps changes by one that tells merges, or does not."""
    function, _, _ = earlier("0030_changes").KEEPING.partition("CREATE TRIGGER")
    function = function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    if more:
        assert _ERASED in function  # noqa: S101 - a guard for whoever edits either
        function = function.replace(_ERASED, _MERGED)
    op.execute(function.format(path=path()))
    known = ", ".join(f"'{each}'" for each in (*CHANGES, *more))
    name = op.f("ck_asset_change_what")
    op.drop_constraint(name, "asset_change")
    op.create_check_constraint(name, "asset_change", f"what IN ({known})")


def instant(name: str, **options: object) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def ids(*names: str) -> list[sa.Column]:
    return [sa.Column(each, sa.BigInteger(), nullable=False) for each in names]


def keys(table: str, *names: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [each],
            ["asset.id"],
            name=op.f(f"fk_{table}_{each}_asset"),
            ondelete="CASCADE",
        )
        for each in names
    ]


def whose(name: str = "account_id", default: bool = True) -> sa.Column:
    acting = sa.text(earlier("0020_writing").ACTING)
    return sa.Column(name, sa.BigInteger(), server_default=acting if default else None)


def account_key(table: str, name: str = "account_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [name], ["account.id"], name=op.f(f"fk_{table}_{name}_account")
    )


def make_pair() -> None:
    op.create_table(
        "asset_pair",
        *ids("first_id", "second_id"),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        instant("found_at", server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_asset_pair_order")),
        sa.CheckConstraint(
            "basis IN ('all', 'whole', 'shown')", name=op.f("ck_asset_pair_basis")
        ),
        sa.CheckConstraint(
            "score >= 0 AND score <= 1", name=op.f("ck_asset_pair_score")
        ),
        *keys("asset_pair", "first_id", "second_id"),
        sa.PrimaryKeyConstraint(
            *("first_id", "second_id", "basis"), name=op.f("pk_asset_pair")
        ),
    )
    op.create_index("ix_asset_pair_second_id", "asset_pair", ["second_id"])
    op.create_index(
        "ix_asset_pair_score",
        "asset_pair",
        [sa.text("score DESC"), "first_id", "second_id"],
    )


def make_decision() -> None:
    table = "asset_decision"
    op.create_table(
        table,
        *ids("id", "first_id", "second_id"),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        whose(),
        instant("decided_at", server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f(f"ck_{table}_order")),
        sa.CheckConstraint(
            "decision IN ('same', 'different', 'later')",
            name=op.f(f"ck_{table}_decision"),
        ),
        *keys(table, "first_id", "second_id"),
        account_key(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_first_id", table, ["first_id", "second_id", "id"])
    op.create_index(f"ix_{table}_second_id", table, ["second_id"])
    op.create_index(f"ix_{table}_account_id", table, ["account_id"])


def make_merge() -> None:
    table = "asset_merge"
    op.create_table(
        table,
        *ids("id", "kept_id", "merged_id"),
        sa.Column("taken", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("own", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        whose(),
        instant("merged_at", server_default=sa.text("now()"), nullable=False),
        whose("undone_by", default=False),
        instant("undone_at", nullable=True),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f(f"ck_{table}_another")),
        sa.CheckConstraint(
            "undone_at IS NOT NULL OR undone_by IS NULL",
            name=op.f(f"ck_{table}_undone"),
        ),
        *keys(table, "kept_id", "merged_id"),
        account_key(table),
        account_key(table, "undone_by"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_kept_id", table, ["kept_id"])
    op.create_index(f"ix_{table}_account_id", table, ["account_id"])
    op.create_index(f"ix_{table}_undone_by", table, ["undone_by"])
    op.create_index(
        f"uq_{table}_merged_id",
        table,
        ["merged_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER tr_asset_pairs ON asset")
    op.execute("DROP FUNCTION forget_asset_pairs()")
    op.execute(
        "UPDATE asset_change SET what = 'changed' WHERE what IN ('merged', 'parted')"
    )
    tell_changes(())
    directory = earlier("0029_directory")
    directory.keep_versions(directory.ADDED)
    for table in ("asset_merge", "asset_decision", "asset_pair"):
        op.drop_table(table)
    op.drop_index("ix_asset_merged_into_id", "asset")
    for table in ("asset", "asset_version"):
        op.drop_column(table, "merged_into_id")
