"""Reconciliation on GeoDataFrames: the service's own code, without a server.

Everything is measured in m², in any projected CRS; degrees are refused. Each function
gives a DataFrame, whose ``attrs`` say how it was made.
"""

from collections.abc import Hashable, MutableMapping
from typing import Any, Literal

import geopandas
import numpy as np
import pandas as pd
import shapely

from assetmap.boundaries.quality.coverage import overlaps as pieces_that_several_hold
from assetmap.footprints.areas.edges import Edges, edges_of, shared_ground_of
from assetmap.footprints.areas.shared import Shapes, shared_by_shapes, shared_ground
from assetmap.reconciliation.crosswalks.pairs import (
    Overlaps,
    Places,
    area_overlaps,
    people_overlaps,
)
from assetmap.reconciliation.crosswalks.rows import (
    Rows,
    normalised,
    rows_by_area,
    rows_by_people,
    slivers_of,
    without_slivers,
)
from assetmap.reconciliation.frames.layers import (
    BadLayer,
    Layer,
    Repairing,
    layer_of,
    metres_of,
    same_crs,
)
from assetmap.reconciliation.frames.points import cells_in

Frame = geopandas.GeoDataFrame


def overlaps(
    source: Frame,
    target: Frame,
    source_code: str,
    target_code: str,
    invalid: Repairing = "repair",
) -> pd.DataFrame:
    """Every pair that shares ground, with the shares both ways and the agreement.

    Columns: source, target, overlap_m2, share_of_source, share_of_target, agreement.

    Raises:
        BadLayer: the layers differ in CRS, are in degrees, or hold what is no polygon.
    """
    one, other = _layers(source, target, source_code, target_code, invalid)
    found = _shared(one.edges, other.edges, one.ground, other.ground)
    areas = [each.edges.areas for each in (one, other)]
    of_source, of_target = areas[0][found.one], areas[1][found.other]
    frame = pd.DataFrame(
        {
            "source": np.array(one.codes, dtype=object)[found.one],
            "target": np.array(other.codes, dtype=object)[found.other],
            "overlap_m2": found.area_m2,
            "share_of_source": found.area_m2 / of_source,
            "share_of_target": found.area_m2 / of_target,
            "agreement": found.area_m2 / (of_source + of_target - found.area_m2),
        }
    )
    frame.attrs = _repairs(one, other)
    frame.attrs["computed_by"] = found.computed_by
    return frame


def agreement(one: Frame, other: Frame, invalid: Repairing = "repair") -> float:
    """Overlap over union of the ground that two layers cover (Jaccard), 0 to 1.

    Raises:
        BadLayer: they differ in CRS, are in degrees, or hold what is no polygon; or
            neither has a row.
    """
    whole = [
        shapely.union_all(each.ground)
        for each in _layers(one, other, None, None, invalid)
    ]
    shared = float(shared_by_shapes([whole[0]], [whole[1]]).area_m2.sum())
    union = whole[0].area + whole[1].area - shared
    if not union > 0:
        raise BadLayer("Neither layer covers any ground.")
    return min(shared / union, 1.0)


def crosswalk(
    source: Frame,
    target: Frame,
    source_code: str,
    target_code: str,
    by: Literal["area", "points"] = "area",
    points: Frame | None = None,
    people: str | None = None,
    slivers: bool = False,
    normalise: bool = False,
    invalid: Repairing = "repair",
) -> pd.DataFrame:
    """The share of each source in each target, and one row for what is outside.

    By ``points`` a share is of what ``people`` says of each point (absent: of points);
    a source without any is weighted by area. Columns: source, target (missing for
    what is outside), weight, weight_fractional (where targets overlap), weighted_by,
    overlap.

    Raises:
        BadLayer: the layers differ in CRS, are in degrees, or hold what is no polygon;
            or points are asked for and not given.
    """
    one, other = _layers(source, target, source_code, target_code, invalid)
    if by == "area":
        rows, is_fractional, computed_by = _by_area(one, other, None)
    else:
        if points is None:
            raise BadLayer("A crosswalk by points needs points.")
        same_crs(source, points, "Points and layers")
        rows, is_fractional, computed_by = _by_points(one, other, points, people)
    thin = slivers_of(rows)
    rows = rows if slivers else without_slivers(rows)
    rows = normalised(rows) if normalise else rows
    frame = _frame(rows, one, other, "area" if by == "area" else people or "points")
    if not is_fractional:
        frame = frame.drop(columns="weight_fractional")
    told = _repairs(one, other)
    told["computed_by"], told["slivers"] = computed_by, vars(thin)
    told["targets"] = other.codes
    frame.attrs = told
    return frame


