"""Which services and places of services are asked for, as conditions of the views."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import Float, and_, case, cast, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from assetmap.assets.filters import Condition, has_words
from assetmap.assets.model import EXACT
from assetmap.assets.nearest import point_at, says_it_serves
from assetmap.assets.tables import ShownAssetRow
from assetmap.crs import CRS84

NOTHING = 0
"""A number that nothing has: who asks for what is not here is given nothing."""

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


def conditions(wanted: ServiceFilter) -> list[Condition]:
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


def at_site(wanted: ServiceFilter, site: Any) -> list[Condition]:
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


def places_of(wanted: ServiceFilter) -> Any:
    """How many sites of an asset are told where nearness does not part them."""
    several = func.jsonb_array_length(ShownAssetRow.sites)
    is_several = and_(ShownAssetRow.location_visibility == EXACT, several > 0)
    if wanted.around is None or wanted.around.within_m is None:
        return case((is_several, several), else_=1)
    site = sites()
    asked = select(func.count()).select_from(site).where(*at_site(wanted, site))
    return case((is_several, asked.correlate(ShownAssetRow).scalar_subquery()), else_=1)


def sites() -> Any:
    """The sites that are shown of an asset, or one of nothing where it has no list."""
    is_several = and_(
        ShownAssetRow.location_visibility == EXACT,
        func.jsonb_array_length(ShownAssetRow.sites) > 0,
    )
    told = case((is_several, ShownAssetRow.sites), else_=literal([None], JSONB))
    each = func.jsonb_array_elements(told)
    named = each.table_valued("site", with_ordinality="place", joins_implicitly=True)
    return named.render_derived().lateral()


def has_place() -> Condition:
    """Whether anything is shown of where an asset is, or of how it is reached."""
    row = ShownAssetRow
    is_told = or_(*(getattr(row, each).is_not(None) for each in _TELLS))
    is_exact = row.location_visibility == EXACT
    has_sites = func.jsonb_array_length(row.sites) > 0
    shown = and_(is_exact, or_(is_told, has_sites))
    return or_(row.shown_geom.is_not(None), row.access.is_not(None), shown)
