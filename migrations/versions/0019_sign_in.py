"""Signing in: passwords, identities that providers vouch for, invitations, sessions.

Makes new tables only: locks nothing that is in use. Of every secret the hash is kept.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019_sign_in"
down_revision = "0018_accounts"

ACTING = "(nullif(current_setting('assetmap.account', true), ''))::bigint"


def upgrade() -> None:
    make_password()
    make_identity()
    make_invitation()
    make_session()
    make_attempt()
    make_begun()


def instant(name: str, **options: object) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def now(name: str) -> sa.Column:
    return instant(name, server_default=sa.text("now()"), nullable=False)


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=False)


def account(table: str) -> list[sa.Column | sa.Constraint]:
    name = op.f(f"fk_{table}_account_id_account")
    return [
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=name, ondelete="CASCADE"
        ),
    ]


def secret(
    table: str, column: str = "secret_sha256"
) -> list[sa.Column | sa.Constraint]:
    check = sa.CheckConstraint(
        f"octet_length({column}) = 32", name=op.f(f"ck_{table}_hashed")
    )
    return [sa.Column(column, sa.LargeBinary(), nullable=False), check]


def numbered(table: str) -> list[sa.Column | sa.Constraint]:
    return [
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def make_password() -> None:
    op.create_table(
        "sign_in_password",
        *numbered("sign_in_password"),
        *account("sign_in_password"),
        text("kept"),
        now("changed_at"),
        sa.CheckConstraint(
            "kept LIKE '$argon2id$%'", name=op.f("ck_sign_in_password_kept")
        ),
        sa.UniqueConstraint("account_id", name=op.f("uq_sign_in_password_account_id")),
    )


def make_identity() -> None:
    op.create_table(
        "sign_in_identity",
        *numbered("sign_in_identity"),
        *account("sign_in_identity"),
        text("provider"),
        text("issuer"),
        text("subject"),
        now("created_at"),
        now("used_at"),
        sa.UniqueConstraint(
            "issuer", "subject", name=op.f("uq_sign_in_identity_issuer_subject")
        ),
    )
    op.create_index(
        "ix_sign_in_identity_account_id", "sign_in_identity", ["account_id"]
    )


def make_invitation() -> None:
    op.create_table(
        "invitation",
        *numbered("invitation"),
        text("public_id"),
        *secret("invitation"),
        *account("invitation"),
        sa.Column(
            "made_by", sa.BigInteger(), server_default=sa.text(ACTING), nullable=True
        ),
        now("created_at"),
        instant("expires_at", nullable=False),
        instant("used_at", nullable=True),
        sa.CheckConstraint(
            "expires_at > created_at", name=op.f("ck_invitation_expires")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_invitation_made_by_account")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
    )
    op.create_index("ix_invitation_account_id", "invitation", ["account_id"])


def make_session() -> None:
    op.create_table(
        "sign_in_session",
        *numbered("sign_in_session"),
        text("public_id"),
        *secret("sign_in_session"),
        *account("sign_in_session"),
        text("how"),
        text("agent"),
        now("created_at"),
        now("seen_at"),
        instant("ends_at", nullable=False),
        instant("ended_at", nullable=True),
        sa.CheckConstraint(
            "length(agent) <= 200", name=op.f("ck_sign_in_session_agent")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_in_session_public_id")),
    )
    op.create_index("ix_sign_in_session_account_id", "sign_in_session", ["account_id"])


def make_attempt() -> None:
    op.create_table(
        "sign_in_attempt",
        text("kind"),
        *secret("sign_in_attempt", "digest"),
        sa.Column("failures", sa.Integer(), nullable=False),
        instant("last_at", nullable=False),
        sa.PrimaryKeyConstraint("kind", "digest", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index("ix_sign_in_attempt_last_at", "sign_in_attempt", ["last_at"])


def make_begun() -> None:
    op.create_table(
        "sign_in_begun",
        *secret("sign_in_begun", "browser_sha256"),
        sa.Column("begun", postgresql.JSONB(), nullable=False),
        now("created_at"),
        sa.PrimaryKeyConstraint("browser_sha256", name=op.f("pk_sign_in_begun")),
    )
    op.create_index("ix_sign_in_begun_created_at", "sign_in_begun", ["created_at"])


def downgrade() -> None:
    for table in ("begun", "attempt", "session", "identity", "password"):
        op.drop_table(f"sign_in_{table}")
    op.drop_table("invitation")
