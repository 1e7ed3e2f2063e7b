"""Look-ups of one place as the public contract writes them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import orjson
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.db.glances import Glances
from assetmap.footprints import codes
from assetmap.footprints.codes import PostcodeLoad
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.neighbourhoods.model import NeighbourhoodAt
from assetmap.publish.export.lookups.asked import (
    Asked,
    by_postcode,
    unknown_postcode,
    with_suggestions,
)
from assetmap.publish.export.lookups.fragments import Fragments
from assetmap.publish.export.lookups.rows import head, lists, neighbourhoods_json
from assetmap.publish.export.lookups.shared_catchments import find_located, located
from assetmap.reconciliation.lookups.in_force import (
    Serving,
    Spot,
    find_serving,
    find_spot,
    question,
    serving_of,
    spot_of,
)
from assetmap.reconciliation.lookups.lookup import Place, columns_of, held_by
from assetmap.settings import Settings
from assetmap.sources.postcodes.form import BadPostcode

Ordinals = Sequence[int]
Found = tuple[Fragments, Ordinals]


def answer_postcode(
    session: Session,
    text: str,
    sets: Sequence[str] | None,
    as_at: date,
    settings: Settings,
) -> bytes:
    """What holds the place of a postcode, as JSON.

    Raises:
        BadPostcode, PartialPostcode: it has not the form of one.
        PostcodeNotFound: it is not loaded, or its publisher gives it no place.
    """
    try:
        asked = by_postcode(text)
    except BadPostcode as bad:
        raise with_suggestions(session, bad) from bad
    return answer(session, asked, sets, as_at, settings)


def answer(
    session: Session,
    asked: Asked,
    sets: Sequence[str] | None,
    as_at: date,
    settings: Settings,
) -> bytes:
    """What holds one place, as JSON.

    Raises:
        PostcodeNotFound: it is not loaded, or its publisher gives it no place.
        BoundarySetNotFound, BoundarySetNotValid: a named set is not there that day.
    """
    spot = find_spot(session, asked.given, as_at, settings.published_grid_m)
    if spot is None:
        raise unknown_postcode(session, str(asked.given))
    serving = serving_of(session, as_at, spot.state)
    chosen: Sequence[BoundarySet] = serving.sets
    if sets is not None:
        chosen = [boundary_store.get_set(session, name, as_at) for name in sets]
    made = [located(session, row) for row in chosen]
    held = held_by(session, columns_of([spot.place]), [row for row, _ in made])
    near = (
        neighbourhoods(session, [spot.place], settings)[0] if spot.has_sketches else []
    )
    found = [
        (of_set, each.ordinals(0)) for (_, of_set), each in zip(made, held, strict=True)
    ]
    return _told(asked, spot, found, near, serving, as_at)


async def answer_at_a_glance(
    glances: Glances,
    asked: Asked,
    sets: Sequence[str] | None,
    as_at: date,
    settings: Settings,
) -> bytes | None:
    """What holds one place, if one statement and what was read before can tell.

    A second one asks for neighbourhoods, only where a sketch is near.
    """
    name, values = question(asked.given, as_at, settings.published_grid_m)
    rows = await glances.rows("reconciliation", name, **values)
    spot = spot_of(rows[0], asked.given) if rows else None
    serving = find_serving(spot.state) if spot else None
    chosen = _named(serving, sets) if serving else None
    if spot is None or serving is None or chosen is None:
        return None
    found = _found(spot, serving, chosen)
    near = await _near(glances, spot, settings)
    if found is None or near is None:
        return None
    return _told(asked, spot, found, near, serving, as_at)


def _named(
    serving: Serving, sets: Sequence[str] | None
) -> Sequence[BoundarySet] | None:
    """The sets that are named, of those that serve; None if one is not among them."""
    if sets is None:
        return serving.sets
    by_name = {row.name: row for row in serving.sets}
    return [by_name[each] for each in sets] if set(sets) <= set(by_name) else None


async def _near(
    glances: Glances, spot: Spot, settings: Settings
) -> Sequence[NeighbourhoodAt] | None:
    """The neighbourhoods at a spot; None if the database does not answer."""
    if not spot.has_sketches:
        return ()
    values = neighbourhood_store.places_asked(
        [(spot.place.east, spot.place.north)],
        settings.min_sketches,
        settings.published_grid_m,
    )
    rows = await glances.rows("neighbourhoods", "consensus_at_places", **values)
    return None if rows is None else neighbourhood_store.by_place(rows, 1)[0]


def _found(
    spot: Spot, serving: Serving, chosen: Sequence[BoundarySet]
) -> list[Found] | None:
    """What of each set holds a spot; None if that is not in memory."""
    made = [find_located(row, serving.sets) for row in chosen]
    known = [each for each in made if each is not None]
    if len(known) < len(made):
        return None
    rows = [row for row, _ in known]
    if spot.hits is None:
        ordinals = _coded(spot.place, serving.postcodes, rows)
    else:
        ordinals = _hit(spot.hits, rows)
    if ordinals is None:
        return None
    return [(told, each) for (_, told), each in zip(known, ordinals, strict=True)]


def _hit(
    hits: frozenset[tuple[int, int]], chosen: Sequence[BoundarySet]
) -> list[Ordinals]:
    of_set: dict[int, list[int]] = {row.id: [] for row in chosen}
    for set_id, ordinal in hits:
        of_set.get(set_id, []).append(ordinal)
    return [sorted(of_set[row.id])[: 1 if row.is_single else None] for row in chosen]


def _coded(
    place: Place, load: PostcodeLoad | None, chosen: Sequence[BoundarySet]
) -> list[Ordinals] | None:
    """What was found for a postcode at load, if that is in memory."""
    places = codes.find_places(load) if load else None
    if load is None or places is None:
        return None
    at = places.find_one(place.east, place.north, place.country)
    kept = [codes.find_codes(load, row) for row in chosen]
    found: list[Ordinals] = [
        each.ordinals(at) for each in kept if each is not None and at is not None
    ]
    return found if len(found) == len(kept) else None


def _told(
    asked: Asked,
    spot: Spot,
    found: Sequence[Found],
    near: Sequence[NeighbourhoodAt],
    serving: Serving,
    as_at: date,
) -> bytes:
    """The answer about a spot."""
    boundaries: list[bytes] = []
    catchments: list[bytes] = []
    for made, ordinals in found:
        kept = catchments if made.boundary_set.kind == "pcn" else boundaries
        kept += [made.json[each] for each in ordinals if made.json[each]]
    said = serving.said([made.boundary_set for made, _ in found])
    return b"%b%b,%b" % (
        head(replace(asked, is_live=spot.is_live, ended=spot.ended), spot.place),
        lists(b",".join(boundaries), b",".join(catchments), neighbourhoods_json(near)),
        orjson.dumps({"as_at": as_at, "attribution": said})[1:],
    )


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
