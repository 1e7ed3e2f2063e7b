"""Drawings in a file, made fit to count in any projected system, and row reports.

Nothing is stored, so they may lie anywhere on Earth: the National Grid holds Great
Britain alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from assetmap.issues import LONGEST_CODE, RowIssue, too_long
from assetmap.neighbourhoods.drawing import flat_polygons, ground_of
from assetmap.neighbourhoods.model import BadSketch
from assetmap.sources.spatial import reference_systems
from assetmap.sources.spatial.measuring import corners_at_size, measured

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Drawn:
    """Drawings that can be counted, each with its place among the rows of the file."""

    places: list[int]
    shapes: Shapes
    issues: list[RowIssue]


def drawings_in(
    shapes: Any,
    sent: pyproj.CRS,
    system: pyproj.CRS,
    file: str,
    lines: Sequence[int],
    passed_over: Sequence[int] = (),
) -> Drawn:
    """The drawings of a file as valid MultiPolygons in the system to measure in.

    ``lines`` is where each stands in the file; places in ``passed_over`` were refused
    already. Those refused here, and those mended, are told one by one.
    """
    issues: list[RowIssue] = []
    flat = np.full(len(shapes), None, dtype=object)
    for place in sorted(set(range(len(shapes))) - set(passed_over)):
        try:
            flat[place] = _finite(flat_polygons(shapes[place]))
        except BadSketch as bad:
            issues.append(_refused(file, lines[place], bad))
    sent_places = np.flatnonzero(shapely.is_geometry(flat))
    if len(sent_places) == 0:
        return Drawn([], np.empty(0, dtype=object), issues)
    moved = measured(flat[sent_places], sent, system)
    fits = _fits(moved) & corners_at_size(flat[sent_places], sent, system)
    kept: list[int] = []
    ground: list[Any] = []
    for at, place in enumerate(sent_places.tolist()):
        try:
            if not fits[at]:
                raise BadSketch(
                    f"lies where {reference_systems.named(system)} does not measure: "
                    "too far off"
                )
            shape, mended = ground_of(moved[at])
        except BadSketch as bad:
            issues.append(_refused(file, lines[place], bad))
            continue
        if mended is not None:
            told = RowIssue(file, lines[place], "geometry", "", mended, "repaired")
            issues.append(told)
        kept.append(place)
        ground.append(shape)
    issues += _twice(file, lines, kept, ground)
    result = np.empty(len(ground), dtype=object)
    result[:] = ground
    return Drawn(kept, result, issues)


def checked_name(text: str) -> str:
    """The name of a place, as it was written.

    Raises:
        BadSketch: it is empty, or longer than a name is.
    """
    if not text.strip():
        raise BadSketch("has no name")
    if len(text) > LONGEST_CODE:
        raise BadSketch(f"has a name that {too_long(LONGEST_CODE)}")
    return text


def _finite(flat: Any) -> Any:
    if not np.isfinite(shapely.get_coordinates(flat)).all():
        raise BadSketch("has a coordinate that is not a finite number")
    return flat


def _fits(moved: Shapes) -> NDArray[np.bool_]:
    """Which shapes have a place in the system."""
    points, owner = shapely.get_coordinates(moved, return_index=True)
    fits = shapely.is_geometry(moved)
    fits[np.unique(owner[~np.isfinite(points).all(axis=1)])] = False
    return fits


def _twice(
    file: str, lines: Sequence[int], kept: list[int], ground: list[Any]
) -> list[RowIssue]:
    """A note on each drawing that is the same ground as an earlier one of the file."""
    first: dict[bytes, int] = {}
    notes = []
    for place, shape in zip(kept, shapely.normalize(ground), strict=True):
        line = first.setdefault(shapely.to_wkb(shape), lines[place])
        if line != lines[place]:
            said = f"is the same drawing as in line {line}: both are counted"
            notes.append(RowIssue(file, lines[place], "geometry", "", said, "noted"))
    return notes


def _refused(file: str, line: int, bad: BadSketch) -> RowIssue:
    return RowIssue(file, line, bad.column, str(bad.value), bad.reason)
