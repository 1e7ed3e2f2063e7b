"""The several sites of an asset that is at more than one place."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import shapely

from assetmap import crs
from assetmap.assets.shapes import PlacedShape, degrees_fault

Places = Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Site:
    """A place of an asset: longitude and latitude, or where they are not known, None.

    A site without them lies at its postcode, if that is known.
    """

    name: str | None = None
    address: str | None = None
    postcode: str | None = None
    uprn: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    opening_hours: str | None = None

    @property
    def fault(self) -> str | None:
        """What is wrong with its longitude and latitude."""
        if self.longitude is None or self.latitude is None:
            return None
        return degrees_fault(self.longitude, self.latitude)


def told_sites(sites: Sequence[Site]) -> list[dict[str, Any]]:
    """Sites as they are stored and published: what is not known is left out."""
    return [
        {name: value for name, value in asdict(each).items() if value is not None}
        for each in sites
    ]


def located(sites: Sequence[Site], known: Places) -> tuple[list[Site], list[Site]]:
    """The sites that lie somewhere, with where; and those of which it is not known."""
    placed, lost = [], []
    for each in sites:
        if each.longitude is not None and each.fault is None:
            placed.append(each)
            continue
        found = known.get(each.postcode or "")
        if found is None:
            lost.append(each)
        else:
            said = {**asdict(each), "longitude": found[2], "latitude": found[3]}
            placed.append(Site(**said))
    return placed, lost


def shape_of(sites: Sequence[Site]) -> PlacedShape | None:
    """The points of the sites that lie somewhere; None if none does."""
    there = [(each.longitude, each.latitude) for each in sites if each.longitude]
    if not there:
        return None
    lon, lat = np.array(there, dtype=float).T
    east, north = crs.to_grid(lon, lat)
    inside = np.isfinite(east) & np.isfinite(north)
    if not inside.any():
        return None
    return PlacedShape(_points(east[inside], north[inside]), _points(lon, lat, inside))


def _points(x: Any, y: Any, where: Any = slice(None)) -> Any:
    pairs = np.column_stack([x[where], y[where]])
    if len(pairs) == 1:
        return shapely.Point(pairs[0])
    return shapely.MultiPoint(pairs)
