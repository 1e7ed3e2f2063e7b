"""The only queries of what is published by Open Referral UK: all by the views."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from assetmap.assets.changes.tables import AssetTurnRow
from assetmap.assets.filters import Condition
from assetmap.assets.providers.tables import ProviderRow
from assetmap.assets.published import published_properties
from assetmap.assets.searching.store import few, is_among
from assetmap.assets.tables import AssetCategoryRow, ShownAssetRow
from assetmap.publish.oruk.conditions import (
    EVERYTHING,
    ServiceFilter,
    at_site,
    conditions,
    has_place,
    places_of,
    sites,
)

Row = Mapping[Any, Any]

_UNUSED = ("provider", "neighbourhood", "organisation", "names", "source_ref")
_BODY = ("name", "description", "url", "identifiers", "parent_id")


def service_numbers(
    session: Session, wanted: ServiceFilter, first: int, skipped: int, limit: int
) -> list[int]:
    """Numbers of services in their order, from a number on, some skipped."""
    # What is skipped is not joined: a page far on would read all before it whole.
    ids = select(ShownAssetRow.id).where(ShownAssetRow.id >= first)
    page = ids.where(*conditions(wanted)).order_by(ShownAssetRow.id)
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
    site = sites()
    query = select(ShownAssetRow.id, (site.c.place - 1).label("part"))
    query = query.join(site, literal(True)).where(ShownAssetRow.id >= first)
    query = query.where(*conditions(wanted), *at_site(wanted, site), has_place())
    ordered = query.order_by(ShownAssetRow.id, site.c.place)
    rows = session.execute(ordered.limit(few(limit)).offset(few(skipped)))
    return [(row.id, row.part) for row in rows]


def marks(
    session: Session, wanted: ServiceFilter, is_of_places: bool, every: int
) -> tuple[int, list[tuple[int, int]]]:
    """How many there are, and where about each so many-th stands.

    That is how many are before it, and the number of its service.
    """
    weight = places_of(wanted) if is_of_places else literal(1)
    number = ShownAssetRow.id
    held = [*conditions(wanted), *([has_place()] if is_of_places else [])]
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
    query = select(hours).where(*conditions(wanted), hours.is_not(None))
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
        .where(row.provider_id == asked.c.id, *conditions(EVERYTHING))
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
