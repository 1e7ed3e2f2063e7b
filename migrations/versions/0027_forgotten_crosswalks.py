"""Let a crosswalk's rows go with its run, whoever takes the run out.

The service may replace runs, and may not delete rows by themselves: the trigger that
takes them out runs with its owner's rights, on the table that it was made for. Locks
nothing.
"""

from alembic import op

revision = "0027_forgotten_crosswalks"
down_revision = "0026_kept_consensus"

PIN = """
DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION forget_crosswalk() SECURITY DEFINER '
        'SET search_path = %I, pg_temp',
        current_schema()
    );
END
$$
"""


def upgrade() -> None:
    """Run it as its owner."""
    op.execute(PIN)


def downgrade() -> None:
    """Run it as the caller again."""
    op.execute("ALTER FUNCTION forget_crosswalk() SECURITY INVOKER RESET search_path")
