"""The table of API keys."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, id_column, now_column


class ApiKeyRow(Table):
    """A key: the hash of its secret, never the secret.

    ``scopes`` waits for roles that reach some places only; null reaches all.
    """

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("public_id"),
        Index(
            "uq_api_key_name",
            "name",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("octet_length(secret_sha256) = 32", name="hashed"),
        CheckConstraint("role ~ '^[a-z]+$'", name="role"),
        CheckConstraint("name <> ''", name="named"),
    )

    id: Mapped[int] = id_column()
    public_id: Mapped[str]
    name: Mapped[str]
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary())
    role: Mapped[str]
    scopes: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    created_at: Mapped[datetime] = now_column()
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
