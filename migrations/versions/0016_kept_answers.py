"""Answers that jobs worked out, kept for a while.

A question that takes longer than anybody waits is answered by a job; its answer is as
long as a file and is not the job's result. Makes a table and an index on job, which is
small: it is locked for a moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_kept_answers"
down_revision = "0015_postcode_weights"

ANSWERED = sa.text("kind = 'answer' AND state = 'succeeded'")


def upgrade() -> None:
    op.create_table(
        "job_answer",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["job.id"],
            name=op.f("fk_job_answer_job_id_job"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job_answer")),
    )
    op.create_index(
        "ix_job_answered", "job", ["fingerprint"], postgresql_where=ANSWERED
    )


def downgrade() -> None:
    op.drop_index("ix_job_answered", "job")
    op.drop_table("job_answer")
