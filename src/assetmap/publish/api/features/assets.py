"""Assets as features that are written: by QGIS, and whatever edits OGC API Features."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from assetmap.accounts.answered.model import Answered
from assetmap.assets.keeping import store
from assetmap.assets.keeping.model import KeptAsset
from assetmap.errors import BadValue
from assetmap.publish.api.bodies import AssetChange, AssetIn
from assetmap.publish.api.features import answers
from assetmap.publish.api.features.compared import (
    NOTHING,
    in_crs84,
    is_same_place,
    new_members,
)
from assetmap.publish.api.features.sent import (
    CHANGES,
    WHOLE,
    ContentCrs,
    FeatureChange,
    FeatureIn,
    Match,
    describes_feature,
    feature_body,
    properties_of,
)
from assetmap.publish.api.kept_assets import (
    stored_change,
    stored_closed,
    stored_new,
)
from assetmap.publish.api.sent import issues_told
from assetmap.publish.authority import Actor, CurrentActor, WriteSession, requires
from assetmap.publish.deps import (
    GeoJsonResponse,
    StrictRoute,
    dumped,
    parsed,
)
from assetmap.publish.features.collection import FeatureNotFound
from assetmap.publish.features.of_assets import ASSETS, community_assets
from assetmap.publish.features.systems import System
from assetmap.publish.once import Once

router = APIRouter(
    prefix=f"/collections/{ASSETS}/items", tags=["collections"], route_class=StrictRoute
)

KEPT_IF_LEFT_OUT = ("location_visibility", "status", "is_published")
"""Who may see an asset, and where, changes only by being said."""
_SETTABLE = frozenset(AssetChange.model_fields) - {"geometry", "sites"}
_NEW = frozenset(AssetIn.model_fields) - {"geometry", "sites"}
_AS_JSON = ("names", "service_area")


@router.options("", include_in_schema=False, dependencies=[requires("asset", "read")])
def tell_methods(actor: CurrentActor) -> Response:
    """The methods that whoever asks may use on all assets."""
    return answers.methods_of_items(actor, "asset", WHOLE)


@router.options(
    "/{feature}", include_in_schema=False, dependencies=[requires("asset", "read")]
)
def tell_methods_of_one(
    request: Request, feature: str, actor: CurrentActor
) -> Response:
    """The methods that whoever asks may use on an asset."""
    return answers.methods_of_item(request, actor, "asset", CHANGES)


@router.post(
    "",
    status_code=201,
    response_class=GeoJsonResponse,
    openapi_extra=describes_feature(FeatureIn, WHOLE),
    dependencies=[requires("asset", "create")],
)
def add_asset_feature(
    request: Request,
    session: WriteSession,
    actor: CurrentActor,
    asked: Once,
    system: ContentCrs,
    body: Annotated[FeatureIn, feature_body(FeatureIn, WHOLE)],
) -> Response:
    """Add an asset. Its keeper is told in its properties, if there may be several."""

    def write(_: str) -> Answered:
        members, ignored = _new_members(body, actor)
        if body.geometry is not None:
            members["geometry"] = in_crs84(body.geometry, system)
        new = parsed(AssetIn, dumped(members))
        asset_id, found = stored_new(session, actor, new)
        issues = [*issues_told(found.issues), *ignored]
        fid = str(asset_id)
        return answers.made(request, session, community_assets(), fid, issues)

    return answers.written_once(session, asked, write)


def _new_members(
    body: FeatureIn, actor: Actor
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What is said of a new asset, and what is said that the service itself tells."""
    known = community_assets().by_name
    said, ignored = {}, []
    for name, value in (body.properties or {}).items():
        if name not in known and name not in _NEW:
            raise BadValue(name, value, "is no property of assets")
        if value is None or (value in NOTHING and name not in ("name", "category")):
            continue
        if name in _NEW:
            said[name] = _plain(name, value)
        elif name != "id":
            reason = "is told by the service"
            ignored.append(
                {
                    "column": name,
                    "value": str(value)[:100],
                    "reason": reason,
                    "outcome": "ignored",
                }
            )
    return {**_only_keeper(actor), **said} if not _has_keeper(said) else said, ignored


def _has_keeper(said: Mapping[str, Any]) -> bool:
    return bool({"neighbourhood", "organisation"} & said.keys())


