"""How times grow, as a picture: one panel for each thing that grows, log-log.

Black on white and without a library of plots: the same numbers give the same bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import shapely

from assetmap.publish.export.drawing.svg import Drawing, Ground, Item, Lines, Words

PANEL, TALL, GAP, LEFT, TOP, FOOT = 206.0, 190.0, 52.0, 46.0, 62.0, 74.0
SIZE, SMALL = 13.0, 11.5
GRID, REFERENCE = "#d0d0d0", "#707070"
ROOM = 1.3
"""How far an axis goes beyond its first and last point, as a factor."""


@dataclass(frozen=True)
class Grown:
    """Milliseconds by how much there is of something; ``what`` names it with unit."""

    what: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class _Axis:
    """A logarithmic axis: what it spans, and from where to where on the page."""

    least: float
    most: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Where a value stands on the page."""
        part = log10(value / self.least) / log10(self.most / self.least)
        return self.start + part * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round values on the axis: tens, or 1, 2 and 5 of them where it is short."""
        powers = range(floor(log10(self.least)), ceil(log10(self.most)) + 1)
        steps = (1,) if self.most / self.least > 60 else (1, 2, 5)
        every = (step * 10.0**power for power in powers for step in steps)
        return [each for each in every if self.least <= each <= self.most]


def growth_picture(title: str, panels: Sequence[Grown]) -> Drawing:
    """Panels in a row, all with one axis of milliseconds."""
    values = [ms for panel in panels for _, ms in panel.points]
    up = _axis(values, TOP + TALL, TOP)
    items: list[Item] = [Words(LEFT, 22, title, 16), Words(8, TOP - 12, "ms", SIZE)]
    for place, panel in enumerate(panels):
        left = LEFT + place * (PANEL + GAP)
        across = _axis([amount for amount, _ in panel.points], left, left + PANEL)
        items += _panel(panel, across, up)
    width = LEFT + len(panels) * (PANEL + GAP)
    key = TOP + TALL + FOOT - 12
    line = shapely.LineString([(LEFT, key - 4), (LEFT + 34, key - 4)])
    items += [
        Lines(line, 1.2, (5, 4), REFERENCE),
        Words(
            LEFT + 42, key, "in proportion: twice as much takes twice as long", SMALL
        ),
    ]
    return Drawing(width, TOP + TALL + FOOT, title, _said(panels), items)


def _axis(values: Sequence[float], start: float, end: float) -> _Axis:
    return _Axis(min(values) / ROOM, max(values) * ROOM, start, end)


def _said(panels: Sequence[Grown]) -> str:
    """The numbers of the panels, for those who cannot see them."""
    return " ".join(
        f"{panel.what}: "
        + ", ".join(f"{ms:g} ms at {amount:,g}" for amount, ms in panel.points)
        + "."
        for panel in panels
    )


def _panel(panel: Grown, across: _Axis, up: _Axis) -> Iterator[Item]:
    yield from _grid(across, up)
    spots = [(across.place(amount), up.place(ms)) for amount, ms in panel.points]
    yield from _proportion(panel, across, up)
    yield Lines(shapely.LineString(spots), 1.8)
    for x, y in spots:
        yield Ground(shapely.Point(x, y).buffer(3.4), "#000000")
    middle = (across.start + across.end) / 2
    yield Words(middle, up.start + 36, panel.what, SIZE, "middle")


def _grid(across: _Axis, up: _Axis) -> Iterator[Item]:
    left, right, foot, head = across.start, across.end, up.start, up.end
    for value in across.ticks():
        x = across.place(value)
        yield Lines(shapely.LineString([(x, foot), (x, head)]), 0.8, colour=GRID)
        yield Words(x, foot + 17, _number(value), SMALL, "middle")
    for value in up.ticks():
        y = up.place(value)
        yield Lines(shapely.LineString([(left, y), (right, y)]), 0.8, colour=GRID)
        yield Words(left - 20, y + 4, _number(value), SMALL, "middle")
    yield Lines(shapely.boundary(shapely.box(left, head, right, foot)), 1.0)


def _proportion(panel: Grown, across: _Axis, up: _Axis) -> Iterator[Item]:
    """The line through the last point on which time is in proportion, in the panel."""
    amount, ms = panel.points[-1]
    ends = [(value, ms * value / amount) for value in (across.least, across.most)]
    line = shapely.LineString([(across.place(x), up.place(y)) for x, y in ends])
    frame = shapely.box(across.start, up.end, across.end, up.start)
    yield Lines(shapely.intersection(line, frame), 1.2, (5, 4), REFERENCE)


def _number(value: float) -> str:
    return f"{value / 1e6:g} million" if value >= 1e6 else f"{value:,g}"
