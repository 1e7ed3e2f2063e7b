"""One asset that is written by hand: it goes the way of a row of a file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlalchemy.orm import Session

from assetmap.assets import ingest
from assetmap.assets.model import Asset, SourceDefaults
from assetmap.assets.places import FindPlaces, placed
from assetmap.assets.rows import draft_of
from assetmap.assets.shapes import PlacedShape
from assetmap.errors import BadValue
from assetmap.issues import RawRow, RowIssue

MEMBERS = (
    *("name", "category", "description", "address", "postcode", "uprn", "url"),
    *("phone", "email", "opening_hours", "access", "cost", "languages", "status"),
    *("location_visibility", "valid_from", "valid_to", "licence", "name_cy", "names"),
    *("service_area", "service_codes", "sites"),
)
"""What can be said of an asset in words."""


@dataclass(frozen=True)
class Written:
    """An asset as it was read, and what was repaired or noted."""

    asset: Asset
    issues: list[RowIssue]


def written_asset(
    session: Session,
    said: Mapping[str, Any],
    shape: PlacedShape | None,
    defaults: SourceDefaults,
    find_places: FindPlaces,
) -> Written:
    """The asset that is described; without a ``shape``, at the place of its postcode.

    ``said`` holds texts, days, lists of texts, or None, by member.

    Raises:
        BadValue: something cannot be used; says what and why.
    """
    row = RawRow("", 0, {name: _text(value) for name, value in said.items()})
    issues: list[RowIssue] = []
    names = ingest.category_names(session)
    draft = replace(draft_of(row, defaults, names, issues), shape=shape)
    for _, asset in placed([draft], find_places, issues):
        return Written(asset, _with_repair(issues, shape))
    refused = issues[-1]
    raise BadValue(refused.column, refused.value, refused.reason)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return orjson.dumps(value).decode() if value else ""
    if isinstance(value, list | tuple):
        has_parts = any(isinstance(each, dict) for each in value)
        return orjson.dumps(value).decode() if has_parts else ";".join(value)
    return str(value)


def _with_repair(issues: list[RowIssue], shape: PlacedShape | None) -> list[RowIssue]:
    if shape is None or shape.repaired is None:
        return issues
    told = RowIssue("", 0, "geometry", "", shape.repaired, "repaired")
    return [*issues, told]
