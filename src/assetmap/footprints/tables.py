"""Tables of what each population point lies in, written once when a set is loaded."""

from sqlalchemy import ForeignKey, Integer, LargeBinary
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from assetmap.db.base import Table


class PointMembershipRow(Table):
    """For each point of a chunk, what it lies in: little-endian int32.

    0 is outside every boundary of the set; up to the number of boundaries, the
    boundary's ordinal; above it, a combination of several (``membership_cell``).
    """

    __tablename__ = "point_membership"

    chunk_id: Mapped[int] = mapped_column(
        ForeignKey("point_chunk.id", ondelete="CASCADE"), primary_key=True
    )
    boundary_set_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE"), primary_key=True
    )
    cells: Mapped[bytes] = mapped_column(LargeBinary)


class MembershipCellRow(Table):
    """Several boundaries of one set that hold the same points."""

    __tablename__ = "membership_cell"

    boundary_set_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE"), primary_key=True
    )
    cell: Mapped[int] = mapped_column(Integer, primary_key=True)
    members: Mapped[list[int]] = mapped_column(ARRAY(Integer))


class PointWeightRow(Table):
    """People (or postcodes) at each point of a chunk: little-endian float64."""

    __tablename__ = "point_weight"

    chunk_id: Mapped[int] = mapped_column(
        ForeignKey("point_chunk.id", ondelete="CASCADE"), primary_key=True
    )
    count_set_id: Mapped[int] = mapped_column(
        ForeignKey("count_set.id", ondelete="CASCADE"), primary_key=True
    )
    weights: Mapped[bytes] = mapped_column(LargeBinary)


class BoundaryTotalRow(Table):
    """People (or postcodes) in a whole boundary, by the ordinal of the boundary."""

    __tablename__ = "boundary_total"

    boundary_set_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE"), primary_key=True
    )
    count_set_id: Mapped[int] = mapped_column(
        ForeignKey("count_set.id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True)
    total: Mapped[float]


class BoundaryEdgesRow(Table):
    """Prepared edges of the boundaries of a set, some to a block, by ordinal.

    ``counts`` holds the edges of each, little-endian int32; ``edges`` x and y of both
    their ends, little-endian float64. Of the ground that several boundaries hold, by
    the order of ``overlap_cell``, where ``is_shared``.
    """

    __tablename__ = "boundary_edges"

    boundary_set_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_set.id", ondelete="CASCADE"), primary_key=True
    )
    is_shared: Mapped[bool] = mapped_column(primary_key=True)
    block: Mapped[int] = mapped_column(Integer, primary_key=True)
    counts: Mapped[bytes] = mapped_column(LargeBinary)
    edges: Mapped[bytes] = mapped_column(LargeBinary)
