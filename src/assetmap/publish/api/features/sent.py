"""A feature as it was sent: what of it there is, in which system, of which version."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Request
from pydantic import BaseModel, ConfigDict

from assetmap.errors import BadParameter, BadValue
from assetmap.publish.api.bodies import Geometry
from assetmap.publish.deps import GEOJSON, RawBody, describes, parsed
from assetmap.publish.features.systems import System, system_of
from assetmap.publish.preconditions import (
    Expected,
    PreconditionNeeded,
    expected_of,
)

JSON, MERGE = "application/json", "application/merge-patch+json"
WHOLE = (GEOJSON, JSON)
CHANGES = (MERGE, *WHOLE)


class FeatureIn(BaseModel):
    """A GeoJSON feature; members that it does not know are let go, as GeoJSON says."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["Feature"]
    id: str | int | None = None
    geometry: Geometry | None
    properties: dict[str, Any] | None = None


class FeatureChange(BaseModel):
    """What of a feature is to be different: a JSON Merge Patch (RFC 7396)."""

    model_config = ConfigDict(extra="ignore")

    id: str | int | None = None
    geometry: Geometry | None = None
    properties: dict[str, Any] | None = None


def feature_body(model: type[BaseModel], kinds: tuple[str, ...]) -> Any:
    """The dependency that reads a feature, or what is to change of one.

    Raises:
        BadParameter: its media type is not told, or is none of those taken.
    """

    async def read(request: Request, body: RawBody) -> BaseModel:
        told = request.headers.get("content-type", "")
        if told.partition(";")[0].strip().lower() not in kinds:
            reason = f"is not one of {', '.join(kinds)}"
            raise BadParameter("Content-Type", told, reason)
        return parsed(model, body)

    return Depends(read)


def properties_of(body: FeatureIn | FeatureChange, feature: str) -> dict[str, Any]:
    """The properties that are sent of a feature; its identifier is none of them.

    Raises:
        BadValue: the body names another feature than the address.
    """
    sent = dict(body.properties or {})
    for told in (body.id, sent.pop("id", None)):
        if told is not None and str(told) != feature:
            raise BadValue("id", told, "is not that of the feature, which stays")
    return sent


def describes_feature(model: type[BaseModel], kinds: tuple[str, ...]) -> dict[str, Any]:
    """The part of an OpenAPI operation that tells a body of several media types."""
    told = describes(model)
    (one,) = told["requestBody"]["content"].values()
    told["requestBody"]["content"] = dict.fromkeys(kinds, one)
    return told


def _system(
    told: Annotated[
        str | None,
        Header(
            alias="Content-Crs",
            max_length=200,
            description="Address of the system of the geometry; absent: CRS84",
        ),
    ] = None,
) -> System:
    return system_of("Content-Crs", told and told.strip().strip("<>"))


ContentCrs = Annotated[System, Depends(_system)]
"""The system of the geometry that is sent.

Raises:
    BadParameter: it is none of those that are given here.
"""


class Told:
    """The versions that ``If-Match`` names, if it was sent."""

    def __init__(self, request: Request, sent: str | None) -> None:
        self.sent = ", ".join(request.headers.getlist("if-match")) or sent

    def expected(self, properties: Mapping[str, Any] | None) -> Expected:
        """The versions that a change is meant for.

        Programs that know no ``If-Match`` send back the property ``version`` that
        they were given, which says as much.

        Raises:
            PreconditionNeeded: neither tells one.
        """
        version = (properties or {}).get("version")
        known: frozenset[int] | None = None
        if isinstance(version, int) and not isinstance(version, bool):
            known = frozenset({version})
        if self.sent is None or not self.sent.strip():
            if known is None:
                raise PreconditionNeeded(
                    "Say which version you change: send the ETag of what you have "
                    "read as If-Match, or its property version as it was."
                )
            return Expected(known)
        named = expected_of(self.sent)
        if known is None or named.versions is None:
            return Expected(known or named.versions)
        return Expected(named.versions & known)


def _told(
    request: Request,
    sent: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=1_000,
            description="The ETag of what you have read; or its property version",
        ),
    ] = None,
) -> Told:
    return Told(request, sent)


Match = Annotated[Told, Depends(_told)]
"""The versions that a request is meant for, which its body may tell too."""
