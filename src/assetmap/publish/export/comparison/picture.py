"""A comparison as a picture for a report: told apart by hatching, not by colour.

As wide as the text of an A4 page; it can be read at half of that.
"""

from collections.abc import Iterator

import shapely

from assetmap.publish.export.comparison import words
from assetmap.publish.export.comparison.edges import DASH
from assetmap.publish.export.comparison.labels import dot
from assetmap.publish.export.comparison.members import notes
from assetmap.publish.export.comparison.plan import (
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

EDGE_OF_BOTH = "edge of both"
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
    """What each part holds, beside its sign on the map, and whose the edges are."""
    y = top
    for part, shape in zip(PARTS, found.comparison.shapes, strict=True):
        yield from _sign(part, plan, y)
        said = f"{LETTERS[part]}: {words.amounts_line(found, part)}"
        if plan is not None and part not in plan.seen:
            said += words.unseen(shape)
        lines = list(_named(said, y + 16))
        yield from lines
        y = lines[-1].y + 13
    edges = [(f"A: {found.a.label}", None), (f"B: {found.b.label}", DASH)]
    if plan is not None and plan.has_shared_edge:
        edges.append((EDGE_OF_BOTH, None))
    for name, dash in edges:
        yield from _edge_sign(name, dash, y + 7)
        lines = list(_named(name, y + 12))
        yield from lines
        y = lines[-1].y + 10


def _sign(part: str, plan: Plan | None, y: float) -> Iterator[Item]:
    """The hatching of a part that is seen on the map; the dot of one too small."""
    if plan is not None and part in plan.seen:
        box = shapely.box(MARGIN, y, MARGIN + _BOX[0], y + _BOX[1])
        yield from filled(part, box)
        yield Lines(shapely.boundary(box), 1)
    elif plan is not None and part in plan.pointed_at:
        yield dot(MARGIN + _BOX[0] / 2, y + _BOX[1] / 2)


def _edge_sign(name: str, dash: tuple[float, float] | None, y: float) -> Iterator[Item]:
    edge = shapely.LineString([(MARGIN, y), (MARGIN + _BOX[0], y)])
    yield Lines(edge, 2.2, dash)
    if name == EDGE_OF_BOTH:
        yield shared_edge(edge)


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
