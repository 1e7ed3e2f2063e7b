"""An asset with some of what is said of it changed; the rest stays as it is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import shapely
from sqlalchemy.orm import Session

from assetmap.assets.keeping.model import KeptAsset
from assetmap.assets.model import SourceDefaults
from assetmap.assets.places import FindPlaces
from assetmap.assets.shapes import PlacedShape, placed_shape
from assetmap.assets.written import MEMBERS, Written, written_asset

_SAME_PLACE = 1e-7
"""Degrees: a centimetre."""


def changed_asset(
    session: Session,
    kept: KeptAsset,
    said: Mapping[str, Any],
    find_places: FindPlaces,
) -> Written:
    """The asset as it becomes: all of it is checked, as a row of a file would be.

    ``said`` has members by name; ``geometry`` is a shape in CRS84, or None: at its
    postcode's place, if it has one. An asset that stood at its postcode's place goes to
    that of its new one; one of which ``sites`` are said is at all of those.

    Raises:
        BadValue: something cannot be used; says what and why.
    """
    words = {**_words(kept), **{name: said[name] for name in MEMBERS if name in said}}
    columns = kept.columns
    defaults = SourceDefaults(
        columns["source"], columns["licence"], columns["attribution"]
    )
    shape = _shape(kept, said, find_places)
    found = written_asset(session, words, shape, defaults, find_places)
    attribution = columns["attribution"]
    return replace(found, asset=replace(found.asset, attribution=attribution))


def _words(kept: KeptAsset) -> dict[str, Any]:
    plain = {name: kept.columns[name] for name in MEMBERS if name != "category"}
    return {**plain, "category": kept.columns["category_code"]}


def _shape(
    kept: KeptAsset, said: Mapping[str, Any], find_places: FindPlaces
) -> PlacedShape | None:
    if "geometry" in said:
        sent = said["geometry"]
        return None if sent is None else placed_shape(sent)
    if kept.geom_wgs84 is None or "sites" in said:
        return None
    if "postcode" in said and _is_at_postcode(kept, find_places):
        return None
    return PlacedShape(kept.geom, kept.geom_wgs84)


def _is_at_postcode(kept: KeptAsset, find_places: FindPlaces) -> bool:
    postcode = kept.columns["postcode"]
    found = find_places([postcode]).get(postcode) if postcode else None
    if found is None:
        return False
    point = shapely.Point(found[2], found[3])
    return bool(shapely.equals_exact(kept.geom_wgs84, point, _SAME_PLACE))
