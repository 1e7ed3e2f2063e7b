"""Sets of networks by their practices: the nearest, and submitted catchments."""

import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries.model import BoundarySet
from assetmap.db.locks import one_load_at_a_time
from assetmap.errors import Invalid
from assetmap.footprints.pcns.from_catchments import submitted
from assetmap.footprints.pcns.from_practices import Practice, nearest_practice
from assetmap.footprints.pcns.sets import (
    NHS_SAYS,
    Asked,
    PcnSet,
    described,
    load_made,
    members_on,
    told,
)
from assetmap.issues import RowIssue
from assetmap.jobs.progress import Progress, unseen
from assetmap.people import store as people_store
from assetmap.practices import organisations
from assetmap.practices.model import Membership
from assetmap.sources.spatial.vector import Layer


class NoPlaces(Invalid):
    """No practice of a network has a place that is known."""

    title = "No places of practices"


def make_nearest_practice(
    session: Session,
    asked: Asked,
    land: BoundarySet,
    within_m: float,
    progress: Progress = unseen,
) -> PcnSet:
    """Networks by the nearest practice, on the land of a set: a model.

    A practice without a point stands where its postcode is; one without either is
    left out and told.

    Raises:
        NoPracticeList: no membership is known on the day.
        NoPlaces: no practice has a place.
    """
    one_load_at_a_time(session)
    members = members_on(session, asked.as_at)
    progress("Placing practices", 0, len(members))
    standing, issues = _standing(session, members)
    if not standing:
        raise NoPlaces("No practice has a place: load points of them, or postcodes.")
    ground = boundary_items.shapes_of(session, land.id)
    progress("Finding the nearest practice", 0, len(standing))
    layer = nearest_practice(standing, ground, within_m, land.name)
    layer = _with_ground(layer, land.name, issues)
    said = described(session, asked, "nearest_practice", [land.attribution])
    places = [f"{each.code} {each.east!r} {each.north!r}" for each in standing]
    made_from = [land.sha256, str(within_m), *told(members), *places]
    loaded = load_made(session, said, layer, made_from, progress)
    loaded.issues = issues
    return loaded


def _with_ground(layer: Layer, land: str, issues: list[RowIssue]) -> Layer:
    """The layer without networks that have no ground on the land, which are told."""
    empty = shapely.is_empty(layer.shapes)
    for code in layer.columns["code"][empty]:
        reason = f"has no ground on {land}: left out"
        issues.append(RowIssue(layer.file, 0, "pcn_code", str(code), reason, "noted"))
    if empty.all():
        raise NoPlaces(f"No practice stands near enough to the land of {land!r}.")
    columns = layer.columns[~empty].reset_index(drop=True)
    return Layer(layer.file, layer.sha256, columns, layer.shapes[~empty], layer.crs)


def _standing(
    session: Session, members: dict[str, Membership]
) -> tuple[list[Practice], list[RowIssue]]:
    """Practices of networks where they stand on the grid, and those without a place."""
    known = organisations.list_practices(session, members)
    points = organisations.grid_places(session, members)
    names = [each.postcode for each in known.values() if each.postcode]
    postcodes = people_store.places_of(session, names)
    pcns = organisations.list_pcns(session)
    found, issues = [], []
    for code, member in sorted(members.items()):
        practice = known.get(code)
        place = points.get(code)
        if place is None and practice is not None and practice.postcode in postcodes:
            place = postcodes[practice.postcode][:2]
        if practice is None or place is None:
            postcode = practice.postcode if practice else None
            reason = f"has no point, and its postcode ({postcode or 'none'}) no place"
            issues.append(RowIssue("practices", 0, "code", code, reason, "noted"))
            continue
        pcn = member.pcn_code
        name = pcns[pcn].name if pcn in pcns else pcn
        found.append(Practice(code, practice.name, pcn, name, *place))
    return found, issues


def make_practice_submitted(
    session: Session,
    asked: Asked,
    layer: Layer,
    code: str | None,
    attribution: str = NHS_SAYS,
    progress: Progress = unseen,
) -> PcnSet:
    """Networks as the union of the catchments that their practices submitted.

    Raises:
        NoPracticeList: no membership is known on the day.
        NoSubmittedCatchments: no catchment is of a practice in a network.
    """
    one_load_at_a_time(session)
    members = members_on(session, asked.as_at)
    pcn_of = {each: one.pcn_code for each, one in members.items()}
    names = {each.code: each.name for each in organisations.list_pcns(session).values()}
    progress("Joining catchments", 0, len(layer.shapes))
    joined, issues = submitted(layer, code, pcn_of, names)
    said = described(session, asked, "practice_submitted", [attribution])
    made_from = [layer.sha256, *told(members)]
    loaded = load_made(session, said, joined, made_from, progress)
    loaded.issues = [*issues, *loaded.issues]
    return loaded
