"""Queries of single assets. What whoever acts may see and change, the database says."""

from collections.abc import Collection, Mapping
from typing import Any

import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from assetmap.assets.keeping.model import AssetNotYours, Keeper, KeptAsset, columns_of
from assetmap.assets.model import Asset, AssetNotFound
from assetmap.assets.shown import shown_shapes
from assetmap.assets.sites import told_sites
from assetmap.assets.store import LARGEST_ID, not_there
from assetmap.assets.tables import AssetRow, ShownAssetRow
from assetmap.crs import CRS84, NATIONAL_GRID

_SHAPES = ("geom", "geom_wgs84")
_SERVED = ("service_area", "service_area_wgs84")
_CONTACT = ("phone", "email")


def add_asset(
    session: Session, asset: Asset, keeper: Keeper, is_published: bool
) -> int:
    """The number of an asset that is stored, kept by a neighbourhood or organisation.

    It has no reference of its source's: nothing that is loaded takes its place.
    """
    row = AssetRow(
        **columns_of(asset),
        **_places(asset),
        **_served(asset),
        sites=told_sites(asset.sites),
        source=asset.source,
        attribution=asset.attribution,
        neighbourhood_id=keeper.neighbourhood_id,
        organisation_id=keeper.organisation_id,
        is_published=is_published,
    )
    session.add(row)
    session.flush()
    return row.id


def get_kept(session: Session, asset_id: int, action: str) -> KeptAsset:
    """An asset as whoever keeps it has it, held until the transaction ends.

    Raises:
        AssetNotFound: whoever acts may not see it, or there is none.
        AssetMerged: it is another asset.
        AssetNotYours: whoever acts may see it, and not do this to it.
    """
    if not 0 < asset_id <= LARGEST_ID:
        raise AssetNotFound(asset_id)
    hold = select(AssetRow.id).where(AssetRow.id == asset_id).with_for_update()
    is_held = session.scalar(hold) is not None
    row = (
        session.execute(_kept().where(ShownAssetRow.id == asset_id)).mappings().first()
    )
    if row is None:
        raise not_there(session, asset_id)
    shapes = {each: shapely.from_wkb(row[each]) for each in _SHAPES}
    kept = KeptAsset(asset_id, row["version"], dict(row), **shapes)
    if not is_held:
        raise AssetNotYours(asset_id, action)
    check_may(kept, action)
    return kept


def check_may(kept: KeptAsset, action: str) -> None:
    """Let pass whoever may do something to an asset.

    Raises:
        AssetNotYours: whoever acts may not.
    """
    if not kept.columns[f"may_{action}"]:
        raise AssetNotYours(kept.id, action)


def _kept() -> Select[Any]:
    others = (*_SHAPES, *_SERVED, "words")
    plain = (each for each in ShownAssetRow.__table__.c if each.name not in others)
    shapes = (
        func.ST_AsBinary(getattr(ShownAssetRow, each)).label(each) for each in _SHAPES
    )
    served = func.ST_AsGeoJSON(ShownAssetRow.service_area_wgs84, 15)
    return select(*plain, *shapes, served.label("service_area"))


def change_asset(
    session: Session,
    kept: KeptAsset,
    asset: Asset,
    columns: Collection[str],
    more: Mapping[str, Any],
) -> bool:
    """Store what is new in some columns of an asset, and where it is; whether any was.

    ``more`` are columns that are stored as they are. The version goes up where anything
    changed.
    """
    said = columns_of(asset)
    changed = dict(more) | {
        name: said[name]
        for name in _with_what_follows(columns)
        if said[name] != kept.columns[name]
    }
    if "service_area" in columns:
        changed |= _served(asset)
    is_moved = asset.geom_wgs84 is not kept.geom_wgs84
    changed |= _sites(kept, asset, is_moved, "sites" in columns)
    if is_moved or "location_visibility" in changed:
        changed |= _places(asset)
    return bool(changed) and set_columns(session, kept, changed)


def _sites(
    kept: KeptAsset, asset: Asset, is_moved: bool, is_said: bool
) -> dict[str, Any]:
    """The sites, if they are others now: one that is moved has none any more."""
    new = told_sites(asset.sites) if is_said or not is_moved else []
    return {"sites": new} if new != kept.columns["sites"] else {}


def _with_what_follows(columns: Collection[str]) -> set[str]:
    """Columns, but for shapes, and those that are told from them."""
    more = {"has_readable_hours"} if "opening_hours" in columns else set()
    return ({*columns} | more) - {*_SERVED, "sites"}


def set_columns(session: Session, kept: KeptAsset, values: Mapping[str, Any]) -> bool:
    """Store columns of an asset under a new version; whether that was let."""
    query = (
        update(AssetRow)
        .where(AssetRow.id == kept.id, AssetRow.version == kept.version)
        .values(**values, version=kept.version + 1, updated_at=func.now())
        .returning(AssetRow.version)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(query) is not None


def erase_contact(session: Session, kept: KeptAsset) -> None:
    """Erase the telephone number and the e-mail address, in every version too.

    Nothing that is loaded later brings them back.
    """
    nothing: dict[str, Any] = dict.fromkeys(_CONTACT)
    set_columns(session, kept, {**nothing, "contact_erased_at": func.now()})
    session.execute(select(func.access.erase_contact(kept.id)))


def _places(asset: Asset) -> dict[str, Any]:
    """The columns of where an asset is, and of what it may be shown by."""
    (shown,), (shown_wgs84,) = shown_shapes([asset])
    return {
        "geom": _stored(asset.geom, NATIONAL_GRID),
        "geom_wgs84": _stored(asset.geom_wgs84, CRS84),
        "shown_geom": _stored(shown, NATIONAL_GRID),
        "shown_geom_wgs84": _stored(shown_wgs84, CRS84),
    }


def _served(asset: Asset) -> dict[str, Any]:
    """The columns of the ground that it serves."""
    return {
        "service_area": _stored(asset.service_area, NATIONAL_GRID),
        "service_area_wgs84": _stored(asset.service_area_wgs84, CRS84),
    }


def _stored(shape: Any, srid: int) -> Any:
    return None if shape is None else from_shape(shape, srid)
