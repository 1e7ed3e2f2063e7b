"""The names of parts on the page: within a part that has room, else beside it.

No name covers an edge if there is any other place: what is white about names and their
lines lies under the edges, so that none is rubbed out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import shapely
from shapely.affinity import translate

from assetmap.publish.export.comparison.edges import without_specks
from assetmap.publish.export.drawing.letters import width_of
from assetmap.publish.export.drawing.svg import BLACK, WHITE, Ground, Item, Lines, Words
from assetmap.sources.spatial.shapes import polygons_of

_PAD, _CLEAR = 4.0, 3.0
_WAYS = np.radians(np.arange(0, 360, 15))
_FAR = (42.0, 64.0, 90.0, 120.0, 160.0)
_COVERED = 20.0
"""How much farther off a name had better stand than cover a unit of an edge."""

_MOSTLY = 0.5
"""The share of a part in one piece from which a name beside it points at it."""

_MOST_PIECES = 4
"""So many of the largest pieces of a part are tried for room within them."""


@dataclass(frozen=True)
class Names:
    """What names add to a map: white ground under its edges, lines and words over.

    ``pointed_at`` are those whose part is too narrow for them: a dot is on it.
    """

    under: tuple[Item, ...] = ()
    over: tuple[Item, ...] = ()
    pointed_at: frozenset[str] = frozenset()

    def and_name(self, text: str, box: Any, size: float) -> "Names":
        """These and one more name, in a box."""
        x, y = _centre(box)
        words = Words(x, y + size / 3, text, size, "middle")
        return Names(
            (*self.under, Ground(box, WHITE)), (*self.over, words), self.pointed_at
        )

    def and_pointer(self, text: str, place: tuple[float, float], box: Any) -> "Names":
        """These, and a line from a name to its part with a dot where it ends."""
        whole = shapely.LineString([place, _centre(box)])
        line = shapely.difference(whole, shapely.buffer(box, -_PAD / 2))
        around = shapely.buffer(shapely.Point(place), 4.2)
        return Names(
            (*self.under, Lines(line, 3.4, colour=WHITE), Ground(around, WHITE)),
            (*self.over, Lines(line, 1.0), dot(*place)),
            self.pointed_at | {text},
        )


def dot(x: float, y: float) -> Ground:
    """The dot that a name's line ends in."""
    return Ground(shapely.buffer(shapely.Point(x, y), 3.0), BLACK)


def named(parts: Mapping[str, Any], size: float, edges: Any, frame: Any) -> Names:
    """The names of parts: those within first, then those beside, with a line to it.

    Args:
        parts: the shape of each by its name, in page units.
        size: of the letters.
        edges: lines on which no name should stand.
        frame: where names may stand.
    """
    found, taken, beside = Names(), list[Any](), []
    for text, shape in parts.items():
        pieces = _pieces(shape)
        box = next(_within(pieces, text, size), None)
        if box is not None:
            taken.append(box)
            found = found.and_name(text, box, size)
        elif pieces and shapely.area(pieces[0]) >= _MOSTLY * shapely.area(shape):
            beside.append((text, _widest(pieces[0])))
    for text, place in beside:
        best = _beside(place, text, size, taken, edges, frame)
        if best is not None:
            taken.append(best)
            found = found.and_pointer(text, place, best).and_name(text, best, size)
    return found


def _pieces(shape: Any) -> list[Any]:
    """The polygons of a shape, the largest first."""
    pieces = [each for each in polygons_of([shape]) if not shapely.is_empty(each)]
    return sorted(pieces, key=shapely.area, reverse=True)


def _within(pieces: Iterable[Any], text: str, size: float) -> Iterator[Any]:
    """Boxes for a name that are clear of the edges of the piece that they are in."""
    for piece in list(pieces)[:_MOST_PIECES]:
        whole = without_specks(piece)
        for x, y in _middles(whole, text, size):
            box = _box(x, y, text, size, _CLEAR)
            if shapely.covers(whole, box):
                yield _box(x, y, text, size)


def _middles(piece: Any, text: str, size: float) -> Iterator[tuple[float, float]]:
    """Places in a piece where a name may have room: its middle before any other."""
    yield _centre(piece)
    half, tall = _half(text, size, _CLEAR)
    corners = product((-half, half), (-tall, tall))
    rooms = _pieces(shapely.intersection_all([translate(piece, *by) for by in corners]))
    if rooms:
        yield _centre(rooms[0])
        yield _centre(shapely.point_on_surface(rooms[0]))
    yield _widest(piece)


def _centre(shape: Any) -> tuple[float, float]:
    x, y = shapely.get_coordinates(shapely.centroid(shape))[0].tolist()
    return x, y


def _widest(polygon: Any) -> tuple[float, float]:
    """The middle of the widest room in a polygon."""
    circle = shapely.maximum_inscribed_circle(polygon, 0.5)
    x, y = shapely.get_coordinates(circle)[0].tolist()
    return x, y


def _half(text: str, size: float, clear: float) -> tuple[float, float]:
    """Half of the width and of the height of a name and what is kept clear about it."""
    return width_of(text, size) / 2 + _PAD + clear, size / 2 + _PAD / 2 + clear


def _box(x: float, y: float, text: str, size: float, clear: float = 0.0) -> Any:
    half, tall = _half(text, size, clear)
    return shapely.box(x - half, y - tall, x + half, y + tall)


def _beside(
    place: tuple[float, float],
    text: str,
    size: float,
    taken: list[Any],
    edges: Any,
    frame: Any,
) -> Any | None:
    """The place near a point where a name covers least of the edges; perhaps none."""
    x, y = place
    best, least = None, np.inf
    for far, way in product(_FAR, _WAYS.tolist()):
        box = _box(x + far * np.cos(way), y + far * np.sin(way), text, size)
        if not frame.contains(box) or any(box.intersects(each) for each in taken):
            continue
        covered = shapely.length(shapely.intersection(edges, box))
        if _COVERED * covered + far < least:
            best, least = box, _COVERED * covered + far
    return best
