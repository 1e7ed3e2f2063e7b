"""The only queries of what is published by Open Referral UK: all by the views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import (
    BigInteger,
    Float,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session, aliased

from assetmap.assets.changes.tables import AssetTurnRow
from assetmap.assets.filters import Condition, has_words
from assetmap.assets.model import EXACT
from assetmap.assets.nearest import point_at, says_it_serves
from assetmap.assets.providers.tables import ProviderRow
from assetmap.assets.published import published_properties
from assetmap.assets.searching.store import few, is_among
from assetmap.assets.tables import AssetCategoryRow, ShownAssetRow
from assetmap.crs import CRS84

Row = Mapping[Any, Any]

NOTHING = 0
"""A number that nothing has: who asks for what is not here is given nothing."""

_UNUSED = ("provider", "neighbourhood", "organisation", "names", "source_ref")
_BODY = ("name", "description", "url", "identifiers", "parent_id")
_TELLS = ("address", "postcode", "uprn")


@dataclass(frozen=True)
class Around:
    """A place (metres of the grid, and degrees), and how far from it is near.

    Without a distance: whoever says that they serve it, by ``codes`` of boundaries or
    by their ground.
    """

    east: float
    north: float
    lon: float
    lat: float
    within_m: float | None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServiceFilter:
    """Which services are asked for; each condition that is given must hold.

    ``sought`` are words as the database looks for them, ``hours`` the opening hours, as
    they are written, that will do. ``is_none`` is for what no service can meet.
    """

    sought: str | None = None
    categories: tuple[str, ...] | None = None
    provider_id: int | None = None
    modified_after: datetime | None = None
    number: int | None = None
    hours: tuple[str, ...] | None = None
    around: Around | None = None
    is_none: bool = False


EVERYTHING = ServiceFilter()


def service_numbers(
    session: Session, wanted: ServiceFilter, first: int, skipped: int, limit: int
) -> list[int]:
    """Numbers of services in their order, from a number on, some skipped."""
    # What is skipped is not joined: a page far on would read all before it whole.
    ids = select(ShownAssetRow.id).where(ShownAssetRow.id >= first)
    page = ids.where(*_conditions(wanted)).order_by(ShownAssetRow.id)
    return list(session.scalars(page.limit(few(limit)).offset(few(skipped))))


def service_rows(session: Session, numbers: Sequence[int]) -> list[Row]:
    """Services by their numbers, in that order."""
    if not numbers:
        return []
    query = _services().where(is_among(numbers))
    found = {row["id"]: row for row in session.execute(query).mappings()}
    return [found[each] for each in numbers if each in found]


def place_numbers(
    session: Session, wanted: ServiceFilter, first: int, skipped: int, limit: int
) -> list[tuple[int, int]]:
    """Numbers of services with which of their sites, each site once, as above."""
    site = _sites()
    query = select(ShownAssetRow.id, (site.c.place - 1).label("part"))
    query = query.join(site, literal(True)).where(ShownAssetRow.id >= first)
    query = query.where(*_conditions(wanted), *_at_site(wanted, site), _has_place())
    ordered = query.order_by(ShownAssetRow.id, site.c.place)
    rows = session.execute(ordered.limit(few(limit)).offset(few(skipped)))
    return [(row.id, row.part) for row in rows]


def marks(
    session: Session, wanted: ServiceFilter, is_of_places: bool, every: int
) -> tuple[int, list[tuple[int, int]]]:
    """How many there are, and where about each so many-th stands.

    That is how many are before it, and the number of its service.
    """
    weight = _places_of(wanted) if is_of_places else literal(1)
    number = ShownAssetRow.id
    held = [*_conditions(wanted), *([_has_place()] if is_of_places else [])]
    listed = select(number, weight.label("weight")).where(*held).subquery()
    upto = func.sum(listed.c.weight).over(order_by=listed.c.id)
    counted = select(
        listed.c.id,
        (upto - listed.c.weight).label("before"),
        upto.label("upto"),
        func.sum(listed.c.weight).over().label("total"),
    ).subquery()
    before, last = counted.c.before, counted.c.upto - 1
    query = select(counted.c.total, before, counted.c.id).where(
        or_(before == 0, func.floor((before - 1) / every) < func.floor(last / every))
    )
    rows = session.execute(query.order_by(before, counted.c.id)).all()
    if not rows:
        return 0, []
    return int(rows[0].total), [(int(row.before), row.id) for row in rows]


def hours_of(session: Session, wanted: ServiceFilter) -> list[str]:
    """The different opening hours of the services that are asked for."""
    hours = ShownAssetRow.opening_hours
    query = select(hours).where(*_conditions(wanted), hours.is_not(None))
    return list(session.scalars(query.distinct().order_by(hours)))


def turn(session: Session) -> int:
    """What changes whenever any asset does: the last place in the feed of changes."""
    return session.scalar(select(func.max(AssetTurnRow.place))) or 0


def bodies_turn(session: Session) -> str:
    """What changes whenever those who run services do."""
    row = ProviderRow
    above = func.coalesce(func.sum(row.id * func.coalesce(row.parent_id, 0)), 0)
    told = session.execute(select(func.count(), func.max(row.updated_at), above)).one()
    return repr(tuple(told))


def services_of(
    session: Session, provider_ids: Sequence[int], limit: int
) -> dict[int, list[Row]]:
    """The first services of each of some bodies, in their order."""
    row = ShownAssetRow
    body = func.unnest(literal(list(provider_ids), ARRAY(BigInteger)))
    asked = body.table_valued("id", name="asked").render_derived()
    ids = (
        select(row.id)
        .where(row.provider_id == asked.c.id, *_conditions(EVERYTHING))
        .order_by(row.id)
        .limit(limit)
        .lateral("its")
    )
    query = select(ids.c.id).select_from(asked).join(ids, literal(True))
    rows = service_rows(session, sorted(session.scalars(query)))
    found: dict[int, list[Row]] = {each: [] for each in provider_ids}
    for each in rows:
        found[each["provider_id"]].append(each)
    return found


def organizations(
    session: Session,
    search: str | None,
    limit: int,
    offset: int,
    number: int | None = None,
) -> list[Row]:
    """Who runs services that may be seen, or is above one who does, by number."""
    query = select(*_body()).where(*_bodies(search, number)).order_by(ProviderRow.id)
    return list(session.execute(query.limit(limit).offset(offset)).mappings())


def count_organizations(session: Session, search: str | None) -> int:
    """How many there are."""
    query = select(func.count()).select_from(ProviderRow)
    return session.scalar(query.where(*_bodies(search, None))) or 0


def _services() -> Select[*tuple[Any, ...]]:
    said = published_properties()
    for name in _UNUSED:
        said.pop(name)
    point = func.ST_PointOnSurface(ShownAssetRow.shown_geom_wgs84)
    said |= {"longitude": func.ST_X(point), "latitude": func.ST_Y(point)}
    said["category_parent"] = AssetCategoryRow.parent_code
    columns = [value.label(name) for name, value in said.items()]
    joined = select(ShownAssetRow.id, *columns, *_body()).join(AssetCategoryRow)
    return joined.outerjoin(ProviderRow, ProviderRow.id == ShownAssetRow.provider_id)


def _body() -> list[Any]:
    told = {f"provider_{each}": getattr(ProviderRow, each) for each in _BODY}
    columns = [value.label(name) for name, value in told.items()]
    return [ProviderRow.id.label("provider_id"), *columns]


def _conditions(wanted: ServiceFilter) -> list[Condition]:
    """All that is running or has run; what is only planned serves nobody yet."""
    row = ShownAssetRow
    found: list[Condition] = [row.status != "planned"]
    if wanted.categories is not None:
        found.append(row.category_code.in_(wanted.categories))
    if wanted.provider_id is not None:
        found.append(row.provider_id == wanted.provider_id)
    if wanted.modified_after is not None:
        found.append(row.updated_at >= wanted.modified_after)
    if wanted.number is not None:
        found.append(row.id == wanted.number)
    if wanted.sought is not None:
        found.append(has_words(wanted.sought))
    if wanted.hours is not None:
        found.append(row.opening_hours.in_(wanted.hours))
    if wanted.around is not None:
        found.append(_is_around(wanted.around))
    if wanted.is_none:
        found.append(false())
    return found


def _is_around(around: Around) -> Condition:
    """Whether an asset is shown near a place; or, of no distance, serves it."""
    point = point_at(around.east, around.north)
    if around.within_m is None:
        return says_it_serves(point, around.codes).is_(True)
    return func.ST_DWithin(ShownAssetRow.shown_geom, point, around.within_m)


def _at_site(wanted: ServiceFilter, site: Any) -> list[Condition]:
    """Whether one of several sites is near, where nearness is asked for."""
    around = wanted.around
    if around is None or around.within_m is None:
        return []
    lon, lat = (
        cast(site.c.site.op("->>")(name), Float) for name in ("longitude", "latitude")
    )
    there = cast(func.ST_MakePoint(lon, lat), Geography(srid=CRS84))
    here = cast(func.ST_MakePoint(around.lon, around.lat), Geography(srid=CRS84))
    is_whole = func.jsonb_typeof(site.c.site) == "null"
    return [or_(is_whole, func.ST_DWithin(there, here, around.within_m))]


def _places_of(wanted: ServiceFilter) -> Any:
    """How many sites of an asset are told where nearness does not part them."""
    several = func.jsonb_array_length(ShownAssetRow.sites)
    is_several = and_(ShownAssetRow.location_visibility == EXACT, several > 0)
    if wanted.around is None or wanted.around.within_m is None:
        return case((is_several, several), else_=1)
    site = _sites()
    asked = select(func.count()).select_from(site).where(*_at_site(wanted, site))
    return case((is_several, asked.correlate(ShownAssetRow).scalar_subquery()), else_=1)


def _sites() -> Any:
    """The sites that are shown of an asset, or one of nothing where it has no list."""
    is_several = and_(
        ShownAssetRow.location_visibility == EXACT,
        func.jsonb_array_length(ShownAssetRow.sites) > 0,
    )
    told = case((is_several, ShownAssetRow.sites), else_=literal([None], JSONB))
    each = func.jsonb_array_elements(told)
    named = each.table_valued("site", with_ordinality="place", joins_implicitly=True)
    return named.render_derived().lateral()


def _has_place() -> Condition:
    """Whether anything is shown of where an asset is, or of how it is reached."""
    row = ShownAssetRow
    is_told = or_(*(getattr(row, each).is_not(None) for each in _TELLS))
    is_exact = row.location_visibility == EXACT
    has_sites = func.jsonb_array_length(row.sites) > 0
    shown = and_(is_exact, or_(is_told, has_sites))
    return or_(row.shown_geom.is_not(None), row.access.is_not(None), shown)


def _bodies(search: str | None, number: int | None) -> list[Condition]:
    child = aliased(ProviderRow)
    below = select(child.id).where(child.parent_id == ProviderRow.id, _runs(child.id))
    found: list[Condition] = [or_(_runs(ProviderRow.id), below.exists())]
    if number is not None:
        found.append(ProviderRow.id == number)
    words = (search or "").split()
    return found + [ProviderRow.name.icontains(e, autoescape=True) for e in words]


def _runs(number: Any) -> Condition:
    """Whether a body runs a service that may be seen."""
    row = ShownAssetRow
    asked = select(row.id).where(row.provider_id == number, row.status != "planned")
    return asked.exists()
