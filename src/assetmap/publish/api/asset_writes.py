"""Assets as they are written: added, changed, verified, closed by who keeps them."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.accounts.answered import store as first_answers
from assetmap.accounts.answered.model import Answered
from assetmap.assets.keeping import store
from assetmap.assets.keeping.model import (
    KeptAsset,
)
from assetmap.assets.model import AssetMerged
from assetmap.assets.store import get_asset
from assetmap.assets.versions.store import list_versions
from assetmap.assets.written import Written
from assetmap.errors import BadValue
from assetmap.publish.api.assets import one_told
from assetmap.publish.api.bodies import AssetChange, AssetIn, VerificationIn
from assetmap.publish.api.kept_assets import (
    stored_change,
    stored_closed,
    stored_new,
)
from assetmap.publish.api.sent import answered, issues_told, now_stored, sent
from assetmap.publish.authority import Actor, CurrentActor, WriteSession, requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    Day,
    DbSession,
    Limit,
    Offset,
    StrictRoute,
    base_url,
    describes,
    json_answer,
    limited,
    next_page,
)
from assetmap.publish.once import Once, written
from assetmap.publish.preconditions import Match
from assetmap.sources.days import end_of, today

router = APIRouter(prefix="/assets", tags=["assets"], route_class=StrictRoute)


@router.post(
    "",
    status_code=201,
    openapi_extra=describes(AssetIn),
    dependencies=[requires("asset", "create")],
)
def add_asset(
    request: Request,
    session: WriteSession,
    actor: CurrentActor,
    asked: Once,
    body: Annotated[AssetIn, sent(AssetIn)],
) -> Response:
    """Add an asset that a neighbourhood's stewards, or an organisation, will keep."""
    return written(session, asked, lambda _: _added(request, session, actor, body))


def _added(request: Request, session: Session, actor: Actor, body: AssetIn) -> Answered:
    asset_id, found = stored_new(session, actor, body)
    told, version = _now(session, asset_id, found)
    return answered(told, version, 201, f"{base_url(request)}/assets/{asset_id}")


@router.get("/{asset_id}/history", dependencies=[requires("asset", "read")])
def read_history(
    request: Request,
    asset_id: int,
    session: DbSession,
    as_at: Annotated[
        Day | None,
        Query(description="Only the version that held as this day ended, YYYY-MM-DD"),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """The versions of an asset, the newest first: when, and what changed.

    Those who keep it also see who changed it, and what each version said.
    """
    with suppress(AssetMerged):  # its history is its own
        get_asset(session, asset_id)
    most = limited(limit)
    at = None if as_at is None else end_of(as_at)
    found = list_versions(session, asset_id, most + 1, offset, at)
    more = offset + most if len(found) > most else None
    body = {
        "versions": [asdict(each) for each in found[:most]],
        "next": next_page(request, limit, more),
    }
    return json_answer(request, body)


@router.patch(
    "/{asset_id}",
    openapi_extra=describes(AssetChange),
    dependencies=[requires("asset", "change")],
)
def change_asset(
    asset_id: int,
    session: WriteSession,
    actor: CurrentActor,
    match: Match,
    body: Annotated[AssetChange, sent(AssetChange)],
) -> Response:
    """Change what is said of an asset; what is left out stays, null clears it."""
    kept = _held(session, asset_id, match, "change")
    found = stored_change(session, actor, kept, body)
    return now_stored(*_now(session, asset_id, found))


@router.delete("/{asset_id}", dependencies=[requires("asset", "delete")])
def close_asset(asset_id: int, session: WriteSession, match: Match) -> Response:
    """Close an asset. It can still be read, and so can its history."""
    stored_closed(session, _held(session, asset_id, match, "delete"))
    return now_stored(*_now(session, asset_id))


@router.post(
    "/{asset_id}/verification",
    openapi_extra=describes(VerificationIn),
    dependencies=[requires("asset", "verify")],
)
def verify_asset(
    asset_id: int,
    session: WriteSession,
    asked: Once,
    match: Match,
    body: Annotated[VerificationIn, sent(VerificationIn)],
) -> Response:
    """Say that somebody has checked what is said of an asset, and when."""

    def write(_: str) -> Answered:
        kept = _held(session, asset_id, match, "verify")
        changed: dict[str, Any] = {"verified_at": _instant(body)}
        if kept.columns["status"] == "unverified":
            changed["status"] = "open"
        store.set_columns(session, kept, changed)
        return answered(*_now(session, asset_id))

    return written(session, asked, write)


@router.delete("/{asset_id}/contact", dependencies=[requires("asset", "change")])
def erase_contact(asset_id: int, session: WriteSession, match: Match) -> Response:
    """Erase the telephone number and the e-mail address, from all history too."""
    kept = _held(session, asset_id, match, "change")
    store.erase_contact(session, kept)
    first_answers.forget(session, f"/assets/{asset_id}")
    return now_stored(*_now(session, asset_id))


def _held(session: Session, asset_id: int, match: Match, action: str) -> KeptAsset:
    kept = store.get_kept(session, asset_id, action)
    match.check(kept.version)
    return kept


def _now(
    session: Session, asset_id: int, found: Written | None = None
) -> tuple[Mapping[str, Any], int]:
    """An asset as it is now, with what was mended of what was sent; and its version."""
    asset = get_asset(session, asset_id)
    issues = {} if found is None else {"issues": issues_told(found.issues)}
    return {**one_told(asset), **issues}, asset.version


def _instant(body: VerificationIn) -> datetime:
    now = datetime.now(UTC)
    if body.verified_on is None:
        return now
    if body.verified_on > today():
        told = body.verified_on.isoformat()
        raise BadValue("verified_on", told, "is still to come")
    return min(now, datetime.combine(body.verified_on, time(), UTC))
