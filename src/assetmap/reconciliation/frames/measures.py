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
from assetmap.reconciliation.frames.columns import column_of_codes
from assetmap.reconciliation.frames.layers import Layer, Repairing, layer_of
from assetmap.reconciliation.frames.points import cells_in, points_of
from assetmap.reconciliation.frames.systems import BadLayer, metres_of, same_crs

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
            "source": column_of_codes(one.codes[each] for each in found.one),
            "target": column_of_codes(other.codes[each] for each in found.other),
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
    by: Literal["area", "points", "people"] = "area",
    points: Frame | None = None,
    people: str | None = None,
    slivers: bool = False,
    normalise: bool = False,
    invalid: Repairing = "repair",
) -> pd.DataFrame:
    """The share of each source in each target, and one row for what is outside.

    By ``points`` a share is of what the column ``people`` says of each point (absent:
    of points), by ``people`` the same, and the column must be named; a source without
    any is weighted by area. Columns: source, target (missing for
    what is outside), weight, weight_fractional (where targets overlap), weighted_by,
    overlap.

    Raises:
        BadLayer: the layers differ in CRS, are in degrees, or hold what is no polygon;
            or ``by`` is none of the three, or needs what is not given.
    """
    _check_by(by, points, people)
    one, other = _layers(source, target, source_code, target_code, invalid)
    if points is None or by == "area":
        rows, is_fractional, computed_by = _by_area(one, other, None)
    else:
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


def _check_by(by: str, points: Frame | None, people: str | None) -> None:
    """Nothing, if a crosswalk can be made by what is said.

    Raises:
        BadLayer: it cannot; the message says what to give.
    """
    if by not in ("area", "points", "people"):
        raise BadLayer(f"by={by!r} is none of 'area', 'points' and 'people'.", by=by)
    if by == "area" and (points is not None or people is not None):
        raise BadLayer("By area no points count: say by='points' or by='people'.")
    if by != "area" and points is None:
        raise BadLayer(
            f"A crosswalk by {by} needs points=, a GeoDataFrame of the places where "
            "people live."
        )
    if by == "people" and people is None:
        raise BadLayer(
            "A crosswalk by people needs people=, the column that says how many there "
            "are at each point; by='points' counts each point once."
        )


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
    at = points_of(points, people)
    (ones, source), (others, target) = (
        cells_in(each, at.xs, at.ys) for each in (one, other)
    )
    found: Overlaps = people_overlaps(ones, others, at.weights, source, target)
    is_fractional = len(target.holders) > target.boundaries + 1
    empty = np.flatnonzero(found.total == 0)
    if len(empty) == 0:
        return rows_by_people(found, None), is_fractional, "points"
    rows, by_cells, how = _by_area(one, other, empty)
    said = f"points, and {how} where there are none"
    return rows_by_people(found, rows), is_fractional or by_cells, said


def _frame(rows: Rows, one: Layer, other: Layer, measure: str) -> pd.DataFrame:
    targets = [None, *other.codes]
    return pd.DataFrame(
        {
            "source": column_of_codes(one.codes[each - 1] for each in rows.source),
            "target": column_of_codes(targets[each] for each in rows.target),
            "weight": rows.weight,
            "weight_fractional": rows.fractional,
            "weighted_by": np.where(rows.by_area, "area", measure),
            "overlap": rows.overlap,
        }
    )
