"""The names of parts on the page: within a part that has room, else beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from assetmap.publish.export.drawing.letters import width_of
from assetmap.publish.export.drawing.svg import BLACK, WHITE, Ground, Item, Lines, Words
from assetmap.sources.spatial.shapes import polygons_of

_PAD = 4.0
_WAYS = np.radians(np.arange(0, 360, 30))
_FAR = (42.0, 64.0, 90.0, 120.0)
_MOSTLY = 0.5
"""The share of a part in one piece from which a name beside it points at it."""


def named(
    parts: Mapping[str, Any], size: float, edges: Any, frame: Any
) -> Iterator[Item]:
    """The names of parts: those within first, then those beside, with a line to it.

    Args:
        parts: the shape of each by its name, in page units.
        size: of the letters.
        edges: lines on which a name had better not stand.
        frame: where names may stand.
    """
    taken: list[Any] = []
    beside = []
    for text, shape in parts.items():
        if shapely.is_empty(shape):
            continue
        largest = max(polygons_of([shape]), key=shapely.area)
        x, y = _middle(largest)
        box = _box(x, y, text, size)
        if shapely.area(shapely.difference(box, shape)) < 0.03 * shapely.area(box):
            taken.append(box)
            yield from _label(box, text, size)
        elif shapely.area(largest) >= _MOSTLY * shapely.area(shape):
            beside.append((text, x, y))
    for text, x, y in beside:
        best = _beside(x, y, text, size, taken, edges, frame)
        if best is not None:
            taken.append(best)
            yield from _pointer(x, y, best)
            yield from _label(best, text, size)


def _middle(polygon: Any) -> tuple[float, float]:
    """The middle of the widest room in a polygon."""
    circle = shapely.maximum_inscribed_circle(polygon, 0.5)
    x, y = shapely.get_coordinates(circle)[0].tolist()
    return x, y


def _box(x: float, y: float, text: str, size: float) -> Any:
    half, tall = width_of(text, size) / 2 + _PAD, size / 2 + _PAD / 2
    return shapely.box(x - half, y - tall, x + half, y + tall)


def _label(box: Any, text: str, size: float) -> Iterator[Item]:
    x, y = shapely.get_coordinates(shapely.centroid(box))[0].tolist()
    yield Ground(box, WHITE)
    yield Words(x, y + size / 3, text, size, "middle")


def _pointer(x: float, y: float, box: Any) -> Iterator[Item]:
    """A line from a name to its part, and a dot where it ends."""
    middle = shapely.get_coordinates(shapely.centroid(box))[0].tolist()
    line = shapely.LineString([(x, y), middle])
    yield Lines(line, 3.4, colour=WHITE)
    yield Lines(line, 1.0)
    yield Ground(shapely.Point(x, y).buffer(3.6), WHITE)
    yield Ground(shapely.Point(x, y).buffer(2.4), BLACK)


def _beside(
    x: float, y: float, text: str, size: float, taken: list[Any], edges: Any, frame: Any
) -> Any | None:
    """The place near a point where a name covers least of the edges; perhaps none."""
    best, least = None, np.inf
    for far in _FAR:
        for way in _WAYS.tolist():
            box = _box(x + far * np.cos(way), y + far * np.sin(way), text, size)
            if not frame.contains(box) or any(box.intersects(each) for each in taken):
                continue
            covered = shapely.length(shapely.intersection(edges, box)) + far / 4
            if covered < least:
                best, least = box, covered
    return best
