"""The tables of sign-in. Of every secret the hash is kept, never the secret."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import ACTING, Table, id_column, now_column

HASHED = "octet_length({}) = 32"


def _account(**options: object) -> Mapped[int]:
    """Whose it is; gone when the account is."""
    owner = ForeignKey("account.id", ondelete="CASCADE")
    return mapped_column(BigInteger(), owner, **options)  # type: ignore[arg-type]


class SignInPasswordRow(Table):
    """What is kept of an account's password."""

    __tablename__ = "sign_in_password"
    __table_args__ = (
        CheckConstraint("kept LIKE '$argon2id$%'", name="kept"),
        UniqueConstraint("account_id"),
    )

    id: Mapped[int] = id_column()
    account_id: Mapped[int] = _account()
    kept: Mapped[str]
    changed_at: Mapped[datetime] = now_column()


class SignInIdentityRow(Table):
    """Who somebody is to a provider: issuer and subject, never an e-mail."""

    __tablename__ = "sign_in_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = id_column()
    account_id: Mapped[int] = _account(index=True)
    provider: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime] = now_column()
    used_at: Mapped[datetime] = now_column()


class InvitationRow(Table):
    """A link that opens an account once; the newest of an account is the one."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("public_id"),
        CheckConstraint(HASHED.format("secret_sha256"), name="hashed"),
        CheckConstraint("expires_at > created_at", name="expires"),
    )

    id: Mapped[int] = id_column()
    public_id: Mapped[str]
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary(), deferred=True)
    account_id: Mapped[int] = _account(index=True)
    made_by: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("account.id"), server_default=text(ACTING)
    )
    created_at: Mapped[datetime] = now_column()
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInSessionRow(Table):
    """A browser in which somebody has signed in."""

    __tablename__ = "sign_in_session"
    __table_args__ = (
        UniqueConstraint("public_id"),
        CheckConstraint(HASHED.format("secret_sha256"), name="hashed"),
        CheckConstraint("length(agent) <= 200", name="agent"),
    )

    id: Mapped[int] = id_column()
    public_id: Mapped[str]
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary(), deferred=True)
    account_id: Mapped[int] = _account(index=True)
    how: Mapped[str]
    agent: Mapped[str]
    created_at: Mapped[datetime] = now_column()
    seen_at: Mapped[datetime] = now_column()
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInAttemptRow(Table):
    """Failed attempts on one account, or from one address, neither of them named."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (CheckConstraint(HASHED.format("digest"), name="hashed"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)


class SignInBegunRow(Table):
    """A sign-in that was sent to a provider and has not come back."""

    __tablename__ = "sign_in_begun"
    __table_args__ = (CheckConstraint(HASHED.format("browser_sha256"), name="hashed"),)

    browser_sha256: Mapped[bytes] = mapped_column(LargeBinary(), primary_key=True)
    begun: Mapped[dict[str, str]] = mapped_column(JSONB())
    created_at: Mapped[datetime] = mapped_column(
        server_default=text("now()"), index=True
    )
