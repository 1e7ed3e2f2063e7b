"""Tables of neighbourhoods and sketches."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetmap.db.base import Table, acting_column, degrees, grid, id_column, now_column


class NeighbourhoodRow(Table):
    """A place as residents know it."""

    __tablename__ = "neighbourhood"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        CheckConstraint(
            "merged_into_id IS NULL "
            "OR (merged_at IS NOT NULL AND merge_reason IS NOT NULL)",
            name="merged",
        ),
        Index("ix_neighbourhood_merged_into_id", "merged_into_id"),
    )

    id: Mapped[int] = id_column()
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_cy: Mapped[str | None]
    description: Mapped[str]
    council: Mapped[str]
    is_simulated: Mapped[bool]
    made_how: Mapped[str]
    is_published: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = now_column()
    updated_at: Mapped[datetime] = now_column()
    version: Mapped[int] = mapped_column(server_default=text("1"))
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="SET NULL")
    )
    merged_at: Mapped[datetime | None]
    merge_reason: Mapped[str | None]
    shown_levels: Mapped[list[float] | None] = mapped_column(ARRAY(Float()))
    shows_definitions: Mapped[bool] = mapped_column(server_default=text("true"))

    other_names: Mapped[list["NeighbourhoodNameRow"]] = relationship(
        cascade="all, delete-orphan",
        order_by="NeighbourhoodNameRow.name",
        passive_deletes=True,
    )


class NeighbourhoodNameRow(Table):
    """Another name of a neighbourhood, with its language."""

    __tablename__ = "neighbourhood_name"
    __table_args__ = (
        Index(
            "uq_neighbourhood_name", "neighbourhood_id", "name", "language", unique=True
        ),
    )

    id: Mapped[int] = id_column()
    neighbourhood_id: Mapped[int] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="CASCADE")
    )
    name: Mapped[str]
    language: Mapped[str] = mapped_column(server_default=text("'en'"))


class DrawingLinkRow(Table):
    """An open link: whoever has it draws a neighbourhood, until it closes.

    Of its secret only the hash is kept.
    """

    __tablename__ = "drawing_link"
    __table_args__ = (
        Index("uq_drawing_link_public_id", "public_id", unique=True),
        Index("uq_drawing_link_secret_sha256", "secret_sha256", unique=True),
        Index("ix_drawing_link_neighbourhood_id", "neighbourhood_id"),
        UniqueConstraint("id", "neighbourhood_id"),
        CheckConstraint("most_per_device BETWEEN 1 AND 1000", name="most_per_device"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = id_column()
    public_id: Mapped[UUID] = mapped_column(
        Uuid(), server_default=text("gen_random_uuid()")
    )
    neighbourhood_id: Mapped[int] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="CASCADE")
    )
    secret_sha256: Mapped[str]
    title: Mapped[str]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    most_per_device: Mapped[int]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now_column()
    updated_at: Mapped[datetime] = now_column()
    version: Mapped[int] = mapped_column(server_default=text("1"))


class LinkDeviceRow(Table):
    """A device that draws by a link: known by a token, whose hash is all that is kept.

    The service asks it through functions alone (accounts/sql/link_functions.sql).
    """

    __tablename__ = "link_device"
    __table_args__ = (
        Index("uq_link_device_token_sha256", "token_sha256", unique=True),
        Index("ix_link_device_link_id", "link_id"),
    )

    id: Mapped[int] = id_column()
    link_id: Mapped[int] = mapped_column(
        ForeignKey("drawing_link.id", ondelete="CASCADE")
    )
    token_sha256: Mapped[str]
    made_at: Mapped[datetime] = now_column()


class SketchRow(Table):
    """One resident's drawing; nothing of the shape is left once it is withdrawn."""

    __tablename__ = "sketch"
    __table_args__ = (
        Index("uq_sketch_public_id", "public_id", unique=True),
        Index("ix_sketch_geom", "geom", postgresql_using="gist"),
        Index("ix_sketch_resident", "neighbourhood_id", "resident", "drawn_at", "id"),
        Index(
            "uq_sketch_source_ref",
            "neighbourhood_id",
            "source",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
        CheckConstraint("weight > 0 AND weight < 'infinity'", name="weight"),
        CheckConstraint("years_lived BETWEEN 0 AND 120", name="years_lived"),
        CheckConstraint(
            "(geom IS NULL) = (withdrawn_at IS NOT NULL) "
            "AND (geom IS NULL) = (geom_wgs84 IS NULL)",
            name="withdrawn",
        ),
        CheckConstraint("weight = 1 OR weight_reason IS NOT NULL", name="weighed"),
        CheckConstraint(
            "(hidden_at IS NULL) = (hidden_why IS NULL) "
            "AND hidden_why IN ('spam', 'mistake', 'duplicate', 'other')",
            name="hidden",
        ),
        ForeignKeyConstraint(
            ["link_id", "neighbourhood_id"],
            ["drawing_link.id", "drawing_link.neighbourhood_id"],
        ),
        Index("ix_sketch_link_id", "link_id"),
        Index("ix_sketch_link_device_id", "link_device_id"),
    )

    id: Mapped[int] = id_column()
    public_id: Mapped[UUID] = mapped_column(
        Uuid(), server_default=text("gen_random_uuid()")
    )
    neighbourhood_id: Mapped[int] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="CASCADE")
    )
    geom: Mapped[Any | None] = mapped_column(grid("MULTIPOLYGON"))
    geom_wgs84: Mapped[Any | None] = mapped_column(degrees("MULTIPOLYGON"))
    resident: Mapped[str]
    weight: Mapped[float] = mapped_column(server_default=text("1"))
    years_lived: Mapped[float | None] = mapped_column(Numeric(asdecimal=False))
    note: Mapped[str | None]
    is_simulated: Mapped[bool]
    source: Mapped[str]
    source_ref: Mapped[str | None]
    drawn_at: Mapped[datetime] = now_column()
    withdrawn_at: Mapped[datetime | None]
    repaired: Mapped[str | None]
    edit_token_hash: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    updated_at: Mapped[datetime] = now_column()
    account_id: Mapped[int | None] = acting_column()
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    made_how: Mapped[str | None]
    weight_reason: Mapped[str | None]
    link_id: Mapped[int | None] = mapped_column(BigInteger())
    link_device_id: Mapped[int | None] = mapped_column(
        ForeignKey("link_device.id", ondelete="SET NULL")
    )
    hidden_at: Mapped[datetime | None]
    hidden_why: Mapped[str | None]
    hidden_note: Mapped[str | None]


class CountedSketchRow(Table):
    """A drawing that counts: the latest of a resident who has not withdrawn it.

    A view for whoever draws, of the place that they draw in. It is made with the rules
    of access (accounts/views.py), and tells nothing of who drew.
    """

    __tablename__ = "counted_sketch"
    __table_args__ = ({"info": {"is_view": True}},)

    id: Mapped[int] = id_column()
    neighbourhood_id: Mapped[int] = mapped_column(BigInteger())
    weight: Mapped[float]
    geom: Mapped[Any] = mapped_column(grid("MULTIPOLYGON"))
    version: Mapped[int]
    years_lived: Mapped[float | None] = mapped_column(Numeric(asdecimal=False))
    answered: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    weight_reason: Mapped[str | None]
