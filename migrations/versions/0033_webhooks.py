"""Send what becomes of assets to whoever asks for it: webhooks, and what was sent.

Makes three tables; locks nothing that is there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033_webhooks"
down_revision = "0032_search"

ACTING = "(nullif(current_setting('assetmap.account', true), ''))::bigint"
ACTING_KEY = "nullif(current_setting('assetmap.key', true), '')"
NOW = sa.text("now()")


def upgrade() -> None:
    make_webhook()
    make_state()
    make_delivery()


def instant(name: str, *, is_now: bool = False) -> sa.Column:
    kind = sa.DateTime(timezone=True)
    default = NOW if is_now else None
    return sa.Column(name, kind, server_default=default, nullable=not is_now)


def counted(name: str, default: str) -> sa.Column:
    said = sa.text(default)
    return sa.Column(name, sa.Integer(), server_default=said, nullable=False)


def public_id() -> sa.Column:
    made = sa.text("gen_random_uuid()")
    return sa.Column("public_id", sa.Uuid(), server_default=made, nullable=False)


def of_webhook(table: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name=op.f(f"fk_{table}_webhook_id_webhook"),
            ondelete="CASCADE",
        ),
    )


def make_webhook() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.BigInteger(), nullable=False),
        public_id(),
        sa.Column(
            "account_id",
            sa.BigInteger(),
            server_default=sa.text(ACTING),
            nullable=False,
        ),
        sa.Column(
            "asked_key", sa.String(), server_default=sa.text(ACTING_KEY), nullable=True
        ),
        *(
            sa.Column(each, sa.String(), nullable=False)
            for each in ("name", "url", "signs_with", "from_cursor")
        ),
        sa.Column(
            "is_paused", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        counted("version", "1"),
        instant("created_at", is_now=True),
        instant("updated_at", is_now=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_webhook_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index("ix_webhook_account_id", "webhook", ["account_id"])
    op.create_index("uq_webhook_public_id", "webhook", ["public_id"], unique=True)


def make_state() -> None:
    op.create_table(
        "webhook_state",
        *of_webhook("webhook_state"),
        sa.Column("cursor", sa.String(), nullable=False),
        counted("failures", "0"),
        instant("next_try_at"),
        instant("disabled_at"),
        sa.Column("disabled_why", sa.String(), nullable=True),
        sa.Column("disabled_version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("webhook_id", name=op.f("pk_webhook_state")),
    )


def make_delivery() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.BigInteger(), nullable=False),
        public_id(),
        *of_webhook("webhook_delivery"),
        sa.Column("behind", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column(
            "state", sa.String(), server_default=sa.text("'waiting'"), nullable=False
        ),
        counted("attempts", "0"),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        instant("made_at", is_now=True),
        instant("tried_at"),
        sa.CheckConstraint(
            "state IN ('waiting', 'delivered', 'given_up')",
            name=op.f("ck_webhook_delivery_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index(
        "ix_webhook_delivery_webhook_id", "webhook_delivery", ["webhook_id", "id"]
    )
    op.create_index(
        "uq_webhook_delivery_waiting",
        "webhook_delivery",
        ["webhook_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    for table in ("webhook_delivery", "webhook_state", "webhook"):
        op.drop_table(table)
