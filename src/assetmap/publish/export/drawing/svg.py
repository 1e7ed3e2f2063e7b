"""A picture as ground, lines and words in page units, and the SVG of it.

Black, white and grey only: what is drawn can be told apart on any printer.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely

from assetmap.sources.spatial.shapes import polygons_of

BLACK, WHITE = "#000000", "#ffffff"
FONTS = "Roboto, Arial, Liberation Sans, DejaVu Sans, sans-serif"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Ground:
    """A shape filled with one colour."""

    shape: Any
    fill: str


@dataclass(frozen=True)
class Lines:
    """Lines of one width; ``dash`` is the length of dash and gap, or nothing."""

    shape: Any
    width: float
    dash: tuple[float, float] | None = None
    colour: str = BLACK


@dataclass(frozen=True)
class Words:
    """Words on one line; x and y are where their foot line begins, or its middle."""

    x: float
    y: float
    text: str
    size: float
    anchor: Literal["start", "middle"] = "start"


Item = Ground | Lines | Words


@dataclass(frozen=True)
class Drawing:
    """Things to draw, the last on top; y goes down the page."""

    width: float
    height: float
    title: str
    description: str
    items: Sequence[Item]


def hatching(shape: Any, degrees: float, apart: float) -> Any:
    """Parallel lines over a shape; they stand at one place whatever the shape."""
    if shapely.is_empty(shape):
        return shapely.MultiLineString()
    along = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    across = np.array([-along[1], along[0]])
    west, south, east, north = shapely.bounds(shape).tolist()
    corners = np.array([[west, south], [west, north], [east, south], [east, north]])
    reach, rows = corners @ along, corners @ across
    steps = np.arange(np.ceil(rows.min() / apart), rows.max() / apart) * apart
    starts = np.outer(steps, across) + along * reach.min()
    ends = np.outer(steps, across) + along * reach.max()
    lines: Any = shapely.linestrings(np.stack([starts, ends], axis=1))
    return shapely.MultiLineString(_line_parts(shapely.intersection(lines, shape)))


def _line_parts(shapes: Any) -> list[Any]:
    parts = shapely.get_parts(shapely.get_parts(np.atleast_1d(shapes)))
    is_line = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    return list(parts[is_line & ~shapely.is_empty(parts)])


def svg(drawing: Drawing) -> str:
    """The drawing as SVG, without scripts or anything fetched from elsewhere."""
    width, height = f"{drawing.width:g}", f"{drawing.height:g}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" xml:lang="en" '
        f"font-family={quoteattr(FONTS)}>"
    )
    said = (
        f"<title>{_said(drawing.title)}</title>",
        f"<desc>{_said(drawing.description)}</desc>",
        f'<rect width="{width}" height="{height}" fill="{WHITE}"/>',
    )
    drawn = (text for item in drawing.items for text in _elements(item))
    return "\n".join([head, *said, *drawn, "</svg>", ""])


def _elements(item: Item) -> Iterator[str]:
    if isinstance(item, Words):
        yield _text(item)
        return
    path = _path(item)
    if not path:
        return
    if isinstance(item, Ground):
        yield f'<path d="{path}" fill="{item.fill}" fill-rule="evenodd"/>'
        return
    dash = f' stroke-dasharray="{item.dash[0]:g} {item.dash[1]:g}"' if item.dash else ""
    yield (
        f'<path d="{path}" fill="none" stroke="{item.colour}" '
        f'stroke-width="{item.width:g}"{dash}/>'
    )


def _text(item: Words) -> str:
    place = f'x="{item.x:.1f}" y="{item.y:.1f}" font-size="{item.size:g}"'
    anchor = ' text-anchor="middle"' if item.anchor == "middle" else ""
    return f"<text {place}{anchor}>{_said(item.text)}</text>"


def _said(text: str) -> str:
    """The text as XML may hold it."""
    return escape(_NOT_XML.sub("\ufffd", text))


def _path(item: Ground | Lines) -> str:
    if isinstance(item, Ground):
        return "".join(f"{run}Z" for run in _runs(rings_of(item.shape)))
    return "".join(_runs(lines_of(item.shape)))


def rings_of(shape: Any) -> Sequence[Any]:
    """Every ring of a shape's polygons."""
    return list(shapely.get_rings(polygons_of([shape])))


def lines_of(shape: Any) -> Sequence[Any]:
    """Every line of a shape."""
    return _line_parts(shape)


def _runs(lines: Iterable[Any]) -> Iterator[str]:
    for line in lines:
        places = shapely.get_coordinates(line).tolist()
        yield "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
