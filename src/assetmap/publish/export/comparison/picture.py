"""A comparison as a picture for a report: told apart by hatching, not by colour."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.publish.export.comparison import words
from assetmap.publish.export.comparison.members import notes
from assetmap.publish.export.drawing.svg import (
    Drawing,
    Ground,
    Item,
    Lines,
    Words,
    hatching,
)
from assetmap.reconciliation.comparison.parts import PARTS
from assetmap.reconciliation.comparison.run import Compared

WIDTH, MARGIN, TALLEST = 900.0, 40.0, 640.0
_TITLE, _TEXT, _SMALL = 26.0, 16.0, 12.0
_FILLS = {"only_a": "#ffffff", "both": "#c4c4c4", "only_b": "#ffffff"}
_HATCHES = {"only_a": ((45.0, 8.0),), "both": (), "only_b": ((0.0, 5.0),)}
_LETTERS = {"only_a": "A only", "both": "A and B", "only_b": "B only"}
_DASH = (9.0, 6.0)
_BARS_M = (50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20)
_ROOM_FOR_LABEL = 34.0


@dataclass(frozen=True)
class _View:
    """The box of the ground on the page; scale is page units for a metre."""

    west: float
    north: float
    scale: float
    top: float
    left: float
    height: float

    def drawn(self, shape: Any) -> Any:
        """The shape in page units, without what is too small to be seen."""
        moved = shapely.transform(shape, self._moved)
        return shapely.simplify(moved, 0.2)

    def _moved(self, places: Any) -> Any:
        x = self.left + (places[:, 0] - self.west) * self.scale
        y = self.top + (self.north - places[:, 1]) * self.scale
        return np.column_stack([x, y])


def comparison_picture(found: Compared) -> Drawing:
    """The drawing of a comparison: parts, outlines, legend, scale bar, sources."""
    title = words.title_of(found)
    head = list(_head(found, title))
    top = max(each.y for each in head) + 24
    view = _view(found.comparison.shapes, top)
    ground = [] if view is None else list(_ground(found, view))
    below = top + (0 if view is None else view.height) + 30
    legend = list(_legend(found, below, view))
    foot = list(_foot(found, below + 162))
    height = max((each.y for each in foot), default=below + 162) + MARGIN / 2
    said = f"{words.agreement_line(found)}. " + " ".join(
        f"{words.part_name(found, part)}: {words.amounts_line(found, part)}."
        for part in PARTS
    )
    items = [*head, *ground, *legend, *foot]
    return Drawing(WIDTH, height, title, said, items)


def _head(found: Compared, title: str) -> Iterator[Words]:
    y = MARGIN
    for line in textwrap.wrap(title, 58):
        yield Words(MARGIN, y + 10, line, _TITLE)
        y += 32
    yield Words(MARGIN, y + 8, words.agreement_line(found), _TEXT)


def _view(shapes: Sequence[Any], top: float) -> _View | None:
    """A view of all parts, as large as the page has room for; None without ground."""
    west, south, east, north = shapely.total_bounds(list(shapes)).tolist()
    if not np.isfinite(west):
        return None
    scale = min((WIDTH - 2 * MARGIN) / (east - west), TALLEST / (north - south))
    left = (WIDTH - (east - west) * scale) / 2
    return _View(west, north, scale, top, left, (north - south) * scale)


def _ground(found: Compared, view: _View) -> Iterator[Item]:
    parts = dict(zip(PARTS, found.comparison.shapes, strict=True))
    drawn = {part: view.drawn(shape) for part, shape in parts.items()}
    for part, shape in drawn.items():
        yield from _filled(part, shape)
    both = parts["both"]
    b = shapely.union_all([parts["only_b"], both])
    a = shapely.union_all([parts["only_a"], both])
    yield Lines(shapely.boundary(view.drawn(b)), 2.6, _DASH)
    yield Lines(shapely.boundary(view.drawn(a)), 2.6)
    for part, shape in drawn.items():
        yield from _label(part, shape)


def _filled(part: str, shape: Any) -> Iterator[Item]:
    yield Ground(shape, _FILLS[part])
    for degrees, apart in _HATCHES[part]:
        yield Lines(hatching(shape, degrees, apart), 0.9)


def _label(part: str, shape: Any) -> Iterator[Item]:
    """The letters of a part in the middle of its widest room, if there is room."""
    if shapely.is_empty(shape):
        return
    circle = shapely.maximum_inscribed_circle(shape, 1.0)
    if shapely.length(circle) < _ROOM_FOR_LABEL:
        return
    x, y = shapely.get_coordinates(circle)[0].tolist()
    yield Words(x, y + _TEXT / 3, _LETTERS[part], _TEXT, "middle", has_halo=True)


def _legend(found: Compared, top: float, view: _View | None) -> Iterator[Item]:
    x, y = MARGIN, top
    for part in PARTS:
        box = shapely.box(x, y, x + 44, y + 22)
        yield from _filled(part, box)
        yield Lines(shapely.boundary(box), 1)
        name = f"{_LETTERS[part]}: {words.amounts_line(found, part)}"
        yield Words(x + 56, y + 17, name, _TEXT)
        y += 30
    for letter, label, dash in (
        ("A", found.a.label, None),
        ("B", found.b.label, _DASH),
    ):
        yield Lines(shapely.LineString([(x, y + 8), (x + 44, y + 8)]), 2.6, dash)
        yield Words(x + 56, y + 13, textwrap.shorten(f"{letter}: {label}", 80), _TEXT)
        y += 24
    if view is not None:
        yield from _scale_bar(view, top)


def _scale_bar(view: _View, top: float) -> Iterator[Item]:
    """A bar of a round length, and where north is."""
    metres = next((m for m in _BARS_M if m * view.scale <= 180), _BARS_M[-1])
    end = WIDTH - MARGIN - 30
    start, y = end - metres * view.scale, top + 16
    bar = [(start, y - 6), (start, y), (end, y), (end, y - 6)]
    yield Lines(shapely.LineString(bar), 1.6)
    name = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    yield Words((start + end) / 2, y + 18, name, _TEXT, "middle")
    tip = WIDTH - MARGIN - 6
    arrow = [(tip, y - 16), (tip - 6, y), (tip + 6, y)]
    yield Ground(shapely.Polygon(arrow), "#000000")
    yield Words(tip, y + 18, "N", _TEXT, "middle")


def _foot(found: Compared, top: float) -> Iterator[Words]:
    """Notes and sources, in small letters."""
    said = [*notes(found)]
    if found.attribution:
        said.append("Sources: " + " · ".join(found.attribution))
    y = top
    for paragraph in said:
        for line in textwrap.wrap(paragraph, 130):
            yield Words(MARGIN, y, line, _SMALL)
            y += 16
        y += 4
