"""Which assets are asked for, and what that asks of their table.

Places are compared by ``shown_geom`` alone: a condition on ``geom`` would tell where
a hidden asset is by whether it is found.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy import ColumnElement, and_, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY

from assetmap import crs
from assetmap.assets.model import OPEN_STATUSES, STATUSES
from assetmap.assets.searching.words import words_of
from assetmap.assets.tables import AssetCategoryRow, ShownAssetRow
from assetmap.db.copying import ewkb
from assetmap.errors import BadParameter

Condition = ColumnElement[bool]

FARTHEST_M = 200_000
SMALL_M = 15_000


@dataclass(frozen=True)
class AssetFilter:
    """Which assets are asked for; each condition that is given must hold.

    ``category`` is of either level; ``bbox`` is west, south, east, north in degrees;
    ``within`` is a geometry in EPSG:27700 as EWKB or WKT; ``near`` is longitude and
    latitude, without ``within_m`` something to measure from. ``statuses`` that are not
    given mean: open or unverified on the day. ``as_at`` that is not given is today.
    ``q`` are words, and ``words`` is how they are looked for: a ``tsquery``. ``hours``
    are the opening hours, as they are written, that will do.
    """

    category: str | None = None
    bbox: tuple[float, float, float, float] | None = None
    within: bytes | str | None = None
    statuses: tuple[str, ...] | None = None
    as_at: date | None = None
    q: str | None = None
    near: tuple[float, float] | None = None
    within_m: float | None = None
    words: str | None = None
    hours: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for name, text in (("category", self.category), ("q", self.q)):
            if text is not None and not _is_storable(text):
                raise BadParameter(name, text, "holds characters that are not text")
        if self.q and self.q.strip() and not words_of(self.q):
            raise BadParameter("q", self.q, "holds no letter and no digit")
        for status in self.statuses or ():
            if status not in STATUSES:
                reason = f"is not one of {', '.join(STATUSES)}"
                raise BadParameter("status", status, reason)
        _check_bbox(self.bbox)
        _check_near(self.near, self.within_m)


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def _check_bbox(bbox: tuple[float, float, float, float] | None) -> None:
    if bbox is None:
        return
    west, south, east, north = bbox
    if not all(map(math.isfinite, bbox)):
        raise BadParameter("bbox", bbox, "has a number that is not finite")
    if west > east or south > north:
        raise BadParameter("bbox", bbox, "is not west, south, east, north")


def _check_near(near: tuple[float, float] | None, within_m: float | None) -> None:
    if near is None and within_m is not None:
        raise BadParameter("within_m", within_m, "needs a place in near")
    if near is not None and not all(map(math.isfinite, near)):
        raise BadParameter("near", near, "has a number that is not finite")
    if within_m is not None and not 0 <= within_m <= FARTHEST_M:
        raise BadParameter("within_m", within_m, f"is not from 0 to {FARTHEST_M}")


def conditions(wanted: AssetFilter) -> list[Condition]:
    """The conditions that all hold for the assets that are asked for.

    Raises:
        BadParameter: a place cannot be read, or lies off the National Grid.
    """
    found = [_holds(wanted.as_at)]
    if wanted.statuses is None:
        found = [is_open(wanted.as_at)]
    else:
        found.append(ShownAssetRow.status.in_(wanted.statuses))
    if wanted.category is not None:
        found.append(_in_category(wanted.category))
    if wanted.bbox is not None:
        box = func.ST_MakeEnvelope(*wanted.bbox, crs.CRS84)
        found.append(func.ST_Intersects(ShownAssetRow.shown_geom_wgs84, box))
    if wanted.within is not None:
        shape = func.ST_GeomFromEWKB(_grid_shape(wanted.within))
        found.append(func.ST_Intersects(ShownAssetRow.shown_geom, shape))
    if wanted.near is not None and wanted.within_m is not None:
        point = func.ST_GeomFromEWKB(grid_point(*wanted.near))
        found.append(func.ST_DWithin(ShownAssetRow.shown_geom, point, wanted.within_m))
    if wanted.words is not None:
        found.append(has_words(wanted.words, _is_small(wanted)))
    if wanted.hours is not None:
        found.append(ShownAssetRow.opening_hours.in_(wanted.hours))
    return found


def is_open(as_at: date | None) -> Condition:
    """Whether an asset is open, or not known to be closed, on a day (none: today).

    One that has closed since was open until its ``valid_to``.
    """
    day = _day(as_at)
    was_open = and_(ShownAssetRow.status == "closed", ShownAssetRow.valid_to > day)
    return and_(or_(ShownAssetRow.status.in_(OPEN_STATUSES), was_open), _holds(as_at))


def _holds(as_at: date | None) -> Condition:
    day = _day(as_at)
    return and_(
        or_(ShownAssetRow.valid_from.is_(None), ShownAssetRow.valid_from <= day),
        or_(ShownAssetRow.valid_to.is_(None), ShownAssetRow.valid_to > day),
    )


def _day(as_at: date | None) -> Any:
    return func.current_date() if as_at is None else as_at


def _in_category(code: str) -> Condition:
    either = or_(AssetCategoryRow.code == code, AssetCategoryRow.parent_code == code)
    return ShownAssetRow.category_code.in_(select(AssetCategoryRow.code).where(either))


def has_words(sought: str, is_of_few: bool = False) -> Condition:
    """Whether words stand in what is told of an asset.

    Of few assets, which the ground has told apart, that is looked up one by one: the
    index of words would first find all of them in the country.
    """
    if is_of_few:
        return func.ts_match_vq(ShownAssetRow.words, tsquery(sought))
    return ShownAssetRow.words.op("@@")(tsquery(sought))


def _is_small(wanted: AssetFilter) -> bool:
    """Whether a filter is for a ground on which no more than a city's assets stand."""
    if wanted.within_m is not None and wanted.within_m <= SMALL_M:
        return True
    if wanted.within is None:
        return False
    west, south, east, north = shapely.bounds(_shape(wanted.within))
    return bool((east - west) * (north - south) <= (2 * SMALL_M) ** 2)


def tsquery(sought: str | None) -> ColumnElement[Any]:
    """Words as the database looks for them, as a value of its own kind."""
    return cast(literal(sought), TSQUERY)


def _grid_shape(sent: bytes | str) -> bytes:
    """EWKB in EPSG:27700 of a geometry sent as EWKB or WKT."""
    return bytes(ewkb([_shape(sent)], crs.NATIONAL_GRID)[0])


def _shape(sent: bytes | str) -> Any:
    try:
        shape = (
            shapely.from_wkb(sent)
            if isinstance(sent, bytes)
            else shapely.from_wkt(sent)
        )
    except shapely.errors.ShapelyError as error:
        raise BadParameter("within", "", "is not a geometry") from error
    if shapely.get_srid(shape) not in (0, crs.NATIONAL_GRID):
        raise BadParameter("within", "", "is not in EPSG:27700")
    return shape


def grid_point(lon: float, lat: float) -> bytes:
    """EWKB in EPSG:27700 of a place in degrees.

    Raises:
        BadParameter: it lies off the National Grid.
    """
    east, north = crs.to_grid(np.array([lon]), np.array([lat]))
    if not np.isfinite(east[0]):
        raise BadParameter("near", (lon, lat), "lies outside Great Britain")
    return bytes(ewkb(shapely.points(east, north), crs.NATIONAL_GRID)[0])
