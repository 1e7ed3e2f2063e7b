"""The only queries of assets and their categories."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Select, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from assetmap.assets import taxonomy
from assetmap.assets.duplicates import feeding
from assetmap.assets.filters import AssetFilter, Condition, conditions, is_open
from assetmap.assets.model import (
    Asset,
    AssetMerged,
    AssetNotFound,
    AssetPage,
    Category,
    Saved,
    ShownAsset,
    UnknownCategory,
)
from assetmap.assets.providers.store import save_providers
from assetmap.assets.published import shown_asset, shown_columns
from assetmap.assets.searching.reading import read as read_words
from assetmap.assets.shown import shown_shapes
from assetmap.assets.sites import told_sites
from assetmap.assets.tables import AssetCategoryRow, MergedAssetRow, ShownAssetRow
from assetmap.crs import CRS84, NATIONAL_GRID
from assetmap.db.copying import copy_rows, ewkb
from assetmap.db.statements import statement

LARGEST_ID = 2**63 - 1

_SHAPES = (
    *("geom", "geom_wgs84", "shown_geom", "shown_geom_wgs84"),
    *("service_area", "service_area_wgs84"),
)
_OTHERWISE = {"category", "languages", "service_codes", "names", "sites", "provider"}
_PLAIN = tuple(
    each.name
    for each in fields(Asset)
    if each.name not in _OTHERWISE and each.name not in _SHAPES
)
_TYPES = {
    **dict.fromkeys(("valid_from", "valid_to"), "date"),
    "has_readable_hours": "bool",
    "verified_at": "timestamptz",
}
_OURS = {
    "category_code": "text",
    "provider_ref": "text",
    "languages": "text[]",
    "service_codes": "text[]",
    "names": "jsonb",
    "sites": "jsonb",
}
_NONE = Jsonb([])
_UNNAMED = Jsonb({})


def load_taxonomy(session: Session) -> None:
    """Store the packaged categories; those a deployment added stay as they are."""
    save_categories(session, taxonomy.categories())


def save_categories(session: Session, categories: Sequence[Category]) -> None:
    """Store categories, each after the one above it; those that are known change."""
    rows = [asdict(each) for each in categories]
    if not rows:
        return
    new = insert(AssetCategoryRow)
    changed = {name: new.excluded[name] for name in rows[0] if name != "code"}
    session.execute(
        new.on_conflict_do_update(index_elements=["code"], set_=changed), rows
    )


def list_categories(session: Session) -> list[Category]:
    """All categories, by code."""
    rows = session.scalars(select(AssetCategoryRow).order_by(AssetCategoryRow.code))
    return [
        Category(
            row.code,
            row.parent_code,
            row.label,
            row.label_cy,
            tuple(row.osm_tags),
            tuple(row.charity_codes),
            row.oruk_entity,
            row.is_local,
            tuple(row.synonyms),
        )
        for row in rows
    ]


def check_category(session: Session, code: str) -> str:
    """The label of the category that has the code.

    Raises:
        UnknownCategory: none has.
    """
    row = session.get(AssetCategoryRow, code)
    if row is None:
        names = taxonomy.names_of(list_categories(session))
        raise UnknownCategory(code, taxonomy.nearest(code, names))
    return row.label


def add_assets(session: Session, assets: Sequence[Asset]) -> Saved:
    """Store assets; one whose source and reference are known is changed, not added.

    No two may have one source and reference. What each may be shown by is set here.
    """
    columns = (*_PLAIN, *_OURS, *_SHAPES)
    types = [_TYPES.get(each, "text") for each in _PLAIN]
    types += [*_OURS.values(), *["bytea"] * len(_SHAPES)]
    session.flush()
    save_providers(session, (each.provider for each in assets if each.provider))
    session.execute(statement("assets", "new_incoming"))
    copy_rows(session, "asset_incoming", columns, types, _rows(assets))
    feeding.lay_beneath(session)
    saved = session.execute(statement("assets", "save_incoming")).one()
    added, changed, merged = saved
    feeding.follow(session, merged or ())
    session.execute(text("DROP TABLE asset_incoming"))
    return Saved(added, changed)


def _rows(assets: Sequence[Asset]) -> Iterator[tuple[Any, ...]]:
    shown, shown_wgs84 = shown_shapes(assets)
    shapes = (
        ewkb([each.geom for each in assets], NATIONAL_GRID),
        ewkb([each.geom_wgs84 for each in assets], CRS84),
        ewkb(shown, NATIONAL_GRID),
        ewkb(shown_wgs84, CRS84),
        ewkb([each.service_area for each in assets], NATIONAL_GRID),
        ewkb([each.service_area_wgs84 for each in assets], CRS84),
    )
    for asset, *its_shapes in zip(assets, *shapes, strict=True):
        plain = (getattr(asset, each) for each in _PLAIN)
        yield (*plain, *_told(asset), *its_shapes)


def _told(asset: Asset) -> tuple[Any, ...]:
    """What is stored in another form than it has, in the order of ``_OURS``."""
    return (
        asset.category,
        asset.provider.source_ref if asset.provider else None,
        list(asset.languages),
        list(asset.service_codes),
        Jsonb(dict(asset.names)) if asset.names else _UNNAMED,
        Jsonb(told_sites(asset.sites)) if asset.sites else _NONE,
    )


def get_asset(session: Session, asset_id: int) -> ShownAsset:
    """An asset as whoever acts may see it, whatever its status and dates.

    Raises:
        AssetNotFound: none has this number.
        AssetMerged: it is another asset.
    """
    if 0 < asset_id <= LARGEST_ID:
        columns = select(*shown_columns(is_by_itself=True)).join(AssetCategoryRow)
        query = columns.where(ShownAssetRow.id == asset_id)
        row = session.execute(query).mappings().one_or_none()
        if row is not None:
            return shown_asset(row)
    raise not_there(session, asset_id)


def not_there(session: Session, asset_id: int) -> AssetNotFound | AssetMerged:
    """Why there is no asset of a number, for whoever acts."""
    kept = kept_id(session, asset_id)
    return AssetNotFound(asset_id) if kept is None else AssetMerged(asset_id, kept)


def kept_id(session: Session, asset_id: int) -> int | None:
    """The asset that a merged one is now, for whoever may see both; else None."""
    if not 0 < asset_id <= LARGEST_ID:
        return None
    row = session.get(MergedAssetRow, asset_id)
    return None if row is None else row.kept_id


def assets_by_id(session: Session, ids: Collection[int]) -> dict[int, ShownAsset]:
    """Assets as whoever acts may see them, by number."""
    query = _shown().where(ShownAssetRow.id.in_(ids))
    found = map(shown_asset, session.execute(query).mappings())
    return {each.id: each for each in found}


def list_assets(
    session: Session,
    wanted: AssetFilter,
    limit: int = 100,
    after_id: int = 0,
    offset: int = 0,
) -> AssetPage:
    """The assets that are asked for, with numbers above ``after_id``.

    Raises:
        UnknownCategory, BadParameter: the filter cannot be met.
    """
    query = _page(session, _shown(), wanted, limit, after_id, offset)
    rows = session.execute(query).mappings().all()
    assets = [shown_asset(row) for row in rows[:limit]]
    return AssetPage(assets, assets[-1].id if len(rows) > limit else None)


def _shown() -> Select[*tuple[Any, ...]]:
    return select(*shown_columns()).join(AssetCategoryRow)


def _page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    wanted: AssetFilter,
    limit: int,
    after_id: int,
    offset: int,
) -> Select[*tuple[Any, ...]]:
    """One row more than the limit, so that it shows whether more follow."""
    after = max(0, min(after_id, LARGEST_ID))
    narrowed = query.where(ShownAssetRow.id > after, *_conditions(session, wanted))
    return narrowed.order_by(ShownAssetRow.id).limit(limit + 1).offset(offset)


def _conditions(session: Session, wanted: AssetFilter) -> list[Condition]:
    if wanted.category is not None:
        check_category(session, wanted.category)
    if wanted.q and wanted.q.strip() and wanted.words is None:
        wanted = replace(wanted, words=read_words(session, wanted.q).sought)
    return conditions(wanted)


def count_by_category(session: Session, wanted: AssetFilter) -> dict[str, int]:
    """How many of the assets that are asked for are in each category, by code.

    Raises:
        UnknownCategory, BadParameter: the filter cannot be met.
    """
    code = ShownAssetRow.category_code
    query = select(code, func.count().label("assets")).where(
        *_conditions(session, wanted)
    )
    rows = session.execute(query.group_by(code).order_by(code))
    return {row.category_code: row.assets for row in rows}


def attributions(session: Session) -> list[str]:
    """What the sources of all assets that may be seen ask to be said, each once."""
    said = ShownAssetRow.attribution
    query = select(said).where(is_open(None), said != "").distinct().order_by(said)
    return list(session.scalars(query))
