"""Keep by which key a job was asked for, and let names of keys be an account's own.

A question's job is done with the rights that its asker had, which their key narrows.
Jobs that wait already are nobody's, as they were. A name of a key was one's alone in
the whole service, and so told of others' keys; now two accounts may use the same. What
a key was called also told whose an idempotency key of a job was. Locks job and api_key,
which are small, for a moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_askers"
down_revision = "0022_pinned"

HOLDS = sa.text("revoked_at IS NULL")
TOLD = sa.text("idempotency_key IS NOT NULL")
KEY = sa.text("nullif(current_setting('assetmap.key', true), '')")


def upgrade() -> None:
    op.add_column("job", sa.Column("asked_key", sa.String(), nullable=True))
    op.alter_column("job", "asked_key", server_default=KEY)
    op.drop_index("uq_job_idempotency_key", "job")
    op.create_index(
        "uq_job_idempotency_key",
        "job",
        ["account_id", "who", "idempotency_key"],
        unique=True,
        postgresql_where=TOLD,
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index("uq_api_key_name", "api_key")
    op.create_index(
        "uq_api_key_name",
        "api_key",
        ["account_id", "name"],
        unique=True,
        postgresql_where=HOLDS,
    )


def downgrade() -> None:
    # Of keys that are called alike only the newest keeps its name as it was.
    op.execute(
        "UPDATE api_key SET name = left(name, 80) || ' (' || public_id || ')'"
        " WHERE revoked_at IS NULL AND EXISTS (SELECT 1 FROM api_key AS other"
        " WHERE other.name = api_key.name AND other.revoked_at IS NULL"
        " AND other.id > api_key.id)"
    )
    op.drop_index("uq_api_key_name", "api_key")
    op.create_index(
        "uq_api_key_name", "api_key", ["name"], unique=True, postgresql_where=HOLDS
    )
    op.execute(
        "UPDATE job SET idempotency_key = NULL WHERE EXISTS (SELECT 1 FROM job AS other"
        " WHERE other.who = job.who AND other.idempotency_key = job.idempotency_key"
        " AND other.id > job.id)"
    )
    op.drop_index("uq_job_idempotency_key", "job")
    op.create_index(
        "uq_job_idempotency_key",
        "job",
        ["who", "idempotency_key"],
        unique=True,
        postgresql_where=TOLD,
    )
    op.drop_column("job", "asked_key")
