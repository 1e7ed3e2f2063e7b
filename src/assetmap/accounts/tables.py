"""The tables of accounts: who acts, what they are granted, and their keys."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import ACTING, Table, id_column, now_column

SLUG = "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'"


def _version() -> Mapped[int]:
    return mapped_column(server_default=text("1"))


def _whoever_acts() -> Mapped[int | None]:
    """The account that acted when the row was written; null: the service itself."""
    return mapped_column(
        BigInteger(), ForeignKey("account.id"), server_default=text(ACTING)
    )


class AccountRow(Table):
    """A person or a body that acts."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(SLUG, name="slug"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(
            "kind IN ('person', 'community', 'institution', 'operator')", name="kind"
        ),
    )

    id: Mapped[int] = id_column()
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    created_at: Mapped[datetime] = now_column()
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = _version()


class OrganisationRow(Table):
    """A body that runs assets."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(SLUG, name="slug"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("kind IN ('vcse', 'council', 'nhs', 'other')", name="kind"),
    )

    id: Mapped[int] = id_column()
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    url: Mapped[str | None]
    is_published: Mapped[bool] = mapped_column(server_default=text("true"))
    version: Mapped[int] = _version()
    created_at: Mapped[datetime] = now_column()
    updated_at: Mapped[datetime] = now_column()


class RoleGrantRow(Table):
    """A role that an account has, for how long and over what.

    That an institution is never a steward or a contributor is seen to by triggers.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "role IN ('contributor', 'steward', 'organisation_editor', 'analyst',"
            " 'administrator')",
            name="role",
        ),
        CheckConstraint(
            "num_nonnulls(neighbourhood_id, organisation_id, boundary_set) = "
            "CASE WHEN role IN ('contributor', 'steward', 'organisation_editor') "
            "THEN 1 WHEN role = 'administrator' THEN 0 "
            "ELSE num_nonnulls(boundary_set) END",
            name="reach",
        ),
        CheckConstraint(
            "(role IN ('contributor', 'steward')) = (neighbourhood_id IS NOT NULL)",
            name="place",
        ),
        CheckConstraint(
            "(boundary_set IS NULL) = (boundary_code IS NULL)", name="boundary"
        ),
        CheckConstraint("holds_until > holds_from", name="holds"),
    )

    id: Mapped[int] = id_column()
    account_id: Mapped[int] = mapped_column(
        BigInteger(), ForeignKey("account.id"), index=True
    )
    role: Mapped[str]
    neighbourhood_id: Mapped[int | None] = mapped_column(
        BigInteger(),
        ForeignKey("neighbourhood.id", ondelete="CASCADE", use_alter=True),
        index=True,
    )
    organisation_id: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    boundary_set: Mapped[str | None]
    boundary_code: Mapped[str | None]
    given_by: Mapped[int | None] = _whoever_acts()
    given_at: Mapped[datetime] = now_column()
    holds_from: Mapped[datetime] = now_column()
    holds_until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("account.id")
    )


class AccessRuleRow(Table):
    """A cell of the table of rules, as the database has it."""

    __tablename__ = "access_rule"

    thing: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))


class ApiKeyRow(Table):
    """A key: the hash of its secret, never the secret.

    ``scopes`` narrows what its account may do; null: nothing is taken away.
    """

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("public_id"),
        Index(
            "uq_api_key_name",
            "account_id",
            "name",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("octet_length(secret_sha256) = 32", name="hashed"),
        CheckConstraint("name <> ''", name="named"),
    )

    id: Mapped[int] = id_column()
    public_id: Mapped[str]
    name: Mapped[str]
    account_id: Mapped[int] = mapped_column(
        BigInteger(), ForeignKey("account.id"), index=True
    )
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary(), deferred=True)
    scopes: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    made_by: Mapped[int | None] = _whoever_acts()
    created_at: Mapped[datetime] = now_column()
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
