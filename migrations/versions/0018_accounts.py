"""Accounts, what they are granted, and whose neighbourhoods, assets and sketches are.

What is stored already stays published and is kept by nobody. Each key gets an account:
an administrator's one that runs the service, a reader's one that may analyse. Adds
columns with constant defaults (no row is written again); locks neighbourhood, asset,
sketch, job and api_key for a moment, asset and sketch also while an index is made.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018_accounts"
down_revision = "0017_audit"

SLUG = "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'"
ACTING = "(nullif(current_setting('assetmap.account', true), ''))::bigint"

INSTITUTIONS = """
CREATE FUNCTION refuse_community_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'role_grant' THEN
        -- Waits for a change of the account's kind, and holds off the next.
        PERFORM 1 FROM account
        WHERE account.id = new.account_id AND account.kind = 'institution'
        FOR SHARE;
    ELSE
        PERFORM 1 FROM role_grant
        WHERE
            role_grant.account_id = new.id
            AND new.kind = 'institution'
            AND role_grant.role IN ('steward', 'contributor')
            AND role_grant.revoked_at IS NULL;
    END IF;
    IF found THEN
        RAISE EXCEPTION 'an institution cannot be a steward or a contributor'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'ck_role_grant_community_led';
    END IF;
    RETURN new;
END
$$;
ALTER FUNCTION refuse_community_role() SECURITY DEFINER;
CREATE TRIGGER tr_role_grant_community_led
BEFORE INSERT OR UPDATE OF account_id, role, revoked_at ON role_grant FOR EACH ROW
WHEN (new.role IN ('steward', 'contributor') AND new.revoked_at IS NULL)
EXECUTE FUNCTION refuse_community_role();
CREATE TRIGGER tr_account_community_led
BEFORE UPDATE OF kind ON account FOR EACH ROW
WHEN (new.kind = 'institution' AND old.kind IS DISTINCT FROM new.kind)
EXECUTE FUNCTION refuse_community_role();
"""

KEYS = """
INSERT INTO account (slug, name, kind)
SELECT
    'key-' || public_id,
    name,
    CASE role WHEN 'administrator' THEN 'operator' ELSE 'person' END
FROM api_key;
UPDATE api_key SET account_id = account.id
FROM account WHERE account.slug = 'key-' || api_key.public_id;
INSERT INTO role_grant (account_id, role)
SELECT
    account_id,
    CASE role WHEN 'administrator' THEN 'administrator' ELSE 'analyst' END
