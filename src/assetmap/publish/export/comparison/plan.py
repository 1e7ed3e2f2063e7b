"""The ground of a comparison on a page: parts by hatching, edges, and their names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.publish.export.comparison.labels import named
from assetmap.publish.export.drawing.maps import View
from assetmap.publish.export.drawing.svg import (
    WHITE,
    Ground,
    Item,
    Lines,
    hatching,
    lines_of,
)
from assetmap.reconciliation.comparison.parts import PARTS
from assetmap.sources.spatial.shapes import polygons_of

WIDTH, MARGIN, TEXT = 600.0, 26.0, 16.0
LETTERS = {"only_a": "A only", "both": "A and B", "only_b": "B only"}
DASH = (8.0, 5.0)

_TALLEST, _LOWEST = 600.0, 90.0
_FILLS = {"only_a": WHITE, "both": "#c4c4c4", "only_b": WHITE}
_HATCHES = {"only_a": ((45.0, 8.0),), "both": (), "only_b": ((0.0, 5.0),)}
_EDGE, _HATCH = 2.2, 0.8
_SEEN_HOLE = 12.0
"""Square units of the page: the edge of a smaller hole would fill it with ink."""

_MUCH = 0.15
"""Share of an edge that runs with the other, from which short pieces count too."""


@dataclass(frozen=True)
class Plan:
    """What is drawn, where it ends on the page, and page units for a metre."""

    items: Sequence[Item]
    bottom: float
    scale: float
    has_shared_edge: bool


def plan_of(shapes: Sequence[Any], top: float) -> Plan | None:
    """All parts as large as the page has room for; None without ground."""
    west, south, east, north = shapely.total_bounds(list(shapes)).tolist()
    if not np.isfinite(west):
        return None
    scale = min((WIDTH - 2 * MARGIN) / (east - west), _TALLEST / (north - south))
    height = max((north - south) * scale, _LOWEST)
    middle = ((west + east) / 2, (south + north) / 2)
    view = View(middle, (WIDTH / 2, top + height / 2), scale)
    parts = {part: view.drawn(shape) for part, shape in zip(PARTS, shapes, strict=True)}
    a, b = (_edge(view, [shapes[each], shapes[1]]) for each in (0, 2))
    shared = _in_one_place(a, b)
    items: list[Item] = [each for part in PARTS for each in filled(part, parts[part])]
    items += [Lines(b, _EDGE, DASH), Lines(a, _EDGE)]
    if not shared.is_empty:
        items.append(shared_edge(shared))
    frame = shapely.box(4, top, WIDTH - 4, top + height)
    texts = {LETTERS[part]: shape for part, shape in parts.items()}
    items += named(texts, TEXT, shapely.union(a, b), frame)
    return Plan(items, top + height, scale, not shared.is_empty)


def filled(part: str, shape: Any) -> Iterator[Item]:
    """A shape with the fill and the hatching of a part."""
    yield Ground(shape, _FILLS[part])
    for degrees, apart in _HATCHES[part]:
        yield Lines(hatching(shape, degrees, apart), _HATCH)


def shared_edge(line: Any) -> Lines:
    """White dashes on the edge of A where B has the same edge."""
    return Lines(line, 1.0, DASH, WHITE)


def _in_one_place(a: Any, b: Any) -> Any:
    """Where two edges run together for longer than where they merely cross."""
    near = shapely.intersection(b, shapely.buffer(a, 0.4))
    lines = lines_of(shapely.line_merge(shapely.MultiLineString(lines_of(near))))
    seen = [each for each in lines if shapely.length(each) > DASH[0]]
    if sum(map(shapely.length, seen)) < _MUCH * shapely.length(b):
        seen = [each for each in seen if shapely.length(each) > 2 * sum(DASH)]
    return shapely.MultiLineString(seen)


def _edge(view: View, parts: Sequence[Any]) -> Any:
    """The outline of joined parts, without holes too small to be seen."""
    drawn = view.drawn(shapely.union_all(list(parts)))
    polygons = [_without_specks(each) for each in polygons_of([drawn])]
    return shapely.boundary(shapely.MultiPolygon(polygons))


def _without_specks(polygon: Any) -> Any:
    holes = [
        ring
        for ring in polygon.interiors
        if shapely.area(shapely.polygons(ring)) >= _SEEN_HOLE
    ]
    return shapely.Polygon(polygon.exterior, holes)
