"""Tables of saved crosswalks."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, id_column, now_column


class CrosswalkRunRow(Table):
    """A crosswalk that was computed: from which loads of what, how, and what came out.

    ``key`` tells the inputs and the method: a run serves only while a question has the
    same key, so a load of either set, of counts or of postcodes makes it stale.
    """

    __tablename__ = "crosswalk_run"
    __table_args__ = (
        Index("uq_crosswalk_run_key", "key", unique=True),
        CheckConstraint("measured_by IN ('area', 'people')", name="measured_by"),
        CheckConstraint("measure IN ('area', 'people', 'postcodes')", name="measure"),
    )

    id: Mapped[int] = id_column()
    key: Mapped[str]
    source_set_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE")
    )
    target_set_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE")
    )
    source: Mapped[str]
    target: Mapped[str]
    measured_by: Mapped[str]
    measure: Mapped[str]
    counts: Mapped[str | None]
    is_fractional: Mapped[bool]
    computed_by: Mapped[str]
    assetmap_version: Mapped[str]
    inputs: Mapped[list[Any]] = mapped_column(JSONB)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    summary: Mapped[dict[str, Any]] = mapped_column(JSONB)
    rows: Mapped[int] = mapped_column(Integer)
    computed_at: Mapped[datetime] = now_column()


class CrosswalkRow(Table):
    """What a source and a target share, by ordinal; target 0 is outside every target.

    Written by COPY and taken out with its run by a trigger: a foreign key would look
    the run up again for every row.
    """

    __tablename__ = "crosswalk"

    crosswalk_run_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[int] = mapped_column(Integer, primary_key=True)
    target: Mapped[int] = mapped_column(Integer, primary_key=True)
    overlap: Mapped[float]
    weight: Mapped[float]
    weight_fractional: Mapped[float]
    by_area: Mapped[bool]
    is_sliver: Mapped[bool]