FROM api_key;
"""

KEYS_BACK = """
UPDATE api_key SET role = CASE WHEN EXISTS (
    SELECT 1 FROM role_grant
    WHERE
        role_grant.account_id = api_key.account_id
        AND role_grant.role = 'administrator'
        AND role_grant.revoked_at IS NULL
        AND coalesce(role_grant.holds_until > now(), true)
        AND role_grant.holds_from <= now()
) AND api_key.scopes IS NULL THEN 'administrator' ELSE 'reader' END;
"""


def upgrade() -> None:
    make_account()
    make_organisation()
    make_role_grant()
    make_access_rule()
    change_key()
    say_whose()
    op.execute(INSTITUTIONS)


def instant(name: str, **options: object) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def now(name: str) -> sa.Column:
    return instant(name, server_default=sa.text("now()"), nullable=False)


def version() -> sa.Column:
    return sa.Column(
        "version", sa.Integer(), server_default=sa.text("1"), nullable=False
    )


def make_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        now("created_at"),
        instant("closed_at", nullable=True),
        version(),
        sa.CheckConstraint(SLUG, name=op.f("ck_account_slug")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_account_name")),
        sa.CheckConstraint(
            "kind IN ('person', 'community', 'institution', 'operator')",
            name=op.f("ck_account_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("slug", name=op.f("uq_account_slug")),
    )


def make_organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column(
            "is_published",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
        ),
        version(),
        now("created_at"),
        now("updated_at"),
        sa.CheckConstraint(SLUG, name=op.f("ck_organisation_slug")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_organisation_name")),
        sa.CheckConstraint(
            "kind IN ('vcse', 'council', 'nhs', 'other')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )


def make_role_grant() -> None:
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("neighbourhood_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("boundary_set", sa.String(), nullable=True),
        sa.Column("boundary_code", sa.String(), nullable=True),
        sa.Column(
            "given_by", sa.BigInteger(), server_default=sa.text(ACTING), nullable=True
        ),
        now("given_at"),
        now("holds_from"),
        instant("holds_until", nullable=True),
        instant("revoked_at", nullable=True),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "role IN ('contributor', 'steward', 'organisation_editor', 'analyst',"
            " 'administrator')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(neighbourhood_id, organisation_id, boundary_set) = "
            "CASE WHEN role IN ('contributor', 'steward', 'organisation_editor') "
            "THEN 1 WHEN role = 'administrator' THEN 0 "
            "ELSE num_nonnulls(boundary_set) END",
            name=op.f("ck_role_grant_reach"),
        ),
        sa.CheckConstraint(
            "(role IN ('contributor', 'steward')) = (neighbourhood_id IS NOT NULL)",
            name=op.f("ck_role_grant_place"),
        ),
        sa.CheckConstraint(
            "(boundary_set IS NULL) = (boundary_code IS NULL)",
            name=op.f("ck_role_grant_boundary"),
        ),
        sa.CheckConstraint(
            "holds_until > holds_from", name=op.f("ck_role_grant_holds")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_role_grant_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["account.id"], name=op.f("fk_role_grant_given_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"],
            ["account.id"],
            name=op.f("fk_role_grant_revoked_by_account"),
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_role_grant_neighbourhood_id_neighbourhood"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_role_grant_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    for column in ("account_id", "neighbourhood_id", "organisation_id"):
        op.create_index(f"ix_role_grant_{column}", "role_grant", [column])


def make_access_rule() -> None:
    op.create_table(
        "access_rule",
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("words", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("thing", "action", "role", name=op.f("pk_access_rule")),
    )


def change_key() -> None:
    whose = sa.Column("account_id", sa.BigInteger(), nullable=True)
    maker = sa.Column(
        "made_by", sa.BigInteger(), server_default=sa.text(ACTING), nullable=True
    )
    op.add_column("api_key", whose)
    op.execute(KEYS)
    op.alter_column("api_key", "account_id", nullable=False)
    op.add_column("api_key", maker)
    op.drop_constraint(op.f("ck_api_key_role"), "api_key")
    op.drop_column("api_key", "role")
    for column in ("account_id", "made_by"):
        refer("api_key", column, "account")
    op.create_index("ix_api_key_account_id", "api_key", ["account_id"])


def say_whose() -> None:
    for table in ("neighbourhood", "asset"):
        op.add_column(
            table,
            sa.Column(
                "is_published",
                sa.Boolean(),
                server_default=sa.text("true"),
                nullable=False,
            ),
        )
    for column, other in (
        ("neighbourhood_id", "neighbourhood"),
        ("organisation_id", "organisation"),
    ):
        op.add_column("asset", sa.Column(column, sa.BigInteger(), nullable=True))
        refer("asset", column, other)
        op.create_index(f"ix_asset_{column}", "asset", [column])
    op.create_check_constraint(
        op.f("ck_asset_kept"),
        "asset",
        "num_nonnulls(neighbourhood_id, organisation_id) < 2",
    )
    for table, column in (
        ("asset", "created_by"),
        ("sketch", "account_id"),
        ("job", "account_id"),
    ):
        op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
        op.alter_column(table, column, server_default=sa.text(ACTING))
        refer(table, column, "account")
        op.create_index(f"ix_{table}_{column}", table, [column])


def refer(table: str, column: str, other: str) -> None:
    name = op.f(f"fk_{table}_{column}_{other}")
    op.create_foreign_key(name, table, other, [column], ["id"])


def downgrade() -> None:
    op.add_column("api_key", sa.Column("role", sa.String(), nullable=True))
    op.execute(KEYS_BACK)
    op.alter_column("api_key", "role", nullable=False)
    op.create_check_constraint(op.f("ck_api_key_role"), "api_key", "role ~ '^[a-z]+$'")
    for table, column in (
        ("job", "account_id"),
        ("sketch", "account_id"),
        ("asset", "created_by"),
        ("asset", "organisation_id"),
        ("asset", "neighbourhood_id"),
        ("asset", "is_published"),
        ("neighbourhood", "is_published"),
        ("api_key", "made_by"),
        ("api_key", "account_id"),
    ):
        op.drop_column(table, column)
    for table in ("access_rule", "role_grant", "organisation", "account"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_community_role()")