def _layers(
    source: Frame,
    target: Frame,
    source_code: str | None,
    target_code: str | None,
    invalid: Repairing,
) -> tuple[Layer, Layer]:
    for each in (source, target):
        metres_of(each)
    same_crs(source, target)
    return layer_of(source, source_code, invalid), layer_of(
        target, target_code, invalid
    )


def _repairs(one: Layer, other: Layer) -> MutableMapping[Hashable | None, Any]:
    return {"repaired": {"source": one.repaired, "target": other.repaired}}


def _shared(ones: Edges, others: Edges, shapes: Shapes, more: Shapes) -> Any:
    """What two lists of polygons share: the shapes serve where there is no compiler."""
    return shared_ground(ones, others, lambda: (shapes, more))


def _by_area(one: Layer, other: Layer, wanted: Places | None) -> tuple[Rows, bool, str]:
    """Rows by area of all sources, or of those wanted, by place from 0."""
    edges, shapes = one.edges, one.ground
    if wanted is not None:
        edges, shapes = edges.take(wanted), shapes[wanted]
    pieces = pieces_that_several_hold(other.ground)
    cells = np.array([each.shape for each in pieces], dtype=object)
    ground = shared_ground_of(
        edges_of(cells), [[place + 1 for place in each.members] for each in pieces]
    )
    shared = _shared(edges, other.edges, shapes, other.ground)
    several = _shared(edges, ground.edges, shapes, cells)
    found = area_overlaps(shared, edges.areas, edges.lengths, several, ground)
    rows = rows_by_area(found, other.edges.areas)
    if wanted is not None:
        rows = rows.with_sources(wanted + 1)
    return rows, len(pieces) > 0, shared.computed_by


def _by_points(
    one: Layer, other: Layer, points: Frame, people: str | None
) -> tuple[Rows, bool, str]:
    """Rows by points, and by area of the sources that hold none."""
    places = np.asarray(points.geometry.values, dtype=object)
    weights = np.ones(len(points))
    if people is not None:
        weights = points[people].to_numpy(dtype=float)
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise BadLayer(f"Column {people!r} of the points holds what is no count.")
    xs, ys = shapely.get_x(places), shapely.get_y(places)
    (ones, source), (others, target) = (cells_in(each, xs, ys) for each in (one, other))
    found: Overlaps = people_overlaps(ones, others, weights, source, target)
    is_fractional = len(target.holders) > target.boundaries + 1
    empty = np.flatnonzero(found.total == 0)
    if len(empty) == 0:
        return rows_by_people(found, None), is_fractional, "points"
    rows, by_cells, how = _by_area(one, other, empty)
    said = f"points, and {how} where there are none"
    return rows_by_people(found, rows), is_fractional or by_cells, said


def _frame(rows: Rows, one: Layer, other: Layer, measure: str) -> pd.DataFrame:
    targets = np.array([None, *other.codes], dtype=object)
    return pd.DataFrame(
        {
            "source": np.array(one.codes, dtype=object)[rows.source - 1],
            "target": targets[rows.target],
            "weight": rows.weight,
            "weight_fractional": rows.fractional,
            "weighted_by": np.where(rows.by_area, "area", measure),
            "overlap": rows.overlap,
        }
    )
