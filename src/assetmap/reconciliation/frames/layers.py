"""GeoDataFrames checked before anything is measured on them."""

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import geopandas
import numpy as np
import pandas as pd
import shapely

from assetmap.boundaries.quality.coverage import is_sliver
from assetmap.footprints.areas.edges import Edges, edges_of
from assetmap.footprints.areas.shared import Shapes, shared_ground
from assetmap.reconciliation.frames.columns import column_of, in_order
from assetmap.reconciliation.frames.systems import BadLayer, check_areas, metres_of
from assetmap.sources.spatial.shapes import as_multipolygons, mended

Repairing = Literal["repair", "refuse"]
Repair = tuple[Any, float, float]
"""A code whose shape was invalid, with its area before and after in m²."""


@dataclass(frozen=True)
class Layer:
    """Polygons by code, in order of code, valid, in a projected CRS.

    ``codes`` are as the frame has them, whole numbers too. ``shapes`` are in the unit
    of that CRS, as points are compared with them; ``metres`` is how many metres it is.
    ``repaired`` tells of each code whose shape was invalid.
    """

    codes: list[Any]
    shapes: Shapes
    metres: float
    repaired: tuple[Repair, ...]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def ground(self) -> Shapes:
        """The polygons in metres, as areas are measured on them."""
        return in_metres(self.shapes, self.metres)

    @cached_property
    def edges(self) -> Edges:
        """Prepared edges in metres."""
        return edges_of(self.ground)

    @cached_property
    def is_overlapping(self) -> bool:
        """Whether two of the polygons share more ground than a sliver."""
        shared = shared_ground(
            self.edges, self.edges, lambda: (self.ground, self.ground)
        )
        areas = self.edges.areas
        thin = is_sliver(shared.area_m2, areas[shared.one], areas[shared.other])
        return bool((~thin & (shared.one != shared.other)).any())


def in_metres(shapes: Shapes, metres: float) -> Shapes:
    """Valid polygons in a unit of so many metres, in metres."""
    if metres == 1:
        return shapes
    return mended(scaled(shapes, metres), "linework")


def scaled(shapes: Shapes, factor: float) -> Shapes:
    """Shapes with every coordinate multiplied."""
    found: Shapes = shapely.transform(shapes, lambda places: places * factor)
    return found


def layer_of(
    frame: geopandas.GeoDataFrame, code: str | None, invalid: Repairing = "repair"
) -> Layer:
    """The polygons of a frame by code; without a column of codes by row, from 1.

    Raises:
        BadLayer: it is in degrees or in a system that shows areas wrong, a code is
            missing or stands twice, a shape is missing or no polygon, or invalid where
            those are refused.
    """
    metres = metres_of(frame)
    codes = _codes(frame, code)
    shapes = np.asarray(frame.geometry.values, dtype=object)
    _refuse(codes[shapely.is_missing(shapes) | shapely.is_empty(shapes)], "No shape")
    kinds = shapely.get_type_id(shapes)
    _refuse(codes[~np.isin(kinds, (3, 6))], "Not a polygon")
    _refuse(codes[_are_nowhere(shapes)], "Coordinates that are no numbers")
    check_areas(shapes, frame.crs)
    listed = codes.tolist()
    order = in_order(listed)
    shapes = shapely.force_2d(shapes[order])
    return _valid([listed[each] for each in order], shapes, metres, invalid)


def _are_nowhere(shapes: Shapes) -> Any:
    """Whether a coordinate of each shape is not finite."""
    places, shape = shapely.get_coordinates(shapes, return_index=True)
    found = np.zeros(len(shapes), dtype=bool)
    found[shape[~np.isfinite(places).all(axis=1)]] = True
    return found


def _valid(
    codes: list[Any], shapes: Shapes, metres: float, invalid: Repairing
) -> Layer:
    """The layer of some polygons, those that are invalid repaired or refused."""
    wrong = np.flatnonzero(~shapely.is_valid(shapes))
    if invalid == "refuse":
        _refuse([codes[each] for each in wrong], "Invalid polygons")
    before = shapely.area(shapes[wrong]) * metres**2
    shapes = mended(shapes, "linework") if len(wrong) else as_multipolygons(shapes)
    after = shapely.area(shapes) * metres**2
    _refuse([codes[each] for each in np.flatnonzero(after == 0)], "No area")
    names = [codes[each] for each in wrong]
    repaired = tuple(zip(names, before.tolist(), after[wrong].tolist(), strict=True))
    _tell(repaired)
    return Layer(codes, shapes, metres, repaired)


def _codes(frame: geopandas.GeoDataFrame, code: str | None) -> "pd.Series[Any]":
    """The codes of a frame, each once.

    Raises:
        BadLayer: there is no such column, or a code is missing or stands twice.
    """
    if code is None:
        return pd.Series(np.arange(1, len(frame) + 1), index=frame.index)
    codes = column_of(frame, code, BadLayer)
    _refuse(frame.index[codes.isna()], "Rows without a code")
    _refuse(codes[codes.duplicated()], "Codes that stand twice")
    return codes


def _refuse(found: Any, what: str) -> None:
    listed = [str(each) for each in found]
    if listed:
        more = " …" if len(listed) > 10 else ""
        raise BadLayer(
            f"{what}: {len(listed)}: {', '.join(listed[:10])}{more}.",
            codes=listed[:100],
        )


def _tell(repaired: tuple[Repair, ...]) -> None:
    if repaired:
        told = "; ".join(
            f"{code} {before:,.1f} → {after:,.1f} m²"
            for code, before, after in repaired[:5]
        )
        warnings.warn(
            f"{len(repaired)} invalid polygons were repaired: {told}"
            f"{' …' if len(repaired) > 5 else ''}",
            UserWarning,
            stacklevel=5,
        )
