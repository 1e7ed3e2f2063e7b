"""The ground of a comparison on a page: parts by hatching, edges, and their names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.publish.export.comparison.edges import DASH, edge_of, in_one_place
from assetmap.publish.export.comparison.labels import named
from assetmap.publish.export.drawing.maps import View
from assetmap.publish.export.drawing.svg import (
    WHITE,
    Ground,
    Item,
    Lines,
    hatching,
)
from assetmap.reconciliation.comparison.parts import PARTS

WIDTH, MARGIN, TEXT = 600.0, 26.0, 16.0
LETTERS = {"only_a": "A only", "both": "A and B", "only_b": "B only"}

_TALLEST, _LOWEST = 600.0, 90.0
_FILLS = {"only_a": WHITE, "both": "#c4c4c4", "only_b": WHITE}
_HATCHES = {"only_a": ((45.0, 8.0),), "both": (), "only_b": ((0.0, 5.0),)}
_EDGE, _HATCH = 2.2, 0.8


@dataclass(frozen=True)
class Plan:
    """What is drawn, where it ends on the page, and page units for a metre.

    ``seen`` are the parts that have ground enough for their hatching to be seen,
    ``pointed_at`` those that a dot is on.
    """

    items: Sequence[Item]
    bottom: float
    scale: float
    has_shared_edge: bool
    seen: frozenset[str]
    pointed_at: frozenset[str]


def plan_of(shapes: Sequence[Any], top: float) -> Plan | None:
    """All parts as large as the page has room for; None without ground."""
    bounds = shapely.total_bounds(list(shapes))
    if not np.isfinite(bounds).all():
        return None
    view, bottom = _view(bounds, top)
    parts = {part: view.drawn(shape) for part, shape in zip(PARTS, shapes, strict=True)}
    a, b = (edge_of(view, [shapes[each], shapes[1]]) for each in (0, 2))
    shared = in_one_place(a, b)
    frame = shapely.box(4, top, WIDTH - 4, bottom)
    texts = {LETTERS[part]: shape for part, shape in parts.items()}
    names = named(texts, TEXT, shapely.union(a, b), frame)
    ground = [each for part in PARTS for each in filled(part, parts[part])]
    edges = [Lines(b, _EDGE, DASH), Lines(a, _EDGE), shared_edge(shared)]
    return Plan(
        [*ground, *names.under, *edges, *names.over],
        bottom,
        view.scale,
        not shared.is_empty,
        frozenset(part for part in PARTS if _is_seen(part, parts[part])),
        frozenset(part for part in PARTS if LETTERS[part] in names.pointed_at),
    )


def _view(bounds: Any, top: float) -> tuple[View, float]:
    """Where ground within bounds stands on the page, and where it ends."""
    west, south, east, north = bounds.tolist()
    scale = min((WIDTH - 2 * MARGIN) / (east - west), _TALLEST / (north - south))
    height = max((north - south) * scale, _LOWEST)
    middle = ((west + east) / 2, (south + north) / 2)
    return View(middle, (WIDTH / 2, top + height / 2), scale), top + height


def _is_seen(part: str, shape: Any) -> bool:
    """Whether a part shows its fill or hatching between the lines of its edges."""
    left = shapely.buffer(shape, -_EDGE / 2)
    hatched = [hatching(left, *each) for each in _HATCHES[part]]
    return not left.is_empty and not all(each.is_empty for each in hatched or [left])


def filled(part: str, shape: Any) -> Iterator[Item]:
    """A shape with the fill and the hatching of a part."""
    yield Ground(shape, _FILLS[part])
    for degrees, apart in _HATCHES[part]:
        yield Lines(hatching(shape, degrees, apart), _HATCH)


def shared_edge(line: Any) -> Lines:
    """White dashes on the edge of A where B has the same edge."""
    return Lines(line, 1.0, DASH, WHITE)
