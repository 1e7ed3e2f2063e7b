"""Look-ups as the public contract writes them: one place, or many."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.db.locks import hold_postcodes
from assetmap.errors import TooLarge
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.neighbourhoods.model import NeighbourhoodAt
from assetmap.people import counts as people_counts
from assetmap.people.model import PostcodeNotFound
from assetmap.publish.export.asked import Asked, asked_points, asked_postcodes
from assetmap.reconciliation.lookup import Holder, Place, Standing, holders, standing
from assetmap.settings import Settings
from assetmap.sources.postcode_form import postcode_form

Json = dict[str, Any]


class TooManyPlaces(TooLarge):
    """More places than one look-up takes."""

    title = "Too many places"


def answer_postcode(
    session: Session,
    text: str,
    sets: Sequence[str] | None,
    as_at: date,
    settings: Settings,
) -> Json:
    """What holds the place of a postcode.

    Raises:
        BadPostcode: it has not the form of one.
        PostcodeNotFound: it is not loaded, or its publisher gives it no place.
    """
    name = postcode_form(text)
    found = standing(session, name, as_at, settings.published_grid_m)
    if found is None:
        raise PostcodeNotFound(name)
    asked = Asked({"postcode": name}, found.place)
    return _answer(session, asked, found, sets, as_at, settings)


def answer(
    session: Session,
    asked: Asked,
    sets: Sequence[str] | None,
    as_at: date,
    settings: Settings,
) -> Json:
    """What holds one place.

    Raises:
        BoundarySetNotFound, BoundarySetNotValid: a named set is not there that day.
    """
    given = asked.place
    found = (
        standing(session, given, as_at, settings.published_grid_m) if given else None
    )
    if found is None:
        return _miss(asked)
    return _answer(session, asked, found, sets, as_at, settings)


def _answer(
    session: Session,
    asked: Asked,
    found: Standing,
    sets: Sequence[str] | None,
    as_at: date,
    settings: Settings,
) -> Json:
    chosen, held = found.sets, found.holders
    if sets is not None:
        chosen = [boundary_store.get_set(session, name, as_at) for name in sets]
        wanted = {row.name for row in chosen}
        held = [each for each in held if each.boundary_set.name in wanted]
    near = (
        _neighbourhoods(session, [found.place], settings)[0]
        if found.has_sketches
        else []
    )
    body = _hit(asked, held, near)
    body["as_at"] = as_at
    body["attribution"] = _said(chosen, found.attribution)
    return body


def _said(sets: Sequence[BoundarySet], more: Sequence[str]) -> list[str]:
    said = [*(row.attribution for row in sets), *more]
    return list(dict.fromkeys(each for each in said if each))


def _neighbourhoods(
    session: Session, places: Sequence[Place], settings: Settings
) -> list[list[NeighbourhoodAt]]:
    return neighbourhood_store.consensus_at_places(
        session,
        [(each.east, each.north) for each in places],
        settings.min_sketches,
        settings.published_grid_m,
    )


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
    return _said(sets, people_counts.attributions(session))


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
    near = iter(_neighbourhoods(session, places, settings))
    return [
        _miss(each) if each.place is None else _hit(each, next(held), next(near))
        for each in asked
    ]


def _miss(asked: Asked) -> Json:
    return {
        "query": asked.query,
        "point": None,
        "error": asked.error,
        "boundaries": [],
        "catchments": [],
        "neighbourhoods": [],
    }


def _hit(asked: Asked, held: Sequence[Holder], near: Sequence[NeighbourhoodAt]) -> Json:
    place = asked.place
    if place is None:
        return _miss(asked)
    return {
        "query": asked.query,
        "point": {
            "lon": round(place.lon, 6),
            "lat": round(place.lat, 6),
            "easting": round(place.east, 2),
            "northing": round(place.north, 2),
        },
        "boundaries": [
            {
                "set": each.boundary_set.name,
                "kind": each.boundary_set.kind,
                "code": each.code,
                "name": each.name,
            }
            for each in held
            if each.boundary_set.kind != "pcn"
        ],
        "catchments": [
            {
                "set": each.boundary_set.name,
                "code": each.code,
                "name": each.name,
                "share": None,
                "made_how": each.boundary_set.made_how,
            }
            for each in held
            if each.boundary_set.kind == "pcn"
        ],
        "neighbourhoods": [
            {
                "slug": each.slug,
                "name": each.name,
                "consensus": each.share,
                "sketches": each.sketches,
                "is_simulated": each.is_simulated,
            }
            for each in near
        ],
    }
