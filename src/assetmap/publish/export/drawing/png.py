"""A drawing as PNG: the same things at the same places as in its SVG."""

from io import BytesIO
from typing import Any

import shapely
from PIL import Image, ImageDraw, ImageFont
from shapely.ops import substring

from assetmap.publish.export.drawing.letters import FONT
from assetmap.publish.export.drawing.svg import (
    BLACK,
    WHITE,
    Drawing,
    Ground,
    Lines,
    Words,
    lines_of,
    rings_of,
)
from assetmap.sources.spatial.shapes import polygons_of

PIXELS = 3
"""Pixels of the picture for one unit of the page: 288 to the inch."""

_FINER = 2
_SCALE = PIXELS * _FINER


def png(drawing: Drawing) -> bytes:
    """The drawing as PNG in greys; the same drawing gives the same bytes."""
    size = (round(drawing.width * _SCALE), round(drawing.height * _SCALE))
    image = Image.new("L", size, WHITE)
    for item in drawing.items:
        if isinstance(item, Ground):
            _ground(image, item)
        elif isinstance(item, Lines):
            _lines(ImageDraw.Draw(image), item)
        else:
            _words(ImageDraw.Draw(image), item)
    reduced = image.resize((size[0] // _FINER, size[1] // _FINER), Image.Resampling.BOX)
    file = BytesIO()
    reduced.save(file, "PNG", dpi=(96 * PIXELS, 96 * PIXELS), optimize=True)
    return file.getvalue()


def _places(line: Any) -> list[tuple[float, float]]:
    return [(x * _SCALE, y * _SCALE) for x, y in shapely.get_coordinates(line).tolist()]


def _ground(image: Image.Image, item: Ground) -> None:
    """Fill polygons one by one, so that holes of one leave another alone."""
    for polygon in polygons_of([item.shape]):
        if polygon.is_empty:
            continue
        mask = Image.new("1", image.size, 0)
        pen = ImageDraw.Draw(mask)
        outer, *holes = rings_of(polygon)
        pen.polygon(_places(outer), fill=1)
        for hole in holes:
            pen.polygon(_places(hole), fill=0)
        image.paste(item.fill, mask=mask)


def _lines(pen: ImageDraw.ImageDraw, item: Lines) -> None:
    width = max(1, round(item.width * _SCALE))
    for line in lines_of(item.shape):
        for piece in [line] if item.dash is None else _dashes(line, *item.dash):
            pen.line(_places(piece), fill=item.colour, width=width, joint="curve")


def _dashes(line: Any, dash: float, gap: float) -> list[Any]:
    """The dashes of a line, from its beginning."""
    steps = int(line.length // (dash + gap)) + 1
    starts = [step * (dash + gap) for step in range(steps)]
    return [substring(line, start, start + dash) for start in starts]


def _words(pen: ImageDraw.ImageDraw, item: Words) -> None:
    font = ImageFont.truetype(FONT, item.size * _SCALE)
    anchor = "ms" if item.anchor == "middle" else "ls"
    place = (item.x * _SCALE, item.y * _SCALE)
    pen.text(place, item.text, BLACK, font, anchor)
