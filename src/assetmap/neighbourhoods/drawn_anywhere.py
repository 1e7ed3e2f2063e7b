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

from assetmap.issues import LONGEST_CODE, Outcome, RowIssue, too_long
from assetmap.neighbourhoods.drawing import flat_polygons, ground_of
from assetmap.neighbourhoods.model import BadSketch
from assetmap.sources.spatial import reference_systems
from assetmap.sources.spatial.measuring import corners_at_size, measured
from assetmap.sources.spatial.shown import shown
from assetmap.sources.spatial.wkt_tables import Drawn as File

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Drawn:
    """Drawings that can be counted, each with its place among the rows of the file."""

    places: list[int]
    shapes: Shapes
    issues: list[RowIssue]


def drawings_in(
    read: File, system: pyproj.CRS, passed_over: Sequence[int] = ()
) -> Drawn:
    """The drawings of a file as valid MultiPolygons in the system to measure in.

    Places in ``passed_over`` were refused already. Those refused here, and those
    mended, are told one by one.
    """
    issues: list[RowIssue] = []
    flat = _flat(read, passed_over, issues)
    sent_places = np.flatnonzero(shapely.is_geometry(flat))
    if len(sent_places) == 0:
        return Drawn([], np.empty(0, dtype=object), issues)
    kept, ground = _ground(read, system, flat, sent_places.tolist(), issues)
    issues += _twice(read, kept, ground)
    result = np.empty(len(ground), dtype=object)
    result[:] = ground
    return Drawn(kept, result, issues)


def _flat(read: File, passed_over: Sequence[int], issues: list[RowIssue]) -> Shapes:
    """The polygon of each row, None where there is none that can be used."""
    shapes = read.layer.shapes
    flat = np.full(len(shapes), None, dtype=object)
    for place in sorted(set(range(len(shapes))) - set(passed_over)):
        try:
            flat[place] = _finite(flat_polygons(shapes[place]))
        except BadSketch as bad:
            issues.append(drawing_issue(read, place, bad.reason, "refused"))
    return flat


def _ground(
    read: File,
    system: pyproj.CRS,
    flat: Shapes,
    places: list[int],
    issues: list[RowIssue],
) -> tuple[list[int], list[Any]]:
    """Which rows can be counted, and the ground of each in the system."""
    sent = read.layer.crs
    moved = measured(flat[places], sent, system)
    fits = _fits(moved) & corners_at_size(flat[places], sent, system)
    kept: list[int] = []
    ground: list[Any] = []
    for at, place in enumerate(places):
        try:
            if not fits[at]:
                raise BadSketch(
                    f"lies where {reference_systems.named(system)} does not measure: "
                    "too far off"
                )
            shape, mended = ground_of(moved[at])
        except BadSketch as bad:
            issues.append(drawing_issue(read, place, bad.reason, "refused"))
            continue
        if mended is not None:
            issues.append(drawing_issue(read, place, mended, "repaired"))
        kept.append(place)
        ground.append(shape)
    return kept, ground


def drawing_issue(read: File, place: int, reason: str, outcome: Outcome) -> RowIssue:
    """What is said of a drawing: where it stands, under what, and how it begins."""
    value = shown(read.layer.shapes[place])
    line = read.lines[place]
    return RowIssue(read.layer.file, line, read.column, value, reason, outcome)


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


def _twice(read: File, kept: list[int], ground: list[Any]) -> list[RowIssue]:
    """A note on each drawing that is the same ground as an earlier one of the file."""
    first: dict[bytes, int] = {}
    notes = []
    for place, shape in zip(kept, shapely.normalize(ground), strict=True):
        line = first.setdefault(shapely.to_wkb(shape), read.lines[place])
        if line != read.lines[place]:
            said = f"is the same drawing as in line {line}: both are counted"
            notes.append(drawing_issue(read, place, said, "noted"))
    return notes
