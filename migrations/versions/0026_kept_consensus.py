"""Counts of a consensus that are kept, as drawings come and go.

A consensus of many sketches need not be worked out anew when one comes, changes or
goes: votes are kept on squares and at population points, with what takes each sketch
out again. A trigger notes which neighbourhoods a transaction draws in; another sees to
it that nothing made of a drawing outlives it. Makes four empty tables and three
triggers on sketch, which is locked for a moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026_kept_consensus"
down_revision = "0025_releases"

PATH = """
SELECT string_agg(DISTINCT quote_ident(nspname), ', ') || ', pg_temp'
FROM pg_namespace
WHERE
    nspname = current_schema()
    OR oid = (SELECT extnamespace FROM pg_extension WHERE extname = 'postgis')
"""

FUNCTIONS = """
CREATE FUNCTION note_drawn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {path}
AS $$
BEGIN
    INSERT INTO consensus_kept (neighbourhood_id, written)
    SELECT DISTINCT
        coalesce(neighbourhood.merged_into_id, neighbourhood.id) AS place,
        pg_current_xact_id()::text::bigint
    FROM new_rows AS drawn
    INNER JOIN neighbourhood ON drawn.neighbourhood_id = neighbourhood.id
    ORDER BY place
    ON CONFLICT (neighbourhood_id) DO UPDATE SET written = excluded.written;
    RETURN NULL;
END
$$;
CREATE TRIGGER sketch_note_added AFTER INSERT ON sketch
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_drawn();
CREATE TRIGGER sketch_note_changed AFTER UPDATE ON sketch
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_drawn();

CREATE FUNCTION erase_laid() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {path}
AS $$
BEGIN
    DELETE FROM sketch_laid
    WHERE
        sketch_laid.sketch_id = new.id
        AND (new.geom IS NULL OR sketch_laid.version <> new.version);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER sketch_erase_laid AFTER UPDATE ON sketch
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erase_laid();
"""
NAMES = ("note_drawn", "erase_laid")
TABLES = (*("sketch_laid", "consensus_point", "consensus_square", "consensus_kept"),)


def upgrade() -> None:
    make_counts()
    make_laid()
    path = op.get_bind().scalar(sa.text(PATH))
    op.execute(FUNCTIONS.format(path=path))


def downgrade() -> None:
    for name in NAMES:
        op.execute(f"DROP FUNCTION {name}() CASCADE")
    for name in TABLES:
        op.drop_table(name)


def make_counts() -> None:
    """Counts on squares and at points, and which sketches they are of."""
    op.create_table(
        "consensus_kept",
        owned("consensus_kept", primary=True),
        sa.Column("written", sa.BigInteger(), nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=True),
        sa.Column("points", sa.String(), nullable=True),
        sa.Column("turn", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    op.create_index("ix_consensus_kept_written", "consensus_kept", ["written"])
    op.create_table(
        "consensus_square",
        owned("consensus_square"),
        sa.Column("north", sa.Integer(), nullable=False),
        sa.Column("east", sa.Integer(), nullable=False),
        sa.Column("units", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "neighbourhood_id", "north", "east", name=op.f("pk_consensus_square")
        ),
    )
    op.create_table(
        "consensus_point",
        owned("consensus_point"),
        of("consensus_point", "chunk_id", "point_chunk"),
        sa.Column("units", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "neighbourhood_id", "chunk_id", name=op.f("pk_consensus_point")
        ),
    )


def make_laid() -> None:
    """What takes a sketch out of the counts again."""
    op.create_table(
        "sketch_laid",
        of("sketch_laid", "sketch_id", "sketch"),
        owned("sketch_laid"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.LargeBinary(), nullable=False)
            for name in ("runs", "points", "others", "shared_m2")
        ),
        sa.PrimaryKeyConstraint("sketch_id", name=op.f("pk_sketch_laid")),
    )
    op.create_index("ix_sketch_laid_neighbourhood", "sketch_laid", ["neighbourhood_id"])


def of(table: str, column: str, whose: str, primary: bool = False) -> sa.Column:
    """A column that goes with the row of another table."""
    name = op.f(f"fk_{table}_{column}_{whose}")
    key = sa.ForeignKey(f"{whose}.id", ondelete="CASCADE", name=name)
    return sa.Column(column, sa.BigInteger(), key, nullable=False, primary_key=primary)


def owned(table: str, primary: bool = False) -> sa.Column:
    """The neighbourhood that a row is of."""
    return of(table, "neighbourhood_id", "neighbourhood", primary)
