"""Look-ups of many places at once: one result for each, in order."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.db.locks import hold_postcodes
from assetmap.errors import TooLarge
from assetmap.people import counts as people_counts
from assetmap.publish.export.asked import Asked, asked_points, asked_postcodes
from assetmap.publish.export.lookup_rows import hit, miss
from assetmap.publish.export.lookups import neighbourhoods, said
from assetmap.reconciliation.lookup import holders
from assetmap.settings import Settings

Json = dict[str, Any]


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


def attribution(session: Session, sets: Sequence[BoundarySet]) -> list[str]:
    """Every statement that the sources of a look-up ask for, once."""
    return said(sets, people_counts.attributions(session))


def many(
    session: Session,
    postcodes: Sequence[str] | None,
    points: Sequence[tuple[float, float]] | None,
    sets: Sequence[str] | None,
    as_at: date,
    settings: Settings,
) -> Json:
    """What holds each of many places: one result for each, in order, misses marked.

    Raises:
        TooManyPlaces: there are more than one request takes.
    """
    count = len(postcodes if postcodes is not None else points or [])
    check_count(count, settings)
    hold_postcodes(session)
    chosen = chosen_sets(session, sets, as_at)
    asked = (
        asked_postcodes(session, postcodes)
        if postcodes is not None
        else asked_points(points or [])
    )
    results = _results(session, asked, chosen, settings)
    said = attribution(session, chosen)
    return {"results": results, "as_at": as_at, "attribution": said}


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
) -> list[Json]:
    """One result for each question, in order."""
    places = [each.place for each in asked if each.place is not None]
    held = iter(holders(session, places, sets))
    near = iter(neighbourhoods(session, places, settings))
    return [
        miss(each) if each.place is None else hit(each, next(held), next(near))
        for each in asked
    ]
