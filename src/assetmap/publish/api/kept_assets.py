"""Assets put into the store as they were sent, whichever route they came by."""

from collections.abc import Sequence
from typing import Any

import shapely
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assetmap.assets.keeping import store
from assetmap.assets.keeping.changing import changed_asset
from assetmap.assets.keeping.model import (
    AssetNotAdded,
    AssetNotMoved,
    KeptAsset,
    also_needed,
    closed_columns,
)
from assetmap.assets.model import SourceDefaults
from assetmap.assets.places import Places
from assetmap.assets.shapes import placed_shape
from assetmap.assets.written import MEMBERS, Written, written_asset
from assetmap.db.refusals import is_against_policy
from assetmap.people import store as people
from assetmap.publish.api.bodies import AssetChange, AssetIn
from assetmap.publish.api.keepers import areas_of, keeper_of, may_publish
from assetmap.publish.authority import Actor
from assetmap.publish.drawings.sent import drawn
from assetmap.sources.days import today

_COLUMNS = {"category": "category_code"}


def stored_new(session: Session, actor: Actor, body: AssetIn) -> tuple[int, Written]:
    """The number of a new asset, and what was mended of what was sent.

    Raises:
        AssetNotAdded: whoever acts adds none there.
        BadValue: something cannot be used.
    """
    keeper, name = keeper_of(session, body.neighbourhood, body.organisation)
    said = _said(body)
    shape = said.pop("geometry", None)
    words = {each: said[each] for each in MEMBERS if each in said}
    found = written_asset(
        session,
        words,
        None if shape is None else placed_shape(shape),
        SourceDefaults(name, attribution=name),
        _places(session),
    )
    is_published = body.is_published
    if "is_published" not in body.model_fields_set:
        is_published = may_publish(actor, body.neighbourhood, body.organisation)
    try:
        asset_id = store.add_asset(session, found.asset, keeper, is_published)
    except DBAPIError as error:
        if is_against_policy(error):
            areas = areas_of(actor, "asset", "create")
            keeper_named = (body.neighbourhood, body.organisation)
            raise AssetNotAdded(*keeper_named, areas) from error
        raise
    return asset_id, found


def stored_change(
    session: Session, actor: Actor, kept: KeptAsset, body: AssetChange
) -> Written:
    """What was mended of a change that was stored.

    Raises:
        AssetNotYours, AssetNotMoved: whoever acts may not change it so.
        BadValue: something cannot be used.
    """
    said = _said(body)
    found = changed_asset(session, kept, said, _places(session))
    columns = {_COLUMNS.get(each, each) for each in said} - {"geometry", "is_published"}
    for action in also_needed(kept.columns, said):
        store.check_may(kept, action)
    shown = said.get("is_published", kept.columns["is_published"])
    more = {"is_published": shown} if shown != kept.columns["is_published"] else {}
    try:
        store.change_asset(session, kept, found.asset, columns, more)
    except DBAPIError as error:
        if is_against_policy(error):
            areas = areas_of(actor, "asset", "change")
            raise AssetNotMoved(kept.id, areas) from error
        raise
    return found


def stored_closed(session: Session, kept: KeptAsset) -> None:
    """Close an asset, unless it is closed."""
    if kept.columns["status"] != "closed":
        store.set_columns(session, kept, closed_columns(kept, today()))


def _said(body: AssetChange) -> dict[str, Any]:
    """What was said, by member; the geometry as a shape."""
    said = body.model_dump(exclude_unset=True)
    if said.get("sites"):
        said["sites"] = [_known(each) for each in said["sites"]]
    if "geometry" in said:
        said["geometry"] = drawn(said["geometry"], is_ground=False)
    if said.get("service_area") is not None:
        said["service_area"] = shapely.to_geojson(drawn(said["service_area"]))
    return said


def _known(site: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in site.items() if value is not None}


def _places(session: Session) -> Any:
    def find(names: Sequence[str]) -> Places:
        return people.grid_and_degrees(session, names)

    return find
