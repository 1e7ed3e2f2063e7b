"""The table of who runs assets."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, id_column, now_column


class ProviderRow(Table):
    """A body that runs assets, as a source describes it; never a person.

    ``identifiers`` are its numbers in registers, by the register's code in the list of
    org-id.guide (GB-CHC, GB-COH, GB-NHS). Whoever keeps an asset here is another thing:
    ``asset.organisation_id``.
    """

    __tablename__ = "provider"
    __table_args__ = (
        UniqueConstraint("source", "source_ref"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("parent_id <> id", name="parent"),
    )

    id: Mapped[int] = id_column()
    source: Mapped[str]
    source_ref: Mapped[str]
    name: Mapped[str]
    description: Mapped[str | None]
    url: Mapped[str | None]
    identifiers: Mapped[dict[str, str]] = mapped_column(
        JSONB, server_default=text("'{}'")
    )
    parent_id: Mapped[int | None] = mapped_column(
        BigInteger(), ForeignKey("provider.id"), index=True
    )
    licence: Mapped[str]
    attribution: Mapped[str]
    created_at: Mapped[datetime] = now_column()
    updated_at: Mapped[datetime] = now_column()
