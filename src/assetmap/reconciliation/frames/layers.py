"""GeoDataFrames checked before anything is measured on them."""

import warnings
from dataclasses import dataclass
from typing import Any, Literal

import geopandas
import numpy as np
import shapely

from assetmap.errors import Invalid
from assetmap.footprints.areas.edges import Edges, edges_of
from assetmap.footprints.areas.shared import Shapes
from assetmap.sources.spatial.shapes import as_multipolygons, mended

Repairing = Literal["repair", "refuse"]


class BadLayer(Invalid):
    """Areas cannot be measured on a GeoDataFrame as it is."""

    title = "Bad layer"


@dataclass(frozen=True)
class Layer:
    """Polygons by code, in order of code, valid, in a projected CRS.

    ``metres`` is how many of them its unit is; ``repaired`` tells of each code whose
    shape was invalid, with its area before and after in m².
    """

    codes: list[str]
    shapes: Shapes
    metres: float
    repaired: tuple[tuple[str, float, float], ...]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def edges(self) -> Edges:
        """Prepared edges in metres."""
        found = edges_of(self.shapes)
        return Edges(found.starts, found.ends * self.metres)


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
    frame: geopandas.GeoDataFrame, code: str, invalid: Repairing = "repair"
) -> Layer:
    """The polygons of a frame by code.

    Raises:
        BadLayer: it is in degrees, a code is missing or stands twice, a shape is
            missing or no polygon, or invalid where those are refused.
    """
    metres = metres_of(frame)
    if code not in frame.columns:
        raise BadLayer(
            f"There is no column {code!r}; there are {', '.join(map(str, frame))}.",
            column=code,
        )
    codes = frame[code]
    _refuse(frame.index[codes.isna()], "Rows without a code")
    _refuse(codes[codes.duplicated()], "Codes that stand twice")
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
