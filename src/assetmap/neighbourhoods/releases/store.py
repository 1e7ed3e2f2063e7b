"""The only queries of releases."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import chain, repeat
from typing import Any, NamedTuple

import numpy as np
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assetmap.crs import NATIONAL_GRID
from assetmap.db.statements import statement
from assetmap.neighbourhoods.model import Counted
from assetmap.neighbourhoods.releases.model import Part, Release, Squares
from assetmap.neighbourhoods.releases.tables import CountedReleaseRow, ReleaseRow
from assetmap.neighbourhoods.tables import NeighbourhoodRow

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('release', :place))")


class Change(NamedTuple):
    """How drawings differ from those of a release.

    It was of ``sketches``. ``come`` residents' are new or other since, ``gone`` are
    withdrawn or other.
    """

    number: int
    grid_m: int
    sketches: int
    come: int
    gone: int

    @property
    def now(self) -> int:
        """How many drawings there are now."""
        return self.sketches - self.gone + self.come

    @property
    def residents(self) -> int:
        """The fewest residents who can have made the difference."""
        return max(self.come, self.gone)


def reads_counted(session: Session, neighbourhood_id: int) -> bool:
    """Whether whoever acts sees the drawings of a neighbourhood counted."""
    asked = func.access.reads_counted(neighbourhood_id)
    return bool(session.scalar(select(asked)))


def counts_for(session: Session, neighbourhood_id: int) -> int:
    """The neighbourhood that one's drawings count for: another, where it is merged."""
    found = session.scalar(select(func.access.counts_for(neighbourhood_id)))
    return neighbourhood_id if found is None else int(found)


def hold(session: Session, neighbourhood_id: int) -> None:
    """Let nobody else make a release of a neighbourhood until the transaction ends."""
    session.execute(_HOLD, {"place": neighbourhood_id})


def find_release(
    session: Session, neighbourhood_id: int, before: datetime | None = None
) -> Release | None:
    """The newest release of a neighbourhood; of those made before an instant."""
    query = (
        select(ReleaseRow)
        .where(ReleaseRow.neighbourhood_id == neighbourhood_id)
        .order_by(ReleaseRow.number.desc())
        .limit(1)
    )
    if before is not None:
        query = query.where(ReleaseRow.made_at < before)
    row = session.scalar(query)
    return None if row is None else _told(row)


def count_published(session: Session, neighbourhood_id: int) -> int:
    """How many drawings the newest release is of; 0 where there is none."""
    query = (
        select(ReleaseRow.sketches)
        .where(ReleaseRow.neighbourhood_id == neighbourhood_id)
        .order_by(ReleaseRow.number.desc())
        .limit(1)
    )
    return session.scalar(query) or 0


