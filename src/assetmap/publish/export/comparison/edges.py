"""The edges of footprints as they are drawn: what is too small to be seen left out."""

from collections.abc import Sequence
from typing import Any

import shapely

from assetmap.publish.export.drawing.maps import View
from assetmap.publish.export.drawing.svg import lines_of
from assetmap.sources.spatial.shapes import polygons_of

DASH = (8.0, 5.0)
"""Of the edge of B, and the white ones of an edge of both."""

_SEEN_HOLE = 12.0
"""Square units of the page: the edge of a smaller hole would fill it with ink."""

_MUCH = 0.15
"""Share of an edge that runs with the other, from which short pieces count too."""


def edge_of(view: View, parts: Sequence[Any]) -> Any:
    """The outline of joined parts, without holes too small to be seen."""
    drawn = view.drawn(shapely.union_all(list(parts)))
    polygons = [without_specks(each) for each in polygons_of([drawn])]
    return shapely.boundary(shapely.MultiPolygon(polygons))


def without_specks(polygon: Any) -> Any:
    """A polygon in page units without holes too small to be seen."""
    holes = [
        ring
        for ring in polygon.interiors
        if shapely.area(shapely.polygons(ring)) >= _SEEN_HOLE
    ]
    return shapely.Polygon(polygon.exterior, holes)


def in_one_place(a: Any, b: Any) -> Any:
    """Where two edges run together for longer than where they merely cross."""
    near = shapely.intersection(b, shapely.buffer(a, 0.4))
    lines = lines_of(shapely.line_merge(shapely.MultiLineString(lines_of(near))))
    seen = [each for each in lines if shapely.length(each) > DASH[0]]
    if sum(map(shapely.length, seen)) < _MUCH * shapely.length(b):
        seen = [each for each in seen if shapely.length(each) > 2 * sum(DASH)]
    return shapely.MultiLineString(seen)
