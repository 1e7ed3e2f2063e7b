"""Coordinate systems that areas can be measured in: projected and true to area."""

import warnings
from typing import Any

import geopandas
import numpy as np
import pyproj
import shapely

from assetmap.errors import Invalid
from assetmap.reconciliation.model import Floats, Shapes

MOST_OFF = 0.1
"""A layer whose areas the map shows wrong by more than this is refused."""

TOLD_OFF = 0.01
"""By more than this it is measured, with a warning. National grids are within it."""

SAMPLE = 200


class BadLayer(Invalid):
    """Areas cannot be measured on a GeoDataFrame as it is."""

    title = "Bad layer"


def same_crs(
    one: geopandas.GeoDataFrame, other: geopandas.GeoDataFrame, what: str = "Layers"
) -> None:
    """Nothing, if both are in one CRS.

    Raises:
        BadLayer: they are not, or one states none.
    """
    if one.crs is None or other.crs is None or one.crs != other.crs:
        names = [
            "none" if each.crs is None else str(each.crs.to_string())
            for each in (one, other)
        ]
        raise BadLayer(
            f"{what} are in different coordinate systems: {names[0]} and {names[1]}. "
            "Move one of them with to_crs().",
            crs=names,
        )


def metres_of(frame: geopandas.GeoDataFrame) -> float:
    """How many metres the unit of a frame's CRS is.

    Raises:
        BadLayer: it is no GeoDataFrame, or states no CRS, or one in degrees.
    """
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise BadLayer(f"A GeoDataFrame is needed, not a {type(frame).__name__}.")
    if frame.crs is None:
        raise BadLayer("The layer states no coordinate system: set_crs() tells it.")
    if not frame.crs.is_projected:
        raise BadLayer(
            f"Areas cannot be measured in degrees ({frame.crs.to_string()}): move the "
            "layer to a projected coordinate system with to_crs().",
            crs=frame.crs.to_string(),
        )
    return float(frame.crs.axis_info[0].unit_conversion_factor)


def check_areas(shapes: Shapes, crs: Any) -> None:
    """Nothing, if a map shows the areas of some shapes as they are.

    A warning where it is out by more than 1 %.

    Raises:
        BadLayer: it is out by more than 10 % somewhere, as Web Mercator mostly is.
    """
    scales = _areal_scales(*_places_in(shapes), crs)
    if len(scales) == 0:
        return
    worst = float(scales[np.argmax(np.abs(np.log(scales)))])
    said = (
        f"{crs.to_string()} shows areas here {worst:.4g} times as large as they are: "
        "move the layers to a national grid, or to an equal-area system, with to_crs()."
    )
    if abs(worst - 1) > MOST_OFF:
        raise BadLayer(said, crs=crs.to_string(), areal_scale=worst)
    if abs(worst - 1) > TOLD_OFF:
        warnings.warn(said, UserWarning, stacklevel=5)


def _places_in(shapes: Shapes) -> tuple[Floats, Floats]:
    """Some vertices of some shapes, those farthest out among them."""
    if len(shapes) == 0:
        return np.empty(0), np.empty(0)
    boxes = shapely.bounds(shapes)
    out = [*boxes[:, :2].argmin(axis=0), *boxes[:, 2:].argmax(axis=0)]
    evenly = np.linspace(0, len(shapes) - 1, SAMPLE).astype(int)
    found = shapely.get_coordinates(shapes[np.unique([*out, *evenly])])
    ends = [*found.argmin(axis=0), *found.argmax(axis=0)]
    evenly = np.linspace(0, len(found) - 1, SAMPLE).astype(int)
    xs, ys = found[np.unique([*ends, *evenly])].T
    return xs, ys


def _areal_scales(xs: Floats, ys: Floats, crs: Any) -> Floats:
    """How many times too large areas are shown at each place, where it can be told."""
    map_of = pyproj.Proj(crs)
    lon, lat = map_of(xs, ys, inverse=True)
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.any():
        return np.empty(0)
    found = np.asarray(map_of.get_factors(lon[known], lat[known]).areal_scale)
    scales: Floats = found[np.isfinite(found) & (found > 0)]
    return scales
