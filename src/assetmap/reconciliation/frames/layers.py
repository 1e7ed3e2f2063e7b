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
from assetmap.errors import Invalid
from assetmap.footprints.areas.edges import Edges, edges_of
from assetmap.footprints.areas.shared import Shapes, shared_ground
from assetmap.sources.spatial.shapes import as_multipolygons, mended

Repairing = Literal["repair", "refuse"]


class BadLayer(Invalid):
    """Areas cannot be measured on a GeoDataFrame as it is."""

    title = "Bad layer"


@dataclass(frozen=True)
class Layer:
    """Polygons by code, in order of code, valid, in a projected CRS.

    ``shapes`` are in the unit of that CRS, as points are compared with them; ``metres``
    is how many metres it is. ``repaired`` tells of each code whose shape was invalid,
    with its area before and after in m².
    """

    codes: list[str]
    shapes: Shapes
    metres: float
    repaired: tuple[tuple[str, float, float], ...]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def ground(self) -> Shapes:
        """The polygons in metres, as areas are measured on them."""
        if self.metres == 1:
            return self.shapes
        scaled = shapely.transform(self.shapes, lambda places: places * self.metres)
        return mended(scaled, "linework")

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
        BadLayer: it states no CRS, or one in degrees.
    """
    if frame.crs is None:
        raise BadLayer("The layer states no coordinate system: set_crs() tells it.")
    if not frame.crs.is_projected:
        raise BadLayer(
            f"Areas cannot be measured in degrees ({frame.crs.to_string()}): move the "
            "layer to a projected coordinate system with to_crs().",
            crs=frame.crs.to_string(),
        )
    return float(frame.crs.axis_info[0].unit_conversion_factor)


def layer_of(
    frame: geopandas.GeoDataFrame, code: str | None, invalid: Repairing = "repair"
) -> Layer:
    """The polygons of a frame by code; without a column of codes by row, from 1.

    Raises:
        BadLayer: it is in degrees, a code is missing or stands twice, a shape is
            missing or no polygon, or invalid where those are refused.
    """
    metres = metres_of(frame)
    codes = _codes(frame, code)
    shapes = np.asarray(frame.geometry.values, dtype=object)
    _refuse(codes[shapely.is_missing(shapes) | shapely.is_empty(shapes)], "No shape")
    kinds = shapely.get_type_id(shapes)
    _refuse(codes[~np.isin(kinds, (3, 6))], "Not a polygon")
    texts = codes.astype(str).to_numpy()
    order = np.argsort(texts, kind="stable")
    texts, shapes = texts[order], shapely.force_2d(shapes[order])
    wrong = ~shapely.is_valid(shapes)
    if invalid == "refuse":
        _refuse(texts[wrong], "Invalid polygons")
    before = shapely.area(shapes[wrong]) * metres**2
    shapes = mended(shapes, "linework") if wrong.any() else as_multipolygons(shapes)
    after = shapely.area(shapes) * metres**2
    _refuse(texts[after == 0], "No area")
    repaired = tuple(
        zip(texts[wrong].tolist(), before.tolist(), after[wrong].tolist(), strict=True)
    )
    _tell(repaired)
    return Layer(texts.tolist(), shapes, metres, repaired)


def _codes(frame: geopandas.GeoDataFrame, code: str | None) -> "pd.Series[Any]":
    """The codes of a frame, each once.

    Raises:
        BadLayer: there is no such column, or a code is missing or stands twice.
    """
    if code is None:
        return pd.Series(np.arange(1, len(frame) + 1), index=frame.index)
    if code not in frame.columns:
        raise BadLayer(
            f"There is no column {code!r}; there are {', '.join(map(str, frame))}.",
            column=code,
        )
    codes: pd.Series[Any] = frame[code]
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


def _tell(repaired: tuple[tuple[str, float, float], ...]) -> None:
    if repaired:
        told = "; ".join(
            f"{code} {before:,.1f} → {after:,.1f} m²"
            for code, before, after in repaired[:5]
        )
        warnings.warn(
            f"{len(repaired)} invalid polygons were repaired: {told}"
            f"{' …' if len(repaired) > 5 else ''}",
            UserWarning,
            stacklevel=4,
        )
