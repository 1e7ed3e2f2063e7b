"""Tables of networks made from registrations, and the shares kept beside them."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table


class CatchmentSetRow(Table):
    """A set of networks made from registrations: from which, and who was left out."""

    __tablename__ = "catchment_set"

    boundary_set_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE"), primary_key=True
    )
    blocks: Mapped[str]
    registrations: Mapped[str]
    extract_date: Mapped[date] = mapped_column(Date)
    as_at: Mapped[date] = mapped_column(Date)
    registered: Mapped[int] = mapped_column(Integer)
    without_pcn: Mapped[int] = mapped_column(Integer)
    unplaced: Mapped[dict[str, int]] = mapped_column(JSONB)


class CatchmentRow(Table):
    """A network of such a set: its list, its own blocks and how well they fit."""

    __tablename__ = "catchment"

    boundary_set_id: Mapped[int] = mapped_column(
        ForeignKey("catchment_set.boundary_set_id", ondelete="CASCADE"),
        primary_key=True,
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    practices: Mapped[int] = mapped_column(Integer)
    list_size: Mapped[int] = mapped_column(Integer)
    unplaced: Mapped[int] = mapped_column(Integer)
    blocks: Mapped[int] = mapped_column(Integer)
    registered: Mapped[int] = mapped_column(Integer)
    resident_fidelity: Mapped[float | None]
    list_fidelity: Mapped[float | None]
    effective_number: Mapped[float | None]
    overlaps: Mapped[list[Any]] = mapped_column(JSONB)


class CatchmentShareRow(Table):
    """Patients of a network in a block, and their share of the block's patients.

    ``pcn_code`` is empty for patients of practices in no network. Cells of few
    patients are among these rows; what is published leaves them out.
    """

    __tablename__ = "catchment_share"
    __table_args__ = (
        CheckConstraint("patients > 0", name="patients"),
        CheckConstraint("share > 0 AND share <= 1", name="share"),
        Index("ix_catchment_share_pcn", "boundary_set_id", "pcn_code"),
    )

    boundary_set_id: Mapped[int] = mapped_column(
        ForeignKey("catchment_set.boundary_set_id", ondelete="CASCADE"),
        primary_key=True,
    )
    block_code: Mapped[str] = mapped_column(primary_key=True)
    pcn_code: Mapped[str] = mapped_column(primary_key=True)
    patients: Mapped[int] = mapped_column(Integer)
    share: Mapped[float]
