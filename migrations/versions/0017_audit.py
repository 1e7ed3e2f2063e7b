"""Who did what, when, with which key: an audit that is only ever added to.

Entries stand in chains: each holds the hash of the one before it. Whoever writes takes
any chain that nobody else is writing to, so that writers never wait for each other.
What writes the entries is made with every ``db migrate`` (accounts/audit/schema.py),
so that a changed table is watched as it is. Makes new tables only: locks nothing that
is in use.
"""

import secrets

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017_audit"
down_revision = "0016_kept_answers"

BLOCK = 64
"""Bytes that SHA-256 takes in at a time, by which RFC 2104 (HMAC) pads a key."""


def upgrade() -> None:
    make_chain()
    make_entry()
    op.execute("CREATE SCHEMA audit")
    op.execute("CREATE SEQUENCE audit.entry_id AS bigint")
    op.execute("CREATE SEQUENCE audit.chain AS integer")
    make_secret()


def make_chain() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_chain")),
        sa.CheckConstraint("length >= 0", name=op.f("ck_audit_chain_length")),
    )
    # A head changes with every write: room for its next form on the same page.
    op.execute("ALTER TABLE audit_chain SET (fillfactor = 10)")


def make_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("operator", sa.String(), nullable=True),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("thing_id", sa.String(), nullable=True),
        sa.Column("neighbourhood_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("chain", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("chain", "place", name=op.f("uq_audit_entry_chain_place")),
    )
    op.create_index("ix_audit_entry_thing", "audit_entry", ["thing", "thing_id", "id"])
    op.create_index(
        "ix_audit_entry_neighbourhood",
        "audit_entry",
        ["neighbourhood_id", "id"],
        postgresql_where=sa.text("neighbourhood_id IS NOT NULL"),
    )


def make_secret() -> None:
    """The key of the digests that stand for what an entry may not hold."""
    op.execute("CREATE TABLE audit.secret (inside bytea, outside bytea)")
    key = secrets.token_bytes(32).ljust(BLOCK, b"\0")
    pads = {
        "inside": bytes(each ^ 0x36 for each in key),
        "outside": bytes(each ^ 0x5C for each in key),
    }
    op.get_bind().execute(
        sa.text("INSERT INTO audit.secret VALUES (:inside, :outside)"), pads
    )


def downgrade() -> None:
    op.execute("DROP SCHEMA audit CASCADE")
    op.drop_table("audit_entry")
    op.drop_table("audit_chain")
