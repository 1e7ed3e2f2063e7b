"""What is answered to whoever wrote a feature: as it is shown now, and its version."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from fastapi import Request, Response
from sqlalchemy.orm import Session

from assetmap.accounts.acting import Actor
from assetmap.accounts.answered.model import Answered
from assetmap.publish.api.sent import answered
from assetmap.publish.deps import GEOJSON, base_url, dumped, etag
from assetmap.publish.features import store
from assetmap.publish.features.collection import Collection, FeatureNotFound
from assetmap.publish.features.systems import CRS84, System
from assetmap.publish.once import Once, written

VARY = {"Vary": "Accept, Authorization, Cookie", "Cache-Control": "no-cache"}
_QGIS = "QGIS/"


def shown(
    session: Session, collection: Collection, fid: str, system: System = CRS84
) -> dict[str, Any]:
    """A feature as whoever acts sees it in a collection.

    Raises:
        FeatureNotFound: it is not there for whoever acts.
    """
    found: dict[str, Any] = orjson.loads(store.one(session, collection, system, fid))
    return found


def stored(
    session: Session,
    collection: Collection,
    fid: str,
    otherwise: int,
    issues: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """A feature as it is now, with what was mended.

    If it is shown no longer nothing but its version, which is then ``otherwise``.
    """
    try:
        told = shown(session, collection, fid)
    except FeatureNotFound:
        tag = etag(b"", otherwise)
        return Response(status_code=204, headers={"ETag": tag, **VARY})
    version = told["properties"]["version"]
    body = dumped(told | {"issues": list(issues)})
    headers = {"ETag": etag(body, version), "Content-Crs": f"<{CRS84.uri}>", **VARY}
    return Response(body, headers=headers, media_type=GEOJSON)


def made(
    request: Request,
    session: Session,
    collection: Collection,
    fid: str,
    issues: Sequence[Mapping[str, Any]],
) -> Answered:
    """A new feature as it is shown, with what was mended, and where it is."""
    told = shown(session, collection, fid) | {"issues": list(issues)}
    at = f"{base_url(request)}/collections/{collection.id}/items/{fid}"
    return answered(told, told["properties"]["version"], 201, at)


def written_once(
    session: Session, asked: Once, write: Callable[[str], Answered]
) -> Response:
    """A new feature, which is made once however often it is sent."""
    answer = written(session, asked, write)
    answer.headers["Content-Type"] = GEOJSON
    return answer


def methods_of_items(actor: Actor, thing: str, kinds: Sequence[str]) -> Response:
    """Which methods whoever asks may use on the features of a collection."""
    found = {"Allow": "GET, HEAD, OPTIONS"}
    if actor.words(thing, "create"):
        found = {"Allow": "GET, POST, HEAD, OPTIONS", "Accept-Post": ", ".join(kinds)}
    return Response(headers=found | VARY)


def methods_of_item(
    request: Request, actor: Actor, thing: str, kinds: Sequence[str]
) -> Response:
    """Which methods whoever asks may use on one feature.

    QGIS sends PATCH and DELETE without a word of the version that they are meant for,
    and PUT with the whole feature as it was read, its version too. It takes PUT where
    it is offered no PATCH, and then nobody's work is lost.
    """
    is_blind = _QGIS in request.headers.get("user-agent", "")
    found = ["GET"]
    if actor.words(thing, "change"):
        found += ["PUT"] if is_blind else ["PUT", "PATCH"]
    if actor.words(thing, "delete") and not is_blind:
        found.append("DELETE")
    headers = {"Allow": ", ".join([*found, "HEAD", "OPTIONS"]), **VARY}
    headers["Vary"] += ", User-Agent"
    if "PATCH" in found:
        headers["Accept-Patch"] = ", ".join(kinds)
    return Response(headers=headers)