def _only_keeper(actor: Actor) -> dict[str, Any]:
    """The one keeper that whoever acts adds assets for, if there is one."""
    found = {
        (each.neighbourhood, each.organisation)
        for each in actor.reaches("asset", "create")
    }
    if len(found) != 1:
        return {}
    neighbourhood, organisation = found.pop()
    told = {"neighbourhood": neighbourhood, "organisation": organisation}
    return {name: value for name, value in told.items() if value is not None}


def _plain(name: str, value: Any) -> Any:
    """A value that features have as JSON in a text, as that JSON."""
    if name not in _AS_JSON or not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        raise BadValue(name, value[:100], "is not JSON") from None


@router.put(
    "/{feature}",
    response_class=GeoJsonResponse,
    openapi_extra=describes_feature(FeatureIn, WHOLE),
    dependencies=[requires("asset", "change")],
)
def replace_asset_feature(
    feature: str,
    session: WriteSession,
    actor: CurrentActor,
    match: Match,
    system: ContentCrs,
    body: Annotated[FeatureIn, feature_body(FeatureIn, WHOLE)],
) -> Response:
    """Replace what is said of an asset; what is sent as it was shown stays."""
    sent = properties_of(body, feature)
    kept = _kept(session, feature, "change")
    match.expected(sent).check(kept.version)
    place = {"geometry": body.geometry}
    return _change(session, actor, kept, _whole(sent), place, system)


def _whole(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What becomes of every property that can be set when a feature is replaced.

    A list is cleared by an empty one: some programs read no lists, and send null back.
    """
    columns = community_assets().columns
    lists = {each.name for each in columns if each.kind == "texts"}
    stays = {*KEPT_IF_LEFT_OUT, *(name for name in lists if sent.get(name) is None)}
    gone = dict.fromkeys({each.name for each in columns} & _SETTABLE)
    told = {**gone, **sent}
    return {
        name: value
        for name, value in told.items()
        if value is not None or name not in stays
    }


@router.patch(
    "/{feature}",
    response_class=GeoJsonResponse,
    openapi_extra=describes_feature(FeatureChange, CHANGES),
    dependencies=[requires("asset", "change")],
)
def update_asset_feature(
    feature: str,
    session: WriteSession,
    actor: CurrentActor,
    match: Match,
    system: ContentCrs,
    body: Annotated[FeatureChange, feature_body(FeatureChange, CHANGES)],
) -> Response:
    """Change some of what is said of an asset; what is left out stays, null clears."""
    sent = properties_of(body, feature)
    place = {"geometry": body.geometry} if "geometry" in body.model_fields_set else {}
    kept = _kept(session, feature, "change")
    match.expected(sent).check(kept.version)
    return _change(session, actor, kept, sent, place, system)


@router.delete(
    "/{feature}", status_code=204, dependencies=[requires("asset", "delete")]
)
def close_asset_feature(feature: str, session: WriteSession, match: Match) -> Response:
    """Close an asset: it is no feature any longer, and its history stays."""
    kept = _kept(session, feature, "delete")
    match.expected(None).check(kept.version)
    stored_closed(session, kept)
    return Response(status_code=204)


def _kept(session: Session, feature: str, action: str) -> KeptAsset:
    """An asset that is a feature now, held until the transaction ends.

    Raises:
        FeatureNotFound, AssetNotFound: it is not there for whoever acts.
        AssetNotYours: whoever acts may see it, and not do this to it.
    """
    answers.shown(session, community_assets(), feature)
    if not feature.isdecimal():
        raise FeatureNotFound(ASSETS, feature)
    return store.get_kept(session, int(feature), action)


def _change(
    session: Session,
    actor: Actor,
    kept: KeptAsset,
    sent: Mapping[str, Any],
    place: Mapping[str, Any],
    system: System,
) -> Response:
    collection, fid = community_assets(), str(kept.id)
    before = answers.shown(session, collection, fid, system)
    new = new_members(collection, before["properties"], sent, _SETTABLE)
    members = {name: _plain(name, value) for name, value in new.items()}
    for name, shape in place.items():
        if not is_same_place(before["geometry"], shape, system):
            members[name] = in_crs84(shape, system)
    change = parsed(AssetChange, dumped(members))
    issues = []
    if members:
        issues = issues_told(stored_change(session, actor, kept, change).issues)
    return answers.stored(session, collection, fid, kept.version + 1, issues)
