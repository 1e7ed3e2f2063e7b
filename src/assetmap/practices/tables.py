"""Tables of practices, networks, their memberships and registered patients."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func
from sqlalchemy.sql.expression import column

from assetmap.db.base import Table, degrees, grid, id_column, now_column


class PracticeRow(Table):
    """A GP practice, as the newest source of each fact says (``said_on``)."""

    __tablename__ = "practice"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    postcode: Mapped[str | None]
    status: Mapped[str | None]
    opened: Mapped[date | None] = mapped_column(Date)
    closed: Mapped[date | None] = mapped_column(Date)
    sub_icb_code: Mapped[str | None]
    said_on: Mapped[date] = mapped_column(Date)
    geom: Mapped[Any | None] = mapped_column(grid("POINT"))
    geom_wgs84: Mapped[Any | None] = mapped_column(degrees("POINT"))


class PcnRow(Table):
    """A primary care network and the sub-ICB that leads it."""

    __tablename__ = "pcn"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    sub_icb_code: Mapped[str | None]
    opened: Mapped[date | None] = mapped_column(Date)
    closed: Mapped[date | None] = mapped_column(Date)
    said_on: Mapped[date] = mapped_column(Date)


class NhsAreaRow(Table):
    """A sub-ICB location, and the ICB that it lies in; or an ICB."""

    __tablename__ = "nhs_area"
    __table_args__ = (CheckConstraint("kind IN ('sub_icb', 'icb')", name="kind"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    ons_code: Mapped[str | None]
    parent_code: Mapped[str | None]
    said_on: Mapped[date] = mapped_column(Date)


class PracticeListRow(Table):
    """A file of practices or memberships, and the day on which it held.

    ``part`` is the file of a partial list; empty for a whole one.
    """

    __tablename__ = "practice_list"
    __table_args__ = (
        Index("uq_practice_list_layout_day_part", "layout", "day", "part", unique=True),
    )

    id: Mapped[int] = id_column()
    layout: Mapped[str]
    day: Mapped[date] = mapped_column(Date)
    part: Mapped[str]
    is_whole: Mapped[bool]
    rows: Mapped[int] = mapped_column(Integer)
    title: Mapped[str]
    publisher: Mapped[str]
    licence: Mapped[str]
    attribution: Mapped[str]
    source: Mapped[str]
    sha256: Mapped[str]
    loaded_by: Mapped[str]
    loaded_at: Mapped[datetime] = now_column()


class PracticeOnDayRow(Table):
    """A practice as a list has it on its day; without ``pcn_code`` it is in no PCN."""

    __tablename__ = "practice_on_day"

    list_id: Mapped[int] = mapped_column(
        ForeignKey("practice_list.id", ondelete="CASCADE"), primary_key=True
    )
    practice_code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    postcode: Mapped[str]
    pcn_code: Mapped[str | None]
    sub_icb_code: Mapped[str]


class PracticeSpellRow(Table):
    """A dated record of a practice in a network; ``ended`` is its last day."""

    __tablename__ = "practice_spell"

    list_id: Mapped[int] = mapped_column(
        ForeignKey("practice_list.id", ondelete="CASCADE"), primary_key=True
    )
    practice_code: Mapped[str] = mapped_column(primary_key=True)
    began: Mapped[date] = mapped_column(Date, primary_key=True)
    pcn_code: Mapped[str]
    ended: Mapped[date | None] = mapped_column(Date)


class PracticeMembershipRow(Table):
    """A practice in a network for a time: worked out from all that is loaded."""

    __tablename__ = "practice_membership"
    __table_args__ = (
        CheckConstraint("valid_to > valid_from", name="valid"),
        CheckConstraint("began_how IN ('dated', 'between', 'by')", name="began_how"),
        CheckConstraint("began_after < valid_from", name="began_after"),
        CheckConstraint("ended_after < valid_to", name="ended_after"),
        ExcludeConstraint(
            (column("practice_code"), "="),
            (func.daterange(column("valid_from"), column("valid_to")), "&&"),
            name="ex_practice_membership_one_pcn",
            using="gist",
        ),
        Index("ix_practice_membership_pcn_code", "pcn_code"),
    )

    id: Mapped[int] = id_column()
    practice_code: Mapped[str]
    pcn_code: Mapped[str]
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    began_how: Mapped[str]
    began_after: Mapped[date | None] = mapped_column(Date)
    ended_after: Mapped[date | None] = mapped_column(Date)
