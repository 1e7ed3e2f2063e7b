"""A drawing made fit to count: checked, and mended where ground is left to mend."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyproj
import shapely

from assetmap import crs
from assetmap.neighbourhoods.model import (
    LARGEST_M2,
    MOST_VERTICES,
    SMALLEST_M2,
    BadSketch,
)
from assetmap.sources.spatial.great_britain import is_off
from assetmap.sources.spatial.shapes import (
    as_multipolygon,
    both_shapes,
    mended,
    published,
)

MOST_CROSSINGS = 50_000
MOST_NEAR = 2_000_000
"""Pairs of edges whose boxes meet: so many are looked at, and no more."""
_AT_ONCE = 64
_TANGLED = (
    f"runs over itself more than {MOST_CROSSINGS:,} times: draw its outline alone"
)
_CROWDED = (
    f"has edges so close to each other that more than {MOST_NEAR:,} pairs of them may "
    "meet: draw its outline alone, with fewer vertices"
)
_POLYGON = shapely.GeometryType.POLYGON


@dataclass(frozen=True)
class Drawing:
    """A drawing as a valid MultiPolygon in EPSG:27700 and in CRS84.

    ``repaired`` says what was wrong and what the repair did to the area, if any;
    ``as_sent`` is the shape in CRS84 where nothing was.
    """

    shape: shapely.MultiPolygon
    repaired: str | None = None
    as_sent: Any = None

    @cached_property
    def wgs84(self) -> shapely.MultiPolygon:
        """In CRS84: made when it is asked for, as what is only measured needs none."""
        if self.as_sent is not None and shapely.is_valid(self.as_sent):
            return as_multipolygon(self.as_sent)
        moved: shapely.MultiPolygon = published([self.shape])[0]
        return moved


def drawing_of(
    sent: Any, sent_crs: pyproj.CRS, largest_m2: float = LARGEST_M2
) -> Drawing:
    """The drawing in a shape as it was sent; holes and parts are kept.

    Raises:
        BadSketch: no ground is left, or too much, or it is not in Great Britain.
    """
    flat = flat_polygons(sent)
    points = shapely.get_coordinates(flat)
    check_points(points, sent_crs)
    grid, wgs84 = (each[0] for each in both_shapes([flat], sent_crs))
    if grid is None or wgs84 is None or not _on_grid(shapely.get_coordinates(grid)):
        raise BadSketch("lies off Great Britain")
    shape, repaired = ground_of(grid, largest_m2)
    is_sound = repaired is None
    if is_off(shapely.envelope(wgs84)) or (is_sound and is_off(wgs84)):
        raise BadSketch("lies off Great Britain")
    return Drawing(shape, as_sent=wgs84) if is_sound else Drawing(shape, repaired)


def ground_of(
    drawn: Any, largest_m2: float = LARGEST_M2
) -> tuple[shapely.MultiPolygon, str | None]:
    """The valid ground of a shape in metres, and what was mended of it, if anything.

    Raises:
        BadSketch: no ground is left, or too much, or its lines are too tangled.
    """
    check_tangle(drawn)
    reason = None if shapely.is_valid(drawn) else shapely.is_valid_reason(drawn)
    shape = mended([drawn])[0] if reason else as_multipolygon(drawn)
    area = _checked_area(shape, reason, largest_m2)
    if reason is None:
        return shape, None
    return shape, f"was not valid ({reason}); mended, it covers {area:.1f} m²"


def check_tangle(grid: Any) -> None:
    """Let pass only lines that can be sorted out in a second or two.

    Lines that cross a hundred thousand times make more ground than they have edges, and
    all of it has to be measured. Crossings are counted from the first edge on until
    they are too many. ``grid`` is a shape, or shapes that are to be joined.

    Raises:
        BadSketch: they cross too often, or too many are near each other to be told.
    """
    points, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(grid)), return_index=True
    )
    within = ring[1:] == ring[:-1]
    ends = np.stack([points[:-1][within], points[1:][within]], axis=1)
    if len(ends) * (len(ends) - 1) <= 2 * MOST_CROSSINGS:
        return  # Were each to cross every other, they would not be too many.
    edges: Any = shapely.linestrings(ends)
    tree = shapely.STRtree(edges)
    if _is_crowded(tree, edges):
        raise BadSketch(_CROWDED)
    near, crossings = 0, 0.0
    for start in range(0, len(edges), _AT_ONCE):
        one, other = tree.query(edges[start : start + _AT_ONCE])
        near += len(one)
        if near > MOST_NEAR:
            raise BadSketch(_CROWDED)
        crossings += _cross(ends[start + one], ends[other]).sum() / 2
        if crossings > MOST_CROSSINGS:
            raise BadSketch(_TANGLED)


def _is_crowded(tree: shapely.STRtree, edges: Any) -> bool:
    """Whether edges are surely near more others than are looked at, from a few.

    Half of them are each near at least as many as the median of the few, which leaves
    out the few that are long.
    """
    few = np.random.default_rng(0).choice(len(edges), _AT_ONCE)
    one, _ = tree.query(edges[few])
    median = float(np.median(np.bincount(one, minlength=len(few))))
    return median * len(edges) / 2 > 2 * MOST_NEAR


def _cross(ones: Any, others: Any) -> Any:
    """Whether edges of each pair cross, both at a place that is no end of theirs."""
    return _parts(ones, others) & _parts(others, ones)


def _parts(ones: Any, others: Any) -> Any:
    """Whether the ends of each other edge are on two sides of the line of the one."""
    along = ones[:, 1] - ones[:, 0]
    first, last = (others[:, end] - ones[:, 0] for end in (0, 1))
    side = along[:, 0] * first[:, 1] - along[:, 1] * first[:, 0]
    other_side = along[:, 0] * last[:, 1] - along[:, 1] * last[:, 0]
    return side * other_side < 0


def flat_polygons(sent: Any) -> Any:
    """A Polygon or MultiPolygon without heights, of what was sent.

    Raises:
        BadSketch: it is missing or empty, no polygon, or has too many vertices.
    """
    if sent is None:
        raise BadSketch("is missing")
    if shapely.is_empty(sent):
        raise BadSketch("is empty")
    parts = shapely.get_parts(shapely.get_parts([sent]))
    if not (shapely.get_type_id(parts) == _POLYGON).all():
        raise BadSketch(f"is a {sent.geom_type}, not a polygon")
    vertices = int(shapely.get_num_coordinates(sent))
    if vertices > MOST_VERTICES:
        raise BadSketch(f"has {vertices:,} vertices; {MOST_VERTICES:,} is the most")
    flat = shapely.force_2d(parts)
    return flat[0] if len(flat) == 1 else shapely.multipolygons(flat)


def check_points(points: Any, sent_crs: pyproj.CRS) -> None:
    """Let pass only numbers, and degrees that are not the other way round.

    Raises:
        BadSketch: they are neither.
    """
    if not np.isfinite(points).all():
        raise BadSketch("has a coordinate that is not a finite number")
    if sent_crs.is_geographic and _in_degrees(points[:, ::-1]):
        raise BadSketch("has latitude before longitude: swap them")


def _in_degrees(points: Any) -> bool:
    lon, lat = points[:, 0], points[:, 1]
    in_lon = (lon >= crs.LON[0]) & (lon <= crs.LON[1])
    return bool((in_lon & (lat >= crs.LAT[0]) & (lat <= crs.LAT[1])).all())


def _on_grid(points: Any) -> bool:
    east, north = points[:, 0], points[:, 1]
    in_east = (east >= crs.EAST_M[0]) & (east <= crs.EAST_M[1])
    return bool((in_east & (north >= crs.NORTH_M[0]) & (north <= crs.NORTH_M[1])).all())


def _checked_area(
    shape: shapely.MultiPolygon, reason: str | None, largest_m2: float
) -> float:
    area = float(shapely.area(shape))
    if area < SMALLEST_M2:
        why = f" ({reason})" if reason else ""
        raise BadSketch(f"holds no ground: {area:.2f} m²{why}")
    if area > largest_m2:
        raise BadSketch(
            f"holds {area / 1e6:,.0f} km²; {largest_m2 / 1e6:,.0f} km² is the most"
        )
    return area
