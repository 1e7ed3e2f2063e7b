"""When a postcode ended, whether a large user has it, how good its place is.

People are spread over postcodes where somebody lives, and look-ups tell of one that has
ended. ``spread_over`` says which postcodes those are. Null for what is loaded already:
load postcodes again to know. Locks postcode and count_set for a moment; no row is
written again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_ended_postcodes"
down_revision = "0008_boundary_quality"

COLUMNS = {
    "ended": sa.String(),
    "is_large_user": sa.Boolean(),
    "grid_quality": sa.SmallInteger(),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("postcode", sa.Column(name, kind, nullable=True))
    op.add_column("count_set", sa.Column("spread_over", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("count_set", "spread_over")
    for name in reversed(COLUMNS):
        op.drop_column("postcode", name)
