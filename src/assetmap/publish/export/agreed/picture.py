"""A consensus as a picture: where few, most and nearly all of those who drew agree.

Told apart by hatching and greys, so that it can be read in black and white. Where a
name has rival definitions they stand below, side by side, at one scale.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from assetmap.footprints.consensus.named import NamedConsensus, Part
from assetmap.publish.export.drawing.letters import broken
from assetmap.publish.export.drawing.maps import View, scale_bar
from assetmap.publish.export.drawing.svg import (
    BLACK,
    WHITE,
    Drawing,
    Ground,
    Item,
    Lines,
    Words,
    hatching,
)
from assetmap.publish.export.figures import area, percent

WIDTH, MARGIN, TEXT = 600.0, 26.0, 16.0
_TITLE, _SMALL = 24.0, 12.5
_FULL = WIDTH - 2 * MARGIN
_TALLEST = 420.0
_GAP = 24.0
_INSET = 0.94
"""How much of its frame the ground of a definition takes."""
_BOX = (40.0, 20.0)
_FILLS = (WHITE, "#bdbdbd", "#555555")
_EDGES: tuple[tuple[float, tuple[float, float] | None], ...] = (
    (1.2, (5.0, 3.0)),
    (1.4, None),
    (1.6, None),
)
_SAID = (
    "in at least 20 % of the drawings",
    "in at least half of them: the majority",
    "in at least 80 %: the core",
)


@dataclass(frozen=True)
class _Panel:
    """Where a map stands on the page: its left and top, and how large it may be."""

    left: float
    top: float
    width: float
    height: float


def consensus_picture(found: NamedConsensus, note: str = "") -> Drawing:
    """The drawing of a consensus at the levels 0.2, 0.5 and 0.8.

    ``note`` is said at the foot, such as where the drawings come from.
    """
    head = list(_written(found.name, _TITLE, MARGIN + 8))
    head += _written(summary(found), TEXT, head[-1].y + 26)
    items: list[Item] = [*head]
    top = head[-1].y + 20
    if not shapely.is_empty(found.levels[0]):
        items += _map(found.levels, _Panel(MARGIN, top, _FULL, _TALLEST))
        scale = _scale(found.levels, _FULL, _TALLEST)
        top += _height(found.levels, scale) + 30
        items += scale_bar(scale, WIDTH - MARGIN, top, TEXT)
        top += 34
    items += _legend(top)
    top += len(_FILLS) * 28 + 10
    if len(found.definitions) > 1:
        rivals = list(_rivals(found.definitions, top))
        items += rivals
        top = max(each.y for each in rivals if isinstance(each, Words)) + 22
    foot = list(_foot(found, note, top + 8))
    height = foot[-1].y + MARGIN / 2
    said = f"{summary(found)} {definitions_line(found)}".strip()
    return Drawing(WIDTH, height, found.name, said, [*items, *foot])


def summary(found: NamedConsensus) -> str:
    """How many drew a place, and how far they agree, in a sentence or two."""
    said = found.statistics
    core = f"{area(said.core)} are" if said.core > 0 else "nothing is"
    majority = f"{area(said.majority)} are" if said.majority > 0 else "nothing is"
    return (
        f"{found.sketches:,} people drew it, {area(said.mean)} on average. {majority} "
        f"in at least half of the drawings, {core} in at least 80 %. Two drawings have "
        f"{percent(said.mean_agreement)} of their ground in common, on average."
    ).replace(". n", ". N")


def definitions_line(found: NamedConsensus) -> str:
    """Which definitions there are, if there are several."""
    if len(found.definitions) < 2:
        return ""
    told = "; ".join(_caption(each) for each in found.definitions)
    return f"The name has {len(found.definitions)} definitions. {told}."


def _written(text: str, size: float, top: float) -> Iterator[Words]:
    """A paragraph over the width of the page, its first line at ``top``."""
    for line, said in enumerate(broken(text, size, _FULL)):
        yield Words(MARGIN, top + line * size * 1.28, said, size)


def _scale(levels: Sequence[Any], width: float, height: float) -> float:
    west, south, east, north = shapely.bounds(levels[0]).tolist()
    return float(min(width / (east - west), height / (north - south)))


def _height(levels: Sequence[Any], scale: float) -> float:
    _, south, _, north = shapely.bounds(levels[0]).tolist()
    return float((north - south) * scale)


def _map(
    levels: Sequence[Any],
    panel: _Panel,
    scale: float | None = None,
    middle: tuple[float, float] | None = None,
) -> Iterator[Item]:
    """Levels one on another, from the widest to the narrowest."""
    chosen = scale or _scale(levels, panel.width, panel.height)
    west, south, east, north = shapely.bounds(levels[0]).tolist()
    height = panel.height if scale else _height(levels, chosen)
    page = (panel.left + panel.width / 2, panel.top + height / 2)
    view = View(middle or ((west + east) / 2, (south + north) / 2), page, chosen)
    for place, level in enumerate(levels):
        yield from _filled(place, view.drawn(level))


def _filled(place: int, shape: Any) -> Iterator[Item]:
    """A shape with the fill and the edge of a level."""
    yield Ground(shape, _FILLS[place])
    if place == 0:
        yield Lines(hatching(shape, 45.0, 7.0), 0.7)
    width, dash = _EDGES[place]
    yield Lines(shapely.boundary(shape), width, dash, BLACK)


def _legend(top: float) -> Iterator[Item]:
    for place, said in enumerate(_SAID):
        y = top + place * 28
        yield from _filled(place, shapely.box(MARGIN, y, MARGIN + _BOX[0], y + _BOX[1]))
        yield Words(MARGIN + 52, y + 16, said, TEXT)


def _rivals(definitions: Sequence[Part], top: float) -> Iterator[Item]:
    """The definitions side by side, each in its place on one piece of ground."""
    yield Words(MARGIN, top + 16, "What they mean by the name:", TEXT)
    across = 2 if len(definitions) in {2, 4} else 3
    width = (_FULL - (across - 1) * _GAP) / across
    shown = [each.levels[0] for each in definitions]
    west, south, east, north = shapely.total_bounds(shown).tolist()
    scale = _INSET * min(width / (east - west), _TALLEST / 2 / (north - south))
    height, middle = (
        (north - south) * scale / _INSET,
        ((west + east) / 2, (south + north) / 2),
    )
    y = top + 30
    for first in range(0, len(definitions), across):
        lowest = y + height
        for place, each in enumerate(definitions[first : first + across]):
            panel = _Panel(MARGIN + place * (width + _GAP), y, width, height)
            yield Lines(_frame(panel), 0.6)
            yield from _map(each.levels, panel, scale, middle)
            for line, said in enumerate(broken(_caption(each), TEXT, width)):
                foot = Words(panel.left, y + height + 20 + line * 20, said, TEXT)
                lowest = max(lowest, foot.y)
                yield foot
        y = lowest + _GAP


def _frame(panel: _Panel) -> Any:
    right, bottom = panel.left + panel.width, panel.top + panel.height
    return shapely.boundary(shapely.box(panel.left, panel.top, right, bottom))


def _caption(part: Part) -> str:
    return (
        f"{part.label}: {percent(part.share_of_sketches)} of the drawings "
        f"({part.sketches:,})"
    )


def _foot(found: NamedConsensus, note: str, top: float) -> Iterator[Words]:
    """What must be known to read it, in small letters."""
    said = ["Shown on whole squares of a grid: nobody's own line can be seen."]
    if found.alone:
        one = len(found.alone) == 1
        many = (
            "drawing is like no other: it is"
            if one
            else "drawings are like no other: they are"
        )
        said.append(f"{len(found.alone)} {many} counted, and in no definition.")
    if found.in_no_definition and len(found.definitions) > 1:
        said.append(
            f"{found.in_no_definition} drawings are in groups too small to be shown."
        )
    y = top
    for paragraph in [*said, *([note] if note else [])]:
        lines = list(_written(paragraph, _SMALL, y))
        yield from lines
        y = lines[-1].y + 18
