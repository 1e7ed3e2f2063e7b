"""Look-ups of one place as the public contract writes them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.boundaries.store import find_known_set
from assetmap.db.glances import Glances
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.neighbourhoods.model import NeighbourhoodAt
from assetmap.people.model import PostcodeNotFound
from assetmap.publish.export.asked import Asked
from assetmap.publish.export.lookup_rows import hit
from assetmap.reconciliation.lookup import (
    Holder,
    Place,
    Standing,
    standing,
    standing_of,
)
from assetmap.reconciliation.store import place_values
from assetmap.settings import Settings
from assetmap.sources.postcode_form import postcode_form

Json = dict[str, Any]


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
    asked = Asked({"postcode": postcode_form(text)}, None)
    return answer(session, asked, sets, as_at, settings)


def answer(
    session: Session,
    asked: Asked,
    sets: Sequence[str] | None,
    as_at: date,
    settings: Settings,
) -> Json:
    """What holds one place.

    Raises:
        PostcodeNotFound: it is not loaded, or its publisher gives it no place.
        BoundarySetNotFound, BoundarySetNotValid: a named set is not there that day.
    """
    given = _given(asked)
    found = standing(session, given, as_at, settings.published_grid_m)
    if found is None:
        raise PostcodeNotFound(str(given))
    return _answer(session, asked, found, sets, as_at, settings)


def _given(asked: Asked) -> Place | str:
    return asked.place or str(asked.query["postcode"])


async def answer_at_a_glance(
    glances: Glances, asked: Asked, as_at: date, settings: Settings
) -> Json | None:
    """What holds one place, if one statement and what was read before can tell.

    Raises:
        PostcodeNotFound: it is not loaded, or its publisher gives it no place.
    """
    given = _given(asked)
    values = place_values(given, as_at, settings.published_grid_m)
    rows = await glances.rows("reconciliation", "place", **values)
    if rows is None:
        return None
    if not rows:
        raise PostcodeNotFound(str(given))
    found = standing_of(rows, given, find_known_set)
    if found is None or found.has_sketches:
        return None
    return _told(asked, found, found.sets, found.holders, (), as_at)


def _told(
    asked: Asked,
    found: Standing,
    chosen: Sequence[BoundarySet],
    held: Sequence[Holder],
    near: Sequence[NeighbourhoodAt],
    as_at: date,
) -> Json:
    body = hit(replace(asked, place=found.place), held, near)
    body["as_at"] = as_at
    body["attribution"] = said(chosen, found.attribution)
    return body


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
        neighbourhoods(session, [found.place], settings)[0]
        if found.has_sketches
        else []
    )
    return _told(asked, found, chosen, held, near, as_at)


def said(sets: Sequence[BoundarySet], more: Sequence[str]) -> list[str]:
    """Every statement that sources ask for, once."""
    every = [*(row.attribution for row in sets), *more]
    return list(dict.fromkeys(each for each in every if each))


def neighbourhoods(
    session: Session, places: Sequence[Place], settings: Settings
) -> list[list[NeighbourhoodAt]]:
    """The neighbourhoods at each place, of which enough sketches are known."""
    return neighbourhood_store.consensus_at_places(
        session,
        [(each.east, each.north) for each in places],
        settings.min_sketches,
        settings.published_grid_m,
    )
