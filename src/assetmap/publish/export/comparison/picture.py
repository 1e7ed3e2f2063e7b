"""A comparison as a picture for a report: told apart by hatching, not by colour.

As wide as the text of an A4 page; it can be read at half of that.
"""

from collections.abc import Iterator

import shapely

from assetmap.publish.export.comparison import words
from assetmap.publish.export.comparison.members import notes
from assetmap.publish.export.comparison.plan import (
    DASH,
    LETTERS,
    MARGIN,
    TEXT,
    WIDTH,
    Plan,
    filled,
    plan_of,
    shared_edge,
)
from assetmap.publish.export.drawing.letters import broken
from assetmap.publish.export.drawing.maps import scale_bar
from assetmap.publish.export.drawing.svg import Drawing, Item, Lines, Words
from assetmap.reconciliation.comparison.parts import PARTS
from assetmap.reconciliation.comparison.run import Compared

_TITLE, _SMALL = 24.0, 12.5
_BOX, _INDENT = (40.0, 20.0), 52.0
_FULL = WIDTH - 2 * MARGIN

AGREEMENT = "Agreement is how much lies in both, of all that lies in either."


def comparison_picture(found: Compared) -> Drawing:
    """The drawing of a comparison: parts, outlines, scale bar, legend, sources."""
    title = words.title_of(found)
    head = list(_written(title, _TITLE, MARGIN + 8))
    head += _written(words.agreement_line(found), TEXT, head[-1].y + 26)
    plan = plan_of(found.comparison.shapes, head[-1].y + 20)
    below = head[-1].y + 24 if plan is None else plan.bottom + 28
    ground = (
        []
        if plan is None
        else [*plan.items, *scale_bar(plan.scale, WIDTH - MARGIN, below, TEXT)]
    )
    legend = list(_legend(found, plan, below + (0 if plan is None else 34)))
    foot = list(_foot(found, _foot_line(legend) + 26))
    said = f"{words.agreement_line(found)}. " + " ".join(
        f"{words.part_name(found, part)}: {words.amounts_line(found, part)}."
        for part in PARTS
    )
    height = foot[-1].y + MARGIN / 2
    return Drawing(WIDTH, height, title, said, [*head, *ground, *legend, *foot])


def _written(text: str, size: float, top: float) -> Iterator[Words]:
    """A paragraph over the width of the page, its first line at ``top``."""
    for line, said in enumerate(broken(text, size, _FULL)):
        yield Words(MARGIN, top + line * size * 1.28, said, size)


def _foot_line(items: list[Item]) -> float:
    return max(each.y for each in items if isinstance(each, Words))


def _legend(found: Compared, plan: Plan | None, top: float) -> Iterator[Item]:
    y = top
    for part in PARTS:
        box = shapely.box(MARGIN, y, MARGIN + _BOX[0], y + _BOX[1])
        yield from filled(part, box)
        yield Lines(shapely.boundary(box), 1)
        said = f"{LETTERS[part]}: {words.amounts_line(found, part)}"
        lines = list(_named(said, y + 16))
        yield from lines
        y = lines[-1].y + 13
    a, b = f"A: {found.a.label}", f"B: {found.b.label}"
    edges = [(a, 2.2, None), (b, 2.2, DASH)]
    if plan is not None and plan.has_shared_edge:
        edges.append(("edge of both", 2.2, None))
    for name, width, dash in edges:
        edge = shapely.LineString([(MARGIN, y + 7), (MARGIN + _BOX[0], y + 7)])
        yield Lines(edge, width, dash)
        if name not in {a, b}:
            yield shared_edge(edge)
        lines = list(_named(name, y + 12))
        yield from lines
        y = lines[-1].y + 10


def _named(text: str, top: float) -> Iterator[Words]:
    """What stands beside a sign of the legend."""
    for line, said in enumerate(broken(text, TEXT, _FULL - _INDENT)):
        yield Words(MARGIN + _INDENT, top + line * TEXT * 1.25, said, TEXT)


def _foot(found: Compared, top: float) -> Iterator[Words]:
    """Notes and sources, in small letters."""
    said = [AGREEMENT, *notes(found)]
    if found.attribution:
        said += ["Sources:", " · ".join(found.attribution)]
    y = top
    for paragraph in said:
        lines = list(_written(paragraph, _SMALL, y))
        yield from lines
        y = lines[-1].y + (16 if paragraph == "Sources:" else 20)
