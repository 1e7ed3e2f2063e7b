"""Look-ups of many places at once: one result for each, in order."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import orjson
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.db.locks import hold_postcodes
from assetmap.errors import TooLarge
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.publish.export.lookups.asked import (
    Asked,
    Pairs,
    asked_degrees,
    asked_grid,
    asked_postcodes,
)
from assetmap.publish.export.lookups.fragments import picked
from assetmap.publish.export.lookups.rows import (
    NOTHING,
    head,
    lists,
    neighbourhoods_json,
)
from assetmap.publish.export.lookups.shared_catchments import with_fragments
from assetmap.publish.export.lookups.single import neighbourhoods
from assetmap.reconciliation.lookups.in_force import in_force_on
from assetmap.reconciliation.lookups.lookup import Place, columns_of, held_by
from assetmap.settings import Settings

NOWHERE = b"[]"


class TooManyPlaces(TooLarge):
    """More places than one look-up takes."""

    title = "Too many places"


def chosen_sets(
    session: Session, sets: Sequence[str] | None, as_at: date
) -> list[BoundarySet]:
    """The sets that hold on the day; of these the named ones, if any are named.

    Raises:
        BoundarySetNotFound, BoundarySetNotValid: a named set is not there that day.
    """
    if sets is None:
        return boundary_store.list_sets(session, as_at)
    return [boundary_store.get_set(session, name, as_at) for name in sets]


def many(
    session: Session,
    given: tuple[Sequence[str] | None, Pairs | None, Pairs | None],
    sets: Sequence[str] | None,
    as_at: date,
    settings: Settings,
) -> bytes:
    """What holds each of many places, as JSON: one result for each, misses marked.

    ``given`` are postcodes, or longitudes and latitudes, or grid points.

    Raises:
        TooManyPlaces: there are more than one request takes.
        BoundarySetNotFound, BoundarySetNotValid: a named set is not there that day.
    """
    postcodes, points, grid = given
    check_count(len(postcodes or points or grid or ()), settings)
    hold_postcodes(session)
    chosen = chosen_sets(session, sets, as_at)
    if postcodes is not None:
        asked = asked_postcodes(session, postcodes)
    elif points is not None:
        asked = asked_degrees(points)
    else:
        asked = asked_grid(grid or [])
    return answered(session, asked, chosen, as_at, settings)


def answered(
    session: Session,
    asked: Sequence[Asked],
    sets: Sequence[BoundarySet],
    as_at: date,
    settings: Settings,
) -> bytes:
    """What holds each place that was asked about, as JSON, in their order."""
    rows = b",".join(_results(session, asked, sets, settings))
    said = in_force_on(session, as_at).said(sets)
    tail = orjson.dumps({"as_at": as_at, "attribution": said})[1:]
    return b'{"results":[%b],%b' % (rows, tail)


def check_count(count: int, settings: Settings) -> None:
    """Let pass no more places than one request takes.

    Raises:
        TooManyPlaces: there are more.
    """
    if count > settings.max_lookups:
        raise TooManyPlaces(
            f"{count:,} places were sent; {settings.max_lookups:,} is the most.",
            sent=count,
            most=settings.max_lookups,
        )


def _results(
    session: Session,
    asked: Sequence[Asked],
    sets: Sequence[BoundarySet],
    settings: Settings,
) -> list[bytes]:
    """One result for each question, in order."""
    places = [each.place for each in asked if each.place is not None]
    found = zip(
        *_lists(session, places, sets),
        neighbourhoods_near(session, places, settings),
        strict=True,
    )
    return [
        b"%b%b}"
        % (
            head(each, each.place),
            NOTHING if each.place is None else lists(*next(found)),
        )
        for each in asked
    ]


def _lists(
    session: Session, places: Sequence[Place], sets: Sequence[BoundarySet]
) -> tuple[list[bytes], list[bytes]]:
    """The boundaries, and the catchments, that hold each place."""
    boundaries: list[list[bytes]] = []
    catchments: list[list[bytes]] = []
    told = [with_fragments(session, row) for row in sets]
    found = held_by(session, columns_of(places), [row for row, _ in told])
    for (_, made), held in zip(told, found, strict=True):
        kept = catchments if made.boundary_set.kind == "pcn" else boundaries
        kept.append(picked(made.json, held, b","))
    count = len(places)
    return _joined(boundaries, count), _joined(catchments, count)


def _joined(columns: Sequence[Sequence[bytes]], count: int) -> list[bytes]:
    """Row by row what is not empty, parted by commas."""
    if len(columns) < 2:
        return list(columns[0]) if columns else [b""] * count
    return [b",".join(filter(None, row)) for row in zip(*columns, strict=True)]


def neighbourhoods_near(
    session: Session, places: Sequence[Place], settings: Settings
) -> list[bytes]:
    """The neighbourhoods at each place; asked about only where sketches are near."""
    result = [NOWHERE] * len(places)
    is_near = np.zeros(len(places), dtype=bool)
    east = np.array([each.east for each in places], dtype=float)
    north = np.array([each.north for each in places], dtype=float)
    reach = settings.published_grid_m
    for box in neighbourhood_store.sketched_boxes(session):
        west, south, to_east, to_north = box
        is_near |= (
            (east >= west - reach)
            & (east <= to_east + reach)
            & (north >= south - reach)
            & (north <= to_north + reach)
        )
    near = np.flatnonzero(is_near).tolist()
    found = neighbourhoods(session, [places[each] for each in near], settings)
    for place, there in zip(near, found, strict=True):
        result[place] = neighbourhoods_json(there)
    return result
