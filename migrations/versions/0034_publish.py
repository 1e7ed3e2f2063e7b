"""Note of how few drawings may be told, for who reads with SQL.

The views of the schema ``publish`` tell of no fewer than this; the service has it from
its settings. Locks nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034_publish"
down_revision = "0033_webhooks"


def upgrade() -> None:
    """Make the table, with the policy that no deployment goes under."""
    op.create_table(
        "publish_policy",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("fewest_sketches", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_publish_policy_one"),
        sa.CheckConstraint("fewest_sketches >= 5", name="ck_publish_policy_fewest"),
        sa.PrimaryKeyConstraint("id", name="pk_publish_policy"),
    )
    op.execute("INSERT INTO publish_policy (id, fewest_sketches) VALUES (1, 5)")


def downgrade() -> None:
    """Take the table out."""
    op.drop_table("publish_policy")
