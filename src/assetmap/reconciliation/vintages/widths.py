"""What two releases share, and what one lacks, that is wider than a strip along a line.

Pure: shapes in a projected CRS in metres.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from assetmap.reconciliation.model import Shapes
from assetmap.reconciliation.vintages.lines import Both, Lines, lines_between
from assetmap.reconciliation.vintages.linking import enough, is_much
from assetmap.reconciliation.vintages.model import (
    Flags,
    Linking,
    Outside,
    Pairs,
    Places,
    Vintage,
)

BATCH = 5_000


@dataclass(frozen=True)
class Measured:
    """What two releases share and lack, with what is wide; by which tolerance."""

    pairs: Pairs
    outside: tuple[Outside, Outside]
    linking: Linking
    lines: Lines | None


def measured(
    vintages: tuple[Vintage, Vintage],
    pairs: Pairs,
    outside: tuple[Outside, Outside],
    shapes: Both,
    linking: Linking,
) -> Measured:
    """The same with their widths, where lines that did not change are apart.

    The tolerance is that of ``linking``, else measured; 0 where it cannot be.
    """
    lines = None
    tolerance = linking.tolerance_m
    if tolerance is None:
        lines = lines_between(*vintages, pairs, shapes)
        tolerance = lines.tolerance_m or 0.0
    known = replace(linking, tolerance_m=tolerance)
    if tolerance == 0:
        return Measured(pairs, outside, known, lines)
    both = (pairs.old, pairs.new)
    lost, gained = (
        _outside(each, vintage, places, ways, known)
        for each, vintage, places, ways in zip(
            outside, vintages, (both, both[::-1]), (shapes, shapes[::-1]), strict=True
        )
    )
    wide = _pairs(*vintages, pairs, shapes, known)
    return Measured(replace(pairs, wide=wide), (lost, gained), known, lines)


def _radius(linking: Linking) -> float:
    return (linking.tolerance_m or 0.0) / 2


def _pairs(
    old: Vintage, new: Vintage, pairs: Pairs, shapes: Both, linking: Linking
) -> Flags:
    """Whether what each two share is wider than the tolerance, where it matters.

    It does where they share enough and are not of one code.
    """
    radius = _radius(linking)
    olds, news = (np.array(each.codes, dtype=str) for each in (old, new))
    at = np.flatnonzero(
        enough(old, new, pairs, linking)
        & (olds[pairs.old] != news[pairs.new])
        & (pairs.area_m2 >= np.pi * radius**2)
    )
    wide = np.zeros(len(pairs.old), dtype=bool)
    for batch in np.array_split(at, max(1, -(-len(at) // BATCH))):
        one, other = shapes[0](pairs.old[batch]), shapes[1](pairs.new[batch])
        wide[batch] = _is_wide(shapely.intersection(one, other), radius)
    return wide


def _outside(
    outside: Outside,
    vintage: Vintage,
    places: tuple[Places, Places],
    shapes: Both,
    linking: Linking,
) -> Outside:
    """What is outside, and whether it is wider than the tolerance.

    ``places`` and ``shapes`` are first the vintage's own, then those of the other.
    """
    radius = _radius(linking)
    much = is_much(outside, vintage, linking) & (outside.area_m2 >= np.pi * radius**2)
    wide = np.zeros(len(much), dtype=bool)
    mine, theirs = places
    for place in np.flatnonzero(much):
        taken = shapely.union_all(shapes[1](theirs[mine == place]))
        own = shapes[0](np.array([place]))
        wide[place] = _is_wide(shapely.difference(own, taken), radius)[0]
    return replace(outside, wide=wide)


def _is_wide(shapes: Shapes, radius: float) -> Flags:
    """Whether a circle of a radius fits into each."""
    cut = shapely.buffer(shapes, -radius, quad_segs=4)
    wide: Flags = ~shapely.is_empty(cut)
    return wide
