"""The same place twice: pairs that may be one, decisions, and merging."""

import base64
import binascii
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.accounts.answered.model import Answered
from assetmap.assets.duplicates import merging, store
from assetmap.assets.duplicates.model import Evidence, Merge, Pair, Wanted
from assetmap.assets.duplicates.telling import LIKELY, said
from assetmap.assets.store import get_asset
from assetmap.errors import BadParameter
from assetmap.publish.api.assets import one_told, told
from assetmap.publish.api.duplicate_bodies import AssetMergeIn, DecisionIn
from assetmap.publish.api.sent import answered, now_stored, sent
from assetmap.publish.authority import WriteSession, requires
from assetmap.publish.deps import (
    DEFAULT_LIMIT,
    DbSession,
    Limit,
    StrictRoute,
    describes,
    json_answer,
    limited,
    next_link,
)
from assetmap.publish.once import Once, written
from assetmap.publish.preconditions import Match

router = APIRouter(prefix="/assets", tags=["duplicates"], route_class=StrictRoute)

Shown = Literal["none", "same", "different", "later", "all"]


@router.get("/duplicates", dependencies=[requires("asset_duplicate", "read")])
def list_duplicates(
    request: Request,
    session: DbSession,
    decision: Annotated[
        Shown, Query(description="What was decided: none is what waits")
    ] = "none",
    score: Annotated[
        float | None, Query(ge=0, le=1, description="At least so likely one")
    ] = None,
    asset: Annotated[
        int | None, Query(ge=1, le=2**62, description="Pairs of one asset")
    ] = None,
    closed: Annotated[
        bool, Query(description="Also pairs of which both are closed")
    ] = False,
    limit: Limit = DEFAULT_LIMIT,
    after: Annotated[
        str | None, Query(max_length=200, description="From a next link")
    ] = None,
) -> Response:
    """Pairs of assets that may be one, the likeliest first, each with why."""
    most = limited(limit)
    wanted = Wanted(decision, score, asset, closed, _place(after))
    found = store.list_pairs(session, wanted, most)
    pairs, more = found[:most], len(found) > most
    body = {
        "duplicates": [pair_told(each) for each in pairs],
        "next": next_link(request, after=_mark(pairs[-1]), limit=most)
        if more
        else None,
        "attribution": sorted(
            {one.attribution for each in pairs for one in (each.first, each.second)}
            - {""}
        ),
    }
    return json_answer(request, body)


@router.post(
    "/duplicates",
    openapi_extra=describes(DecisionIn),
    dependencies=[requires("asset_duplicate", "decide")],
)
def decide_duplicate(
    session: WriteSession,
    asked: Once,
    body: Annotated[DecisionIn, sent(DecisionIn)],
) -> Response:
    """Say of a pair that it is the same, or different, or is to be looked at later."""

    def write(_: str) -> Answered:
        first, second = body.assets
        pair = store.decide(session, first, second, body.decision, body.note)
        return answered(pair_told(pair), 1)

    return written(session, asked, write)


@router.get("/{asset_id}/merges", dependencies=[requires("asset", "read")])
def list_merges(request: Request, asset_id: int, session: DbSession) -> Response:
    """What was merged into an asset, and what of it comes from there."""
    found = get_asset(session, asset_id)
    merges = merging.merges_of(session, asset_id)
    body = {
        "merges": [merge_told(each) for each in merges],
        "next": None,
        "attribution": [found.attribution],
    }
    return json_answer(request, body)


@router.post(
    "/{asset_id}/merges",
    openapi_extra=describes(AssetMergeIn),
    dependencies=[requires("asset", "merge")],
)
def merge_assets(
    asset_id: int,
    session: WriteSession,
    asked: Once,
    match: Match,
    body: Annotated[AssetMergeIn, sent(AssetMergeIn)],
) -> Response:
    """Say that another asset is this one. What feeds say of either comes here.

    Whoever keeps both may; nothing is lost, and all of it can be undone.
    """

    def write(_: str) -> Answered:
        kept, other = merging.hold(session, asset_id, body.other)
        match.check(kept.version)
        merging.merge(session, kept, other, body.take, body.reason)
        return answered(*_now(session, asset_id))

    return written(session, asked, write)


@router.delete(
    "/{asset_id}/merges/{other_id}", dependencies=[requires("asset", "merge")]
)
def part_assets(
    asset_id: int, other_id: int, session: WriteSession, match: Match
) -> Response:
    """Undo a merge: both are again what they were. Whoever keeps either may."""
    match.check(get_asset(session, asset_id).version)
    merging.part(session, asset_id, other_id)
    return now_stored(*_now(session, asset_id))


def _now(session: Session, asset_id: int) -> tuple[dict[str, Any], int]:
    session.expire_all()
    asset = get_asset(session, asset_id)
    merges = [merge_told(each) for each in merging.merges_of(session, asset_id)]
    return {**one_told(asset), "merges": merges}, asset.version


def pair_told(pair: Pair) -> dict[str, Any]:
    """A pair as it is told."""
    decided = pair.decided
    return {
        "assets": [told(pair.first), told(pair.second)],
        "score": round(pair.score, 4),
        "likely": pair.score >= LIKELY,
        "evidence": [_evidence(each) for each in pair.evidence],
        "found_at": pair.found_at,
        "decision": None if decided is None else asdict(decided),
        "may_decide": pair.may_decide,
        "may_merge": pair.may_merge,
    }


def _evidence(each: Evidence) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "bits": each.bits,
        "said": said(each),
        "facts": dict(each.facts),
    }


def merge_told(merge: Merge) -> dict[str, Any]:
    """A merge as it is told."""
    return asdict(merge)


def _mark(pair: Pair) -> str:
    """The opaque place behind a pair."""
    text = f"v1:{pair.score!r}:{pair.first.id}:{pair.second.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(after: str | None) -> tuple[float, int, int] | None:
    if after is None:
        return None
    try:
        text = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode("ascii")
        version, score, first, second = text.split(":")
        place = float(score), int(first), int(second)
        is_ours = version == "v1" and 0 <= place[0] <= 1
        is_ours = is_ours and all(0 < each < 2**62 for each in place[1:])
    except (binascii.Error, UnicodeError, ValueError):
        is_ours = False
    if not is_ours:
        raise BadParameter("after", after, "is not from a next link")
    return place
