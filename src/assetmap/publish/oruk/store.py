"""The only queries of what is published by Open Referral UK: all by the views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from assetmap.assets.filters import Condition, has_words
from assetmap.assets.model import EXACT
from assetmap.assets.providers.tables import ProviderRow
from assetmap.assets.published import published_properties
from assetmap.assets.tables import AssetCategoryRow, ShownAssetRow

Row = Mapping[Any, Any]

NOTHING = 0
"""A number that nothing has: who asks for what is not here is given nothing."""

_UNUSED = ("provider", "neighbourhood", "organisation", "names", "source_ref")
_BODY = ("name", "description", "url", "identifiers", "parent_id")
_TELLS = ("address", "postcode", "uprn")


@dataclass(frozen=True)
class ServiceFilter:
    """Which services are asked for; each condition that is given must hold.

    ``sought`` are words as the database looks for them.
    """

    sought: str | None = None
    categories: Sequence[str] | None = None
    provider_id: int | None = None
    modified_after: datetime | None = None
    number: int | None = None


def services(
    session: Session, wanted: ServiceFilter, limit: int, offset: int
) -> list[Row]:
    """Services in order of their numbers."""
    # What is skipped is not joined: a page far on would read all before it whole.
    ids = select(ShownAssetRow.id).where(*_conditions(wanted))
    page = ids.order_by(ShownAssetRow.id).limit(limit).offset(offset)
    found = list(session.scalars(page))
    query = _services().where(ShownAssetRow.id.in_(found)).order_by(ShownAssetRow.id)
    return list(session.execute(query).mappings()) if found else []


def count_services(session: Session, wanted: ServiceFilter) -> int:
    """How many services are asked for."""
    query = select(func.count()).select_from(ShownAssetRow)
    return session.scalar(query.where(*_conditions(wanted))) or 0


def placed(
    session: Session, wanted: ServiceFilter, limit: int, offset: int
) -> list[tuple[Row, int]]:
    """Services with which of their sites, each site once."""
    site = _sites()
    query = _services().add_columns((site.c.place - 1).label("part"))
    query = query.join(site, literal(True)).where(*_conditions(wanted), _has_place())
    ordered = query.order_by(ShownAssetRow.id, site.c.place)
    rows = session.execute(ordered.limit(limit).offset(offset)).mappings()
    return [(row, row["part"]) for row in rows]


def count_placed(session: Session, wanted: ServiceFilter) -> int:
    """How many sites the services that are asked for have."""
    query = select(func.count()).select_from(ShownAssetRow)
    query = query.join(_sites(), literal(True))
    return session.scalar(query.where(*_conditions(wanted), _has_place())) or 0


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
    return found


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
