"""Households or people at postcodes, by which a building block's people are spread.

Null for what is loaded already: there shares are equal, as before. Locks postcode and
point_chunk for a moment; no row is written again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_postcode_weights"
down_revision = "0014_deprivation"


def upgrade() -> None:
    op.add_column("postcode", sa.Column("weight", sa.Double(), nullable=True))
    op.add_column("point_chunk", sa.Column("shares", sa.LargeBinary(), nullable=True))
    # Bytes hardly shrink, and unpacking them costs.
    op.execute("ALTER TABLE point_chunk ALTER shares SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_column("point_chunk", "shares")
    op.drop_column("postcode", "weight")
