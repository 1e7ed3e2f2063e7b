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
from assetmap.publish.export.lookups.shared_catchments import (
    find_with_fragments,
    with_fragments,
)
from assetmap.reconciliation.lookups.in_force import (
    FoundPlace,
    InForce,
    find_in_force,
    find_place,
    found_place_of,
    in_force_on,
    question,
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
    found_place = find_place(session, asked.given, as_at, settings.published_grid_m)
    if found_place is None:
        raise unknown_postcode(session, str(asked.given))
    in_force = in_force_on(session, as_at, found_place.state)
    chosen: Sequence[BoundarySet] = in_force.sets
    if sets is not None:
        chosen = [boundary_store.get_set(session, name, as_at) for name in sets]
    made = [with_fragments(session, row) for row in chosen]
    held = held_by(session, columns_of([found_place.place]), [row for row, _ in made])
    near = (
        neighbourhoods(session, [found_place.place], settings)[0]
        if found_place.has_sketches
        else []
    )
    found = [
        (of_set, each.ordinals(0)) for (_, of_set), each in zip(made, held, strict=True)
    ]
    return _told(asked, found_place, found, near, in_force, as_at)


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
    found_place = found_place_of(rows[0], asked.given) if rows else None
    in_force = find_in_force(found_place.state) if found_place else None
    chosen = _named(in_force, sets) if in_force else None
    if found_place is None or in_force is None or chosen is None:
        return None
    found = _found(found_place, in_force, chosen)
    near = await _near(glances, found_place, settings)
    if found is None or near is None:
        return None
    return _told(asked, found_place, found, near, in_force, as_at)


def _named(
    in_force: InForce, sets: Sequence[str] | None
) -> Sequence[BoundarySet] | None:
    """The sets that are named, of those that serve; None if one is not among them."""
    if sets is None:
        return in_force.sets
    by_name = {row.name: row for row in in_force.sets}
    return [by_name[each] for each in sets] if set(sets) <= set(by_name) else None


async def _near(
    glances: Glances, found_place: FoundPlace, settings: Settings
) -> Sequence[NeighbourhoodAt] | None:
    """The neighbourhoods at a found place; None if the database does not answer."""
    if not found_place.has_sketches:
        return ()
    values = neighbourhood_store.places_asked(
        [(found_place.place.east, found_place.place.north)],
        settings.min_sketches,
    )
    rows = await glances.rows("neighbourhoods", "consensus_at_places", **values)
    return None if rows is None else neighbourhood_store.by_place(rows, 1)[0]


def _found(
    found_place: FoundPlace, in_force: InForce, chosen: Sequence[BoundarySet]
) -> list[Found] | None:
    """What of each set holds a found place; None if that is not in memory."""
    made = [find_with_fragments(row, in_force.sets) for row in chosen]
    known = [each for each in made if each is not None]
    if len(known) < len(made):
        return None
    rows = [row for row, _ in known]
    if found_place.hits is None:
        ordinals = _coded(found_place.place, in_force.postcodes, rows)
    else:
        ordinals = _hit(found_place.hits, rows)
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
    found_place: FoundPlace,
    found: Sequence[Found],
    near: Sequence[NeighbourhoodAt],
    in_force: InForce,
    as_at: date,
) -> bytes:
    """The answer about a found place."""
    boundaries: list[bytes] = []
    catchments: list[bytes] = []
    for made, ordinals in found:
        kept = catchments if made.boundary_set.kind == "pcn" else boundaries
        kept += [made.json[each] for each in ordinals if made.json[each]]
    said = in_force.said([made.boundary_set for made, _ in found])
    return b"%b%b,%b" % (
        head(
            replace(asked, is_live=found_place.is_live, ended=found_place.ended),
            found_place.place,
        ),
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
    )
