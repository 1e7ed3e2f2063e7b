"""Polygons made fit to store: in both coordinate systems, valid, wound alike."""

from typing import Any, Literal

import geopandas
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from assetmap import crs
from assetmap.sources.spatial import reference_systems

Shapes = NDArray[np.object_]
Repair = Literal["linework", "structure"]


def both_shapes(sent: Any, sent_crs: pyproj.CRS) -> tuple[Shapes, Shapes]:
    """Shapes in EPSG:27700 and in CRS84; the one that was sent is kept as it was.

    Between the two it is always OSTN15: what is on the datum of the National Grid goes
    to the grid first, which needs no shift, and all else to CRS84 first. A shape that
    lies off the National Grid is None in the one that was computed.
    """
    flat: Shapes = shapely.force_2d(np.asarray(sent, dtype=object))
    if sent_crs is reference_systems.DEGREES:
        return crs.grid_shapes(flat), flat  # To tell two systems apart takes longer.
    system = reference_systems.flat(sent_crs)
    if reference_systems.is_osgb36(system):
        if not reference_systems.is_national_grid(system):
            flat = _moved(flat, system, crs.NATIONAL_GRID)
        return flat, crs.wgs84_shapes(flat)
    if not reference_systems.is_degrees(system):
        flat = _moved(flat, system, crs.CRS84)
    return crs.grid_shapes(flat), flat


def _moved(shapes: Shapes, system: pyproj.CRS, to: int) -> Shapes:
    moved = geopandas.GeoSeries(shapes, crs=system).to_crs(to)
    result: Shapes = np.asarray(moved.values, dtype=object)
    return result


def polygons_of(shapes: Any) -> Shapes:
    """All polygons in shapes, without the points and lines among them."""
    parts = shapely.get_parts(shapely.get_parts(np.asarray(shapes, dtype=object)))
    result: Shapes = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return result


def as_multipolygons(shapes: Any) -> Shapes:
    """Each shape's polygons as one MultiPolygon, wound as RFC 7946 asks.

    A shape without polygons becomes an empty MultiPolygon.
    """
    shapes = np.asarray(shapes, dtype=object)
    once, outer = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(once, return_index=True)
    owner = outer[inner]
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    result = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    shapely.multipolygons(
        shapely.orient_polygons(parts[areal]), indices=owner[areal], out=result
    )
    return result


def as_multipolygon(shape: Any) -> shapely.MultiPolygon:
    """The polygons of a shape, wound as RFC 7946 asks; may be empty."""
    if isinstance(shape, shapely.Polygon) and not shape.is_empty:
        one: shapely.MultiPolygon = shapely.multipolygons(
            [shapely.orient_polygons(shape)]
        )
        return one
    result: shapely.MultiPolygon = as_multipolygons([shape])[0]
    return result


def mended(shapes: Any, method: Repair = "structure") -> Shapes:
    """Valid MultiPolygons.

    ``structure`` joins what a line covers twice, as someone who draws means it;
    ``linework`` keeps the published lines, so that neighbours still fit.
    """
    shapes = np.asarray(shapes, dtype=object).copy()
    wrong = np.flatnonzero(~shapely.is_valid(shapes))
    if method == "linework":
        shapes[wrong] = shapely.make_valid(shapes[wrong], method=method)
    else:
        for place in wrong:
            shapes[place] = _rebuilt(shapes[place])
    return as_multipolygons(shapes)


def _rebuilt(shape: Any) -> Any:
    """What the shells of a shape cover, less what its holes do."""
    parts = [_without_holes(each) for each in polygons_of([shape])]
    return shapely.union_all(np.array(parts, dtype=object))


def _without_holes(polygon: Any) -> Any:
    """A hole that lies outside its shell takes nothing away, and adds nothing."""
    rings: Any = shapely.polygons(shapely.get_rings(polygon))
    valid: Any = shapely.make_valid(rings, method="structure")
    return shapely.difference(valid[0], shapely.union_all(valid[1:]))


def published(shapes: Any) -> Shapes:
    """CRS84 MultiPolygons of grid shapes, valid after the move too."""
    return mended(crs.wgs84_shapes(shapes))
