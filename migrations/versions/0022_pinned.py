"""Pin where the check that institutions lead no community looks for its tables.

It runs with its owner's rights; without a path of its own a temporary table of the
caller's, called as one of ours, would be looked at instead. Locks nothing.
"""

from alembic import op

revision = "0022_pinned"
down_revision = "0021_many_versions"

PIN = """
DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION refuse_community_role() SET search_path = %I, pg_temp',
        current_schema()
    );
END
$$
"""


def upgrade() -> None:
    """Pin it."""
    op.execute(PIN)


def downgrade() -> None:
    """Leave it to the caller's path again."""
    op.execute("ALTER FUNCTION refuse_community_role() RESET search_path")
