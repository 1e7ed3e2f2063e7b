"""One's own drawings as features that are written: drawn, drawn again, withdrawn."""

from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from assetmap.accounts.answered.model import Answered
from assetmap.errors import BadValue
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.publish.api.bodies import Redrawn, SketchIn
from assetmap.publish.api.features import answers
from assetmap.publish.api.features.compared import in_crs84, is_same_place, new_members
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
from assetmap.publish.api.sent import issues_told
from assetmap.publish.api.sketches import resident_of_account
from assetmap.publish.authority import CurrentActor, WriteSession, requires
from assetmap.publish.deps import (
    GeoJsonResponse,
    StrictRoute,
    dumped,
    parsed,
)
from assetmap.publish.drawings import storing
from assetmap.publish.drawings.sent import Sent, sent_in
from assetmap.publish.features.collection import FeatureNotFound
from assetmap.publish.features.of_sketches import SKETCHES, sketches
from assetmap.publish.features.systems import CRS84, System
from assetmap.publish.once import Once

router = APIRouter(
    prefix=f"/collections/{SKETCHES}/items",
    tags=["collections"],
    route_class=StrictRoute,
)
_SETTABLE = ("years_lived", "note")
_TOLD = ("id", "drawn_at", "version")


class Held(NamedTuple):
    """A drawing as it is shown to whoever drew it."""

    slug: str
    id: UUID
    properties: dict[str, Any]
    geometry: Any
    in_degrees: Any


@router.options("", include_in_schema=False, dependencies=[requires("sketch", "read")])
def tell_methods(actor: CurrentActor) -> Response:
    """The methods that whoever asks may use on their drawings."""
    return answers.methods_of_items(actor, "sketch", WHOLE)


@router.options(
    "/{feature}", include_in_schema=False, dependencies=[requires("sketch", "read")]
)
def tell_methods_of_one(
    request: Request, feature: str, actor: CurrentActor
) -> Response:
    """The methods that whoever asks may use on a drawing of theirs."""
    return answers.methods_of_item(request, actor, "sketch", CHANGES)


@router.post(
    "",
    status_code=201,
    response_class=GeoJsonResponse,
    openapi_extra=describes_feature(FeatureIn, WHOLE),
    dependencies=[requires("sketch", "create")],
)
def add_sketch_feature(
    request: Request,
    session: WriteSession,
    actor: CurrentActor,
    asked: Once,
    system: ContentCrs,
    body: Annotated[FeatureIn, feature_body(FeatureIn, WHOLE)],
) -> Response:
    """Send a drawing of the neighbourhood that its properties name."""

    def write(secret: str) -> Answered:
        said = dict(body.properties or {})
        slug = said.pop("neighbourhood", None)
        if not isinstance(slug, str):
            raise BadValue("neighbourhood", slug, "does not say what was drawn")
        said = {name: each for name, each in said.items() if name not in _TOLD}
        said["geometry"] = in_crs84(body.geometry, system)
        row = neighbourhoods.get_neighbourhood(session, slug)
        who = resident_of_account(actor.account_id)
        drawn = sent_in(parsed(SketchIn, dumped(said)))
        sent = Sent(drawn.geometry, None, drawn.years_lived, drawn.note, resident=who)
        stored = storing.add(session, row.id, sent, secret, row.is_simulated)
        fid, issues = str(stored.sketch.id), issues_told(stored.issues)
        return answers.made(request, session, sketches(), fid, issues)

    return answers.written_once(session, asked, write)


@router.put(
    "/{feature}",
    response_class=GeoJsonResponse,
    openapi_extra=describes_feature(FeatureIn, WHOLE),
    dependencies=[requires("sketch", "change")],
)
def redraw_sketch_feature(
    feature: str,
    session: WriteSession,
    match: Match,
    system: ContentCrs,
    body: Annotated[FeatureIn, feature_body(FeatureIn, WHOLE)],
) -> Response:
    """Draw again, and say again what was said with it."""
    sent, held = _checked(session, feature, body, match, system)
    said = {name: sent.get(name) for name in _SETTABLE}
    return _redraw(session, match, held, said, body.geometry, system, sent)


@router.patch(
    "/{feature}",
    response_class=GeoJsonResponse,
    openapi_extra=describes_feature(FeatureChange, CHANGES),
    dependencies=[requires("sketch", "change")],
)
def update_sketch_feature(
    feature: str,
    session: WriteSession,
    match: Match,
    system: ContentCrs,
    body: Annotated[FeatureChange, feature_body(FeatureChange, CHANGES)],
) -> Response:
    """Change the drawing or what was said with it; what is left out stays."""
    sent, held = _checked(session, feature, body, match, system)
    said = {name: sent.get(name, held.properties[name]) for name in _SETTABLE}
    is_moved = "geometry" in body.model_fields_set
    shape = body.geometry if is_moved else held.geometry
    return _redraw(session, match, held, said, shape, system, sent)


@router.delete(
    "/{feature}", status_code=204, dependencies=[requires("sketch", "delete")]
)
def withdraw_sketch_feature(
    feature: str, session: WriteSession, match: Match
) -> Response:
    """Withdraw a drawing: its geometry, and what was said with it, are erased."""
    held = _held(session, feature, CRS84)
    check = match.expected(None).check
    storing.withdraw(session, held.slug, held.id, check)
    return Response(status_code=204)


def _held(session: Session, feature: str, system: System) -> Held:
    """A drawing of whoever acts.

    Raises:
        FeatureNotFound: it is not there for them.
    """
    shown = answers.shown(session, sketches(), feature, system)
    exact = answers.shown(session, sketches(), feature)
    try:
        name = UUID(feature)
    except ValueError:
        raise FeatureNotFound(SKETCHES, feature) from None
    said = shown["properties"]
    slug = said["neighbourhood"]
    return Held(slug, name, said, shown["geometry"], exact["geometry"])


def _checked(
    session: Session,
    feature: str,
    body: FeatureIn | FeatureChange,
    match: Any,
    system: System,
) -> tuple[dict[str, Any], Held]:
    """What is said of a drawing, and the drawing, if it is of the version expected."""
    sent = properties_of(body, feature)
    held = _held(session, feature, system)
    match.expected(sent).check(held.properties["version"])
    new_members(sketches(), held.properties, sent, _SETTABLE)
    return sent, held


def _redraw(
    session: Session,
    match: Any,
    held: Held,
    said: dict[str, Any],
    shape: Any,
    system: System,
    sent: dict[str, Any],
) -> Response:
    """Store a drawing in the place of an earlier one; its ground stays if it is it."""
    is_same = is_same_place(held.geometry, shape, system)
    said = said | {"geometry": held.in_degrees if is_same else in_crs84(shape, system)}
    newer = sent_in(parsed(Redrawn, dumped(said)))
    check = match.expected(sent).check
    stored = storing.redraw(session, held.slug, held.id, newer, check)
    issues = issues_told(stored.issues)
    fid, version = str(held.id), stored.sketch.version
    return answers.stored(session, sketches(), fid, version, issues)
