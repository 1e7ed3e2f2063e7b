"""Where assets are: by the coordinates that were sent, else by the postcode."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap import crs
from assetmap.assets.model import Asset
from assetmap.assets.shapes import NOWHERE, OUTSIDE, PlacedShape
from assetmap.assets.sites import located, shape_of
from assetmap.errors import BadValue
from assetmap.issues import RawRow, RowIssue, refused, required

Places = Mapping[str, tuple[Any, ...]]
FindPlaces = Callable[[list[str]], Places]
"""East, north, longitude and latitude of those postcodes that are known; where it is
known when they ended, also the month."""

FAR_M = 10_000

_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")


@dataclass(frozen=True)
class SentPlace:
    """Coordinates as they were sent: of the National Grid, or degrees."""

    is_grid: bool
    x: float
    y: float

    @property
    def columns(self) -> str:
        """The columns they stood in."""
        return "easting, northing" if self.is_grid else "longitude, latitude"

    @property
    def value(self) -> str:
        """What they said."""
        return f"{self.x:.10g}, {self.y:.10g}"


@dataclass(frozen=True)
class Draft:
    """An asset of which all is read but the place, and the row it stands in.

    A ``shape`` goes before coordinates, and those before the postcode.
    """

    row: RawRow
    asset: Asset
    sent: SentPlace | None
    shape: PlacedShape | None = None


def sent_place(row: RawRow) -> SentPlace | None:
    """The coordinates in a row, those of the grid first; None if it has none.

    Raises:
        BadValue: they are no numbers, half there, or cannot be in Great Britain.
    """
    for is_grid, names in (
        (True, ("easting", "northing")),
        (False, ("longitude", "latitude")),
    ):
        if any(row.values.get(each, "").strip() for each in names):
            place = SentPlace(is_grid, *(_number(row, each) for each in names))
            fault = _grid_fault(place) if is_grid else _degrees_fault(place)
            if fault:
                raise BadValue(place.columns, place.value, fault)
            return place
    return None


def _number(row: RawRow, column: str) -> float:
    text = required(row, column).replace("\N{MINUS SIGN}", "-")
    if column in ("easting", "northing") and _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    try:
        value = float(text)
    except ValueError:
        raise BadValue(column, text, "is not a number") from None
    if not math.isfinite(value):
        raise BadValue(column, text, "is not a number")
    return value


def _degrees_fault(place: SentPlace) -> str | None:
    if place.x == 0 and place.y == 0:
        return NOWHERE
    if _is_in(place.x, crs.LON) and _is_in(place.y, crs.LAT):
        return None
    if _is_in(place.y, crs.LON) and _is_in(place.x, crs.LAT):
        return "longitude and latitude are swapped"
    return OUTSIDE


def _grid_fault(place: SentPlace) -> str | None:
    if place.x == 0 and place.y == 0:
        return NOWHERE
    if abs(place.x) <= 180 and abs(place.y) <= 180:
        return "are degrees, not metres of the National Grid"
    if _is_in(place.x, crs.EAST_M) and _is_in(place.y, crs.NORTH_M):
        return None
    if _is_in(place.y, crs.EAST_M) and _is_in(place.x, crs.NORTH_M):
        return "easting and northing are swapped"
    return OUTSIDE


def _is_in(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def placed(
    drafts: Sequence[Draft], find_places: FindPlaces, issues: list[RowIssue]
) -> Iterator[tuple[RawRow, Asset]]:
    """Each asset with its place; those whose place cannot be found are refused."""
    codes = {each.asset.postcode for each in drafts if each.asset.postcode}
    codes |= {
        site.postcode for each in drafts for site in each.asset.sites if site.postcode
    }
    known = find_places(sorted(codes)) if codes else {}
    drafts = [_at_sites(each, known, issues) for each in drafts]
    found = _coordinates(drafts, known)
    for draft, (east, north, lon, lat) in zip(drafts, found.tolist(), strict=True):
        has_place = math.isfinite(east) and math.isfinite(lon)
        try:
            _check(draft, has_place)
        except BadValue as bad:
            issues.append(refused(draft.row, bad))
            continue
        issues.extend(_doubts(draft, known, east, north))
        asset = draft.asset
        if draft.shape is not None:
            shape = draft.shape
            asset = replace(asset, geom=shape.grid, geom_wgs84=shape.wgs84)
        elif has_place:
            grid, degrees = shapely.Point(east, north), shapely.Point(lon, lat)
            asset = replace(asset, geom=grid, geom_wgs84=degrees)
        yield draft.row, asset


def _at_sites(draft: Draft, known: Places, issues: list[RowIssue]) -> Draft:
    """The draft at all of its sites, if it has any; those nobody can find are told."""
    if not draft.asset.sites or draft.shape is not None:
        return draft
    found, lost = located(draft.asset.sites, known)
    for each in lost:
        told = each.postcode or each.name or ""
        reason = "is a site without a place that is known: kept without one"
        issue = RowIssue(draft.row.file, draft.row.line, "sites", told, reason, "noted")
        issues.append(issue)
    asset = replace(draft.asset, sites=(*found, *lost))
    return replace(draft, asset=asset, shape=shape_of(found))


def _coordinates(drafts: Sequence[Draft], known: Places) -> NDArray[np.float64]:
    """East, north, longitude and latitude by row; nan where there is no answer."""
    nowhere = (math.nan,) * 4
    found = np.full((len(drafts), 4), math.nan)
    for place, draft in enumerate(drafts):
        if draft.shape is not None:
            found[place] = draft.shape.point
        elif draft.sent is None:
            found[place] = known.get(draft.asset.postcode or "", nowhere)[:4]
        elif draft.sent.is_grid:
            found[place, :2] = draft.sent.x, draft.sent.y
        else:
            found[place, 2:] = draft.sent.x, draft.sent.y
    for have, lack, move in (
        (slice(0, 2), slice(2, 4), crs.to_lon_lat),
        (slice(2, 4), slice(0, 2), crs.to_grid),
    ):
        rows = np.isfinite(found[:, have]).all(1) & np.isnan(found[:, lack]).all(1)
        if rows.any():
            found[rows, lack] = np.column_stack(move(*found[rows, have].T))
    return found


def _check(draft: Draft, has_place: bool) -> None:
    if has_place:
        return
    if draft.sent is not None:
        raise BadValue(draft.sent.columns, draft.sent.value, OUTSIDE)
    if draft.asset.postcode is not None:
        reason = "is not known, and there are no coordinates"
        raise BadValue("postcode", draft.asset.postcode, reason)


def _doubts(
    draft: Draft, known: Places, east: float, north: float
) -> Iterator[RowIssue]:
    """What is told of a row that is kept all the same."""
    postcode = draft.asset.postcode
    is_sent = draft.sent is not None or draft.shape is not None
    found = known.get(postcode or "")
    reason = None
    if postcode is None:
        if not is_sent:
            reason = "no place is given: kept, and counted in no area"
    elif found is None:
        reason = "is not known; the coordinates say where it is"
    elif is_sent and (far_m := math.dist(found[:2], (east, north))) > FAR_M:
        reason = f"lies {far_m / 1000:.0f} km from the coordinates, which are kept"
    elif len(found) > 4 and found[4]:
        reason = f"is no postcode any more, since {found[4]}: kept"
        reason += "" if is_sent else ", at the place that it had"
    if reason is not None:
        file, line = draft.row.file, draft.row.line
        yield RowIssue(file, line, "postcode", postcode or "", reason, "noted")
