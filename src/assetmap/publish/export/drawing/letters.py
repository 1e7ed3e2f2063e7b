"""How wide words are, and where they break: measured in the font of pictures."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import ImageFont

FONT = Path(__file__).parent / "fonts" / "Roboto-Regular.ttf"

_MEASURED_AT = 100
_WIDER = 1.06
"""A browser without Roboto takes another font: Arial is up to so much wider."""


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, _MEASURED_AT)


def width_of(text: str, size: float) -> float:
    """The width of words on one line, in page units, whatever the font."""
    return _font().getlength(text) / _MEASURED_AT * size * _WIDER


def broken(text: str, size: float, width: float) -> Iterator[str]:
    """The lines of a text that is no wider than this; long words are broken too."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width_of(longer, size) <= width:
            line = longer
            continue
        if line:
            yield line
        *pieces, line = _pieces(word, size, width)
        yield from pieces
    if line:
        yield line


def _pieces(word: str, size: float, width: float) -> list[str]:
    """A word in as few pieces as fit; one letter at least in each."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
