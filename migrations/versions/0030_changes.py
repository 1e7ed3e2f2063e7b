"""Tell what became of assets in the order in which it was kept: a feed to be followed.

Triggers on ``asset`` write what each statement did, whoever makes it. Its place in the
feed is given when its transaction is about to be kept, under a lock: numbers that are
given when a row is written do not come in the order in which rows can be seen. What
there is already gets one place, the first: as many rows as there are versions of
assets. ``asset`` is locked for a moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030_changes"
down_revision = "0029_directory"

LOCK = 4_201_533
"""Held from when places in the feed are given until they can be seen."""

PATH = """
SELECT string_agg(DISTINCT quote_ident(nspname), ', ') || ', pg_temp'
FROM pg_namespace
WHERE
    nspname = current_schema()
    OR oid = (SELECT extnamespace FROM pg_extension WHERE extname = 'postgis')
"""

PLACING = """
CREATE FUNCTION place_asset_turn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {path}
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({lock});
    UPDATE asset_turn
    SET place = nextval('asset_turn_place'), at = clock_timestamp()
    WHERE asset_turn.id = NEW.id AND asset_turn.place IS NULL;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER tr_asset_turn_placed AFTER INSERT ON asset_turn
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION place_asset_turn();
"""

KEEPING = """
CREATE FUNCTION keep_asset_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {path}
SET enable_nestloop = on
AS $$
DECLARE
    made bigint;
    written bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT count(*) INTO written FROM old_rows;
    ELSE
        SELECT count(*) INTO written FROM new_rows;
    END IF;
    IF written = 0 THEN
        RETURN NULL;
    END IF;
    INSERT INTO asset_turn DEFAULT VALUES RETURNING id INTO made;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO asset_change
        SELECT made, fresh.id, fresh.version, 'added', false, fresh.is_published
        FROM new_rows AS fresh;
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO asset_change
        SELECT
            made, stale.id, stale.version + 1, 'deleted', stale.is_published, false
        FROM old_rows AS stale;
        RETURN NULL;
    END IF;
    -- Until the function ends: a loop through all rows for each of many takes hours.
    IF written > 100 THEN
        SET LOCAL enable_nestloop = off;
    END IF;
    -- Planned each time: few rows and many are not joined alike.
    EXECUTE $changed$
        INSERT INTO asset_change
        SELECT
            $1, fresh.id, fresh.version,
            CASE
                WHEN
                    fresh.contact_erased_at IS NOT NULL
                    AND fresh.contact_erased_at
                    IS DISTINCT FROM stale.contact_erased_at
                    THEN 'erased'
                WHEN fresh.status = 'closed' AND stale.status <> 'closed' THEN 'closed'
                WHEN fresh.status <> 'closed' AND stale.status = 'closed'
                    THEN 'reopened'
                ELSE 'changed'
            END,
            stale.is_published, fresh.is_published
        FROM new_rows AS fresh INNER JOIN old_rows AS stale ON fresh.id = stale.id
    $changed$ USING made;
    RETURN NULL;
END
$$;
CREATE TRIGGER tr_asset_told_added AFTER INSERT ON asset
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION keep_asset_change();
CREATE TRIGGER tr_asset_told_changed AFTER UPDATE ON asset
REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION keep_asset_change();
CREATE TRIGGER tr_asset_told_deleted AFTER DELETE ON asset
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION keep_asset_change();
"""

BEFORE = """
WITH told AS (
    SELECT
        asset_id, version, is_published,
        lag(is_published) OVER later AS was_published,
        status,
        lag(status) OVER later AS was
    FROM asset_version
    WINDOW later AS (PARTITION BY asset_id ORDER BY version)
),
turn AS (
    INSERT INTO asset_turn (place, at)
    SELECT nextval('asset_turn_place'), clock_timestamp()
    WHERE EXISTS (SELECT 1 FROM told)
    RETURNING id
)
INSERT INTO asset_change
SELECT
    turn.id, told.asset_id, told.version,
    CASE
        WHEN told.was IS NULL THEN 'added'
        WHEN told.status = 'closed' AND told.was <> 'closed' THEN 'closed'
        WHEN told.status <> 'closed' AND told.was = 'closed' THEN 'reopened'
        ELSE 'changed'
    END,
    coalesce(told.was_published, false), told.is_published
FROM told CROSS JOIN turn
"""


def upgrade() -> None:
    op.create_table(
        "asset_turn",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(place IS NULL) = (at IS NULL)", name=op.f("ck_asset_turn_place")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_turn")),
    )
    op.create_index("uq_asset_turn_place", "asset_turn", ["place"], unique=True)
    op.create_index("ix_asset_turn_at", "asset_turn", ["at"])
    op.create_table(
        "asset_change",
        sa.Column("turn_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("was_published", sa.Boolean(), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "what IN ('added', 'changed', 'closed', 'reopened', 'erased', 'deleted')",
            name=op.f("ck_asset_change_what"),
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"],
            ["asset_turn.id"],
            name=op.f("fk_asset_change_turn_id_asset_turn"),
        ),
        sa.PrimaryKeyConstraint(
            *("turn_id", "asset_id", "version"), name=op.f("pk_asset_change")
        ),
    )
    op.execute("CREATE SEQUENCE asset_turn_place OWNED BY asset_turn.place")
    path = op.get_bind().scalar(sa.text(PATH))
    op.execute(BEFORE)
    op.create_index("ix_asset_change_asset_id", "asset_change", ["asset_id", "version"])
    op.execute(PLACING.format(path=path, lock=LOCK))
    op.execute(KEEPING.format(path=path))


def downgrade() -> None:
    for name in ("added", "changed", "deleted"):
        op.execute(f"DROP TRIGGER tr_asset_told_{name} ON asset")
    op.execute("DROP FUNCTION keep_asset_change()")
    op.drop_table("asset_change")
    op.drop_table("asset_turn")
    op.execute("DROP FUNCTION place_asset_turn()")