def find_extent(
    session: Session, neighbourhood_id: int
) -> tuple[float, float, float, float] | None:
    """The box in EPSG:27700 around what is published of a place; None if nothing is."""
    box = ReleaseRow.extent
    query = (
        select(
            func.st_xmin(box), func.st_ymin(box), func.st_xmax(box), func.st_ymax(box)
        )
        .join(NeighbourhoodRow, NeighbourhoodRow.id == ReleaseRow.neighbourhood_id)
        .where(NeighbourhoodRow.id == neighbourhood_id, NeighbourhoodRow.is_published)
        .order_by(ReleaseRow.number.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None or row[0] is None:
        return None
    return (row[0], row[1], row[2], row[3])


def count_neighbourhoods(session: Session) -> int:
    """How many neighbourhoods have a release."""
    query = select(func.count(func.distinct(ReleaseRow.neighbourhood_id)))
    return session.scalar(query) or 0


def list_releases(session: Session, neighbourhood_id: int) -> list[Release]:
    """All releases of a neighbourhood, the oldest first.

    With the drawings that each part is of, for whoever sees them counted.
    """
    query = (
        select(ReleaseRow, CountedReleaseRow.of_parts)
        .outerjoin(CountedReleaseRow, CountedReleaseRow.id == ReleaseRow.id)
        .where(ReleaseRow.neighbourhood_id == neighbourhood_id)
        .order_by(ReleaseRow.number)
    )
    return [_told(row, of or ()) for row, of in session.execute(query)]


def newest_number(session: Session, neighbourhood_id: int) -> int:
    """The number of the newest release; 0 where there is none."""
    query = select(func.max(ReleaseRow.number))
    chosen = query.where(ReleaseRow.neighbourhood_id == neighbourhood_id)
    return session.scalar(chosen) or 0


def changes(
    session: Session, neighbourhood_id: int, newest_only: bool = False
) -> list[Change]:
    """How drawings differ from each release, the newest first; or from that alone."""
    most = 1 if newest_only else None
    asked = {"neighbourhood_id": neighbourhood_id, "most": most}
    rows = session.execute(statement("neighbourhoods", "changed_since"), asked)
    return [Change(*row) for row in rows]


def add_release(
    session: Session, neighbourhood_id: int, made: Release, of: Counted
) -> None:
    """Store a release under the next number."""
    squares = made.squares
    first = int(squares.row[0]) if len(squares.row) else 0
    begins = _begins(squares, first)
    session.add(
        ReleaseRow(
            neighbourhood_id=neighbourhood_id,
            number=newest_number(session, neighbourhood_id) + 1,
            sketches=made.sketches,
            votes=made.votes,
            fewest=made.fewest,
            grid_m=made.grid_m,
            extent=_extent(squares, made.grid_m),
            first_row=first,
            row_begins=begins,
            **_arrays(squares),
            said={
                "mean_agreement": made.mean_agreement,
                "facts": dict(made.facts),
                "parts": [_part_json(each) for each in made.parts],
                "weights": made.weights,
            },
            members=of.ids.tolist(),
            versions=of.versions.tolist(),
            of_parts=[each.members for each in made.parts],
        )
    )
    session.flush()


def _begins(squares: Squares, first: int) -> list[int]:
    """Where the runs of each row begin, counted from 1, and where the last end."""
    if not len(squares.row):
        return []
    rows = np.arange(first, int(squares.row[-1]) + 2)
    found: list[int] = (np.searchsorted(squares.row, rows) + 1).tolist()
    return found


def _extent(squares: Squares, grid_m: int) -> Any:
    if not len(squares.row):
        return None
    box = shapely.box(
        squares.start.min() * grid_m,
        squares.row.min() * grid_m,
        squares.end.max() * grid_m,
        (squares.row.max() + 1) * grid_m,
    )
    return from_shape(box, NATIONAL_GRID)


def _arrays(squares: Squares) -> dict[str, list[int]]:
    return {
        "rows": squares.row.tolist(),
        "starts": squares.start.tolist(),
        "ends": squares.end.tolist(),
        "held": squares.held.tolist(),
    }


def _squares(rows: Sequence[int], *others: Sequence[int]) -> Squares:
    return Squares(*(np.array(each, dtype=np.int64) for each in (rows, *others)))


def _part_json(part: Part) -> dict[str, Any]:
    told = {**asdict(part), "squares": _arrays(part.squares)}
    del told["members"]
    return told


def _part(told: dict[str, Any], members: Any) -> Part:
    squares = told["squares"]
    arrays = (squares[each] for each in ("rows", "starts", "ends", "held"))
    return Part(**{**told, "squares": _squares(*arrays), "members": tuple(members)})


def _told(row: ReleaseRow, of_parts: Sequence[Any] = ()) -> Release:
    parts: list[dict[str, Any]] = row.said["parts"]
    members = chain(of_parts, repeat(()))
    return Release(
        row.sketches,
        row.votes,
        row.fewest,
        row.grid_m,
        _squares(row.rows, row.starts, row.ends, row.held),
        tuple(map(_part, parts, members)),
        row.said["mean_agreement"],
        row.said["facts"],
        row.number,
        row.made_at,
        row.id,
        weights=tuple((weight, reason) for weight, reason in row.said["weights"]),
    )
