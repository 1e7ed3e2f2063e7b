"""Tables of registered patients."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, id_column, now_column


class RegistrationSetRow(Table):
    """Patients by practice and LSOA on one day; ``unplaced`` is patients by kind."""

    __tablename__ = "registration_set"
    __table_args__ = (CheckConstraint("placed >= 0", name="placed"),)

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(unique=True)
    extract_date: Mapped[date] = mapped_column(Date)
    blocks: Mapped[str]
    title: Mapped[str]
    publisher: Mapped[str]
    licence: Mapped[str]
    attribution: Mapped[str]
    source: Mapped[str]
    sha256: Mapped[str]
    placed: Mapped[int] = mapped_column(Integer)
    unplaced: Mapped[dict[str, int]] = mapped_column(JSONB)
    version: Mapped[int]
    loaded_by: Mapped[str]
    loaded_at: Mapped[datetime] = now_column()


class RegistrationRow(Table):
    """Patients of one practice who live in one LSOA: never published as it is."""

    __tablename__ = "registration"
    __table_args__ = (CheckConstraint("patients > 0", name="patients"),)

    registration_set_id: Mapped[int] = mapped_column(
        ForeignKey("registration_set.id", ondelete="CASCADE"), primary_key=True
    )
    block_code: Mapped[str] = mapped_column(primary_key=True)
    practice_code: Mapped[str] = mapped_column(primary_key=True)
    patients: Mapped[int] = mapped_column(Integer)


class RegistrationUnplacedRow(Table):
    """Patients of one practice who live in no LSOA that is known, and why."""

    __tablename__ = "registration_unplaced"
    __table_args__ = (CheckConstraint("patients > 0", name="patients"),)

    registration_set_id: Mapped[int] = mapped_column(
        ForeignKey("registration_set.id", ondelete="CASCADE"), primary_key=True
    )
    practice_code: Mapped[str] = mapped_column(primary_key=True)
    block_code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    patients: Mapped[int] = mapped_column(Integer)
