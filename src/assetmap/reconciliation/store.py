"""The only queries of reconciliation: what lies near a footprint."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet
from assetmap.db.statements import binary_rows
from assetmap.reconciliation.model import BoundaryFacts, Target, distinct
from assetmap.reconciliation.nearby import Box as Box
from assetmap.reconciliation.nearby import Ground as Ground
from assetmap.reconciliation.nearby import Near as Near


def ground_near(
    session: Session,
    box: Box,
    sets: Sequence[int],
    count_set: int,
    blocks: Sequence[int] = (),
) -> Ground:
    """The pieces of boundaries whose boxes meet a box, with totals in a count set.

    ``blocks`` are those of the sets that are building blocks whose whole box is wanted.
    """
    rows = binary_rows(
        session,
        "reconciliation",
        "ground_near",
        **_named(box),
        sets=list(sets),
        blocks=list(blocks),
        count_set=count_set,
    )
    own = [row for row in rows if row[2] is not None]
    facts: dict[int, dict[int, BoundaryFacts]] = {each: {} for each in sets}
    for row in own:
        facts[row[1]][row[2]] = BoundaryFacts(*row[5:9])
    return Ground(
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in own], dtype=np.intp),
        tuple(tuple(row[3] or (row[2],)) for row in rows),
        shapely.from_wkb(np.array([row[4] for row in rows], dtype=object)),
        facts,
        _around([row[9:13] for row in own if row[9] is not None]),
    )


def _around(boxes: Sequence[Sequence[float]]) -> Box | None:
    """The box around boxes, if there are any."""
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def points_near(
    session: Session, box: Box, sets: Mapping[int, int], count_set: int
) -> Near:
    """The population points near a box, and what each lies in.

    ``sets`` gives the number of boundaries of each set, by id.
    """
    rows = binary_rows(
        session,
        "reconciliation",
        "chunks_near",
        **_named(box),
        sets=list(sets),
        count_set=count_set,
    )
    cells = {
        each: _joined("<i4", [row[3][place] or bytes(len(row[0]) // 2) for row in rows])
        for place, each in enumerate(sets)
    }
    weights = _joined("<f8", [row[2] or bytes(len(row[0])) for row in rows])
    return Near(
        _joined("<f8", [row[0] for row in rows]),
        _joined("<f8", [row[1] for row in rows]),
        np.nan_to_num(weights),
        np.isnan(weights),
        cells,
        _combinations(session, cells, sets),
        np.repeat(
            np.array([row[4] for row in rows], dtype=bool),
            [len(row[0]) // 8 for row in rows],
        ),
    )


def _joined(kind: str, stretches: Sequence[bytes]) -> NDArray[Any]:
    return np.frombuffer(b"".join(stretches), dtype=kind)


def _combinations(
    session: Session, cells: Mapping[int, NDArray[np.int32]], sets: Mapping[int, int]
) -> dict[int, dict[int, tuple[int, ...]]]:
    """What each cell above the number of a set's boundaries stands for."""
    result: dict[int, dict[int, tuple[int, ...]]] = {each: {} for each in cells}
    wanted = [
        (set_id, cell)
        for set_id in cells
        for cell in distinct(cells[set_id][cells[set_id] > sets[set_id]]).tolist()
    ]
    if not wanted:
        return result
    rows = binary_rows(
        session,
        "reconciliation",
        "combinations",
        sets=[set_id for set_id, _ in wanted],
        cells=[cell for _, cell in wanted],
    )
    for set_id, cell, members in rows:
        result[set_id][cell] = tuple(members)
    return result


def facts_of(
    session: Session, wanted: Sequence[tuple[int, int]], count_set: int
) -> dict[int, dict[int, BoundaryFacts]]:
    """What answers say of boundaries, given as set id and ordinal."""
    rows = binary_rows(
        session,
        "reconciliation",
        "facts",
        sets=[set_id for set_id, _ in wanted],
        ordinals=[ordinal for _, ordinal in wanted],
        count_set=count_set,
    )
    result: dict[int, dict[int, BoundaryFacts]] = {}
    for set_id, ordinal, code, name, area_m2, total in rows:
        result.setdefault(set_id, {})[ordinal] = BoundaryFacts(
            code, name, area_m2, total
        )
    return result


def target_of(
    row: BoundarySet, ground: Ground, facts: Mapping[int, BoundaryFacts]
) -> Target:
    """A set as far as it lies near a footprint."""
    last = len(ground.ordinals)
    own = np.flatnonzero(ground.sets == row.id)
    parts, cells = own[own < last], own[own >= last]
    return Target(
        row.name,
        row.kind,
        row.title,
        row.version,
        row.made_how,
        row.overlapping,
        row.is_building_block,
        ground.ordinals[parts],
        ground.shapes[parts],
        tuple(ground.members[each] for each in cells.tolist()),
        ground.shapes[cells],
        facts,
        row.boundaries,
        row.attribution,
        row.id,
    )


def _named(box: Box) -> dict[str, float]:
    return dict(zip(("west", "south", "east", "north"), box, strict=True))


def boundaries_at(
    session: Session,
    ranks: NDArray[np.intp],
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    countries: NDArray[np.bytes_],
    sets: Sequence[int],
) -> list[tuple[int, int, int]]:
    """Rank of the place, set id and ordinal of each boundary that holds one."""
    rows = binary_rows(
        session,
        "reconciliation",
        "boundaries_at",
        ranks=ranks.tolist(),
        easts=east.tolist(),
        norths=north.tolist(),
        countries=np.char.decode(countries, "ascii").tolist(),
        sets=list(sets),
    )
    return [(rank, set_id, ordinal) for rank, set_id, ordinal in rows]


def found_place_rows(
    session: Session, name: str, values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """The row of a grid point, or of a postcode that is known."""
    return binary_rows(session, "reconciliation", name, **values)


def count_points(session: Session, box: Box) -> int:
    """How many population points lie in chunks that meet a box."""
    count: int = binary_rows(session, "reconciliation", "points_in_box", **_named(box))[
        0
    ][0]
    return count


def count_pieces(session: Session, box: Box, names: list[str] | None, day: date) -> int:
    """How many pieces of boundaries lie near a box; absent names: of all that hold."""
    asked = {**_named(box), "names": names, "day": day}
    found: int = binary_rows(session, "reconciliation", "pieces_in_box", **asked)[0][0]
    return found


def state_of_all(session: Session) -> str:
    """A hash of all that answers are made from: another when anything is another."""
    state: str = binary_rows(session, "reconciliation", "state")[0][0]
    return state
