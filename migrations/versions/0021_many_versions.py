"""Keep the versions of many assets that change at once in seconds, not hours.

The trigger that keeps them joins what changed to what was kept. The planner knows
nothing of how much that is, and looked through all of the one for each row of the
other. Now what many rows are kept by is planned for many. Replaces a function; locks
nothing.
"""

import importlib.util
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0021_many_versions"
down_revision = "0020_writing"

FUNCTION = """
CREATE OR REPLACE FUNCTION keep_asset_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {path}
SET enable_nestloop = on
AS $$
DECLARE
    at timestamptz := clock_timestamp();
    acting bigint := {acting};
    unraised bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO asset_version (
            asset_id, version, from_at, account_id, changed, {columns}
        )
        SELECT fresh.id, fresh.version, at, acting, '{{}}', {fresh}
        FROM new_rows AS fresh;
        RETURN NULL;
    END IF;
    -- Until the function ends: a loop through all rows for each of many takes hours.
    IF (SELECT count(*) FROM new_rows) > {many} THEN
        SET LOCAL enable_nestloop = off;
    END IF;
    -- Planned each time: few rows and many are not kept alike.
    EXECUTE $changed$
        SELECT fresh.id
        FROM new_rows AS fresh INNER JOIN old_rows AS stale ON fresh.id = stale.id
        WHERE fresh.version <= stale.version LIMIT 1
    $changed$ INTO unraised;
    IF unraised IS NOT NULL THEN
        RAISE EXCEPTION 'asset % was changed and its version was not raised', unraised
            USING ERRCODE = 'check_violation';
    END IF;
    EXECUTE $changed$
        UPDATE asset_version SET until_at = $1
        FROM old_rows AS stale
        WHERE
            asset_version.asset_id = stale.id
            AND asset_version.version = stale.version
    $changed$ USING at;
    EXECUTE $changed$
        INSERT INTO asset_version (
            asset_id, version, from_at, account_id, changed, {columns}
        )
        SELECT
            fresh.id, fresh.version, $1, $2,
            array_remove(ARRAY[{changed}], NULL), {fresh}
        FROM new_rows AS fresh INNER JOIN old_rows AS stale ON fresh.id = stale.id
    $changed$ USING at, acting;
    RETURN NULL;
END
$$;
"""
MANY = 100


def earlier():
    """The migration that made the function."""
    file = Path(__file__).parent / "0020_writing.py"
    told = importlib.util.spec_from_file_location("earlier", file)
    made = importlib.util.module_from_spec(told)
    told.loader.exec_module(made)
    return made


def upgrade() -> None:
    made = earlier()
    op.execute(
        FUNCTION.format(
            path=op.get_bind().scalar(sa.text(made.PATH)),
            acting=made.ACTING,
            many=MANY,
            columns=", ".join(made.KEPT),
            fresh=", ".join(f"fresh.{each}" for each in made.KEPT),
            changed=", ".join(made._differs(each) for each in made.TOLD),
        )
    )


def downgrade() -> None:
    made = earlier()
    function, _, _ = made.TRIGGER.partition("CREATE TRIGGER")
    op.execute(
        function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").format(
            path=op.get_bind().scalar(sa.text(made.PATH)),
            acting=made.ACTING,
            columns=", ".join(made.KEPT),
            new=", ".join(f"fresh.{each}" for each in made.KEPT),
            changed=", ".join(made._differs(each) for each in made.TOLD),
        )
    )
