"""The vintage of a boundary set: the release that its publisher calls it by.

It is not the day from which it holds: wards of December 2020 hold from earlier. Empty
for sets that are loaded already. Locks boundary_set (tens of rows) for a moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_vintage"
down_revision = "0012_jobs_and_keys"


def upgrade() -> None:
    op.add_column(
        "boundary_set",
        sa.Column("vintage", sa.String(), server_default="", nullable=False),
    )
    op.alter_column("boundary_set", "vintage", server_default=None)


def downgrade() -> None:
    op.drop_column("boundary_set", "vintage")
