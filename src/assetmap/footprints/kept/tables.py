"""Tables of what is kept of a consensus; all of it can be worked out anew."""

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table


class ConsensusKeptRow(Table):
    """Which sketches the counts of a neighbourhood are of.

    ``written`` is the transaction that last wrote one of its sketches: who did may add
    it to the counts. ``members`` are ids, versions and votes in units, little-endian
    int64; without them nothing is kept. ``points`` tells the load of the points that
    ``consensus_point`` counts at, ``turn`` how often it was brought up to date.
    """

    __tablename__ = "consensus_kept"
    __table_args__ = (Index("ix_consensus_kept_written", "written"),)

    neighbourhood_id: Mapped[int] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="CASCADE"), primary_key=True
    )
    written: Mapped[int] = mapped_column(BigInteger)
    members: Mapped[bytes | None] = mapped_column(LargeBinary)
    points: Mapped[str | None]
    turn: Mapped[int] = mapped_column(Integer, server_default=text("0"))


class ConsensusSquareRow(Table):
    """Votes on 64 by 64 squares of the National Grid: int32, packed by zlib."""

    __tablename__ = "consensus_square"

    neighbourhood_id: Mapped[int] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="CASCADE"), primary_key=True
    )
    north: Mapped[int] = mapped_column(Integer, primary_key=True)
    east: Mapped[int] = mapped_column(Integer, primary_key=True)
    units: Mapped[bytes] = mapped_column(LargeBinary)


class ConsensusPointRow(Table):
    """Votes at each population point of a chunk: little-endian int32."""

    __tablename__ = "consensus_point"

    neighbourhood_id: Mapped[int] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="CASCADE"), primary_key=True
    )
    chunk_id: Mapped[int] = mapped_column(
        ForeignKey("point_chunk.id", ondelete="CASCADE"), primary_key=True
    )
    units: Mapped[bytes] = mapped_column(LargeBinary)


class SketchLaidRow(Table):
    """A counted sketch as squares and points, and what it shares with older ones.

    ``runs`` are rows of squares, ``points`` pairs of a chunk and a place in it (int32
    and int32), ``others`` the ids (int64) of sketches and ``shared_m2`` (float64) the
    ground that it has in common with each: both are empty until they are asked for.
    What was laid at a later ``turn`` holds of two. Gone once the sketch is redrawn or
    withdrawn.
    """

    __tablename__ = "sketch_laid"
    __table_args__ = (Index("ix_sketch_laid_neighbourhood", "neighbourhood_id"),)

    sketch_id: Mapped[int] = mapped_column(
        ForeignKey("sketch.id", ondelete="CASCADE"), primary_key=True
    )
    neighbourhood_id: Mapped[int] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="CASCADE")
    )
    version: Mapped[int]
    turn: Mapped[int]
    runs: Mapped[bytes] = mapped_column(LargeBinary)
    points: Mapped[bytes] = mapped_column(LargeBinary)
    others: Mapped[bytes] = mapped_column(LargeBinary)
    shared_m2: Mapped[bytes] = mapped_column(LargeBinary)
