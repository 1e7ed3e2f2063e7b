"""Tables of scores of deprivation by building block."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table, id_column, now_column


class DeprivationSetRow(Table):
    """Scores of one release, by the blocks of a boundary set."""

    __tablename__ = "deprivation_set"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(unique=True)
    boundary_set_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE")
    )
    title: Mapped[str]
    vintage: Mapped[date] = mapped_column(Date)
    publisher: Mapped[str]
    licence: Mapped[str]
    attribution: Mapped[str]
    source: Mapped[str]
    sha256: Mapped[str]
    blocks: Mapped[int] = mapped_column(Integer)
    version: Mapped[int]
    loaded_at: Mapped[datetime] = now_column()


class DeprivationDomainRow(Table):
    """One measure of a set: the index, a domain or a sub-domain, in their order."""

    __tablename__ = "deprivation_domain"

    deprivation_set_id: Mapped[int] = mapped_column(
        ForeignKey("deprivation_set.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    slug: Mapped[str]
    title: Mapped[str]


class DeprivationScoreRow(Table):
    """How deprived one block is by one measure; rank and decile 1 are the most."""

    __tablename__ = "deprivation_score"
    __table_args__ = (
        CheckConstraint("rank > 0", name="rank"),
        CheckConstraint("decile BETWEEN 1 AND 10", name="decile"),
    )

    deprivation_set_id: Mapped[int] = mapped_column(
        ForeignKey("deprivation_set.id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    score: Mapped[float | None]
    rank: Mapped[int | None] = mapped_column(Integer)
    decile: Mapped[int | None] = mapped_column(SmallInteger)
