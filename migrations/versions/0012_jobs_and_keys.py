"""Jobs, the queue they wait in, and API keys.

The queue's tables are procrastinate's own, made from the schema that it brings; later
versions of them are taken with ours (jobs/queue_schema.py), so alembic leaves them out.
Makes new tables only: locks nothing that is in use.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from assetmap.jobs import queue_schema

revision = "0012_jobs_and_keys"
down_revision = "0011_crosswalks"

UNDER_WAY = sa.text("state IN ('queued', 'doing')")


def upgrade() -> None:
    queue_schema.install(op.get_bind())
    make_job()
    make_job_indexes()
    make_api_key()


def instant(name: str, **options: object) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def make_job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "public_id",
            sa.Uuid(),
            server_default=sa.text("gen_random_uuid()"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("spool", sa.String(), nullable=True),
        sa.Column(
            "state", sa.String(), server_default=sa.text("'queued'"), nullable=False
        ),
        sa.Column("done", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "total", sa.BigInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("message", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("error", postgresql.JSONB(), nullable=True),
        sa.Column(
            "attempts", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
        instant("cancel_asked_at", nullable=True),
        instant("created_at", server_default=sa.text("now()"), nullable=False),
        instant("started_at", nullable=True),
        instant("finished_at", nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'doing', 'succeeded', 'failed', 'cancelled')",
            name=op.f("ck_job_state"),
        ),
        sa.CheckConstraint(
            "done >= 0 AND total >= 0 AND attempts >= 0", name=op.f("ck_job_counted")
        ),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (state IN ('queued', 'doing'))",
            name=op.f("ck_job_finished"),
        ),
        sa.CheckConstraint(
            "state <> 'failed' OR error IS NOT NULL", name=op.f("ck_job_told")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )


def make_job_indexes() -> None:
    op.create_index("uq_job_public_id", "job", ["public_id"], unique=True)
    op.create_index("ix_job_state", "job", ["state", "id"])
    op.create_index(
        "uq_job_under_way",
        "job",
        ["fingerprint"],
        unique=True,
        postgresql_where=UNDER_WAY,
    )
    op.create_index(
        "uq_job_idempotency_key",
        "job",
        ["who", "idempotency_key"],
        unique=True,
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )


def make_api_key() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String()), nullable=True),
        instant("created_at", server_default=sa.text("now()"), nullable=False),
        instant("expires_at", nullable=True),
        instant("revoked_at", nullable=True),
        instant("last_used_at", nullable=True),
        sa.CheckConstraint(
            "octet_length(secret_sha256) = 32", name=op.f("ck_api_key_hashed")
        ),
        sa.CheckConstraint("role ~ '^[a-z]+$'", name=op.f("ck_api_key_role")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_api_key_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_api_key_public_id")),
    )
    op.create_index(
        "uq_api_key_name",
        "api_key",
        ["name"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("api_key")
    op.drop_table("job")
    queue_schema.remove(op.get_bind())
