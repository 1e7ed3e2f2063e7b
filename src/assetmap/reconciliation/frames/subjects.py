"""Footprints, sets and points of GeoDataFrames, as the service's own methods take them.

Ground is in metres; points are compared with shapes in the unit of their CRS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import shapely

from assetmap.assets.model import AssetsInBox
from assetmap.boundaries.quality.coverage import overlaps as pieces_that_several_hold
from assetmap.footprints.model import TOLERANCE, Footprint, as_shapes, crisp, graded
from assetmap.reconciliation.frames.columns import column_of, counts_in
from assetmap.reconciliation.frames.layers import (
    Layer,
    Repairing,
    in_metres,
    layer_of,
    scaled,
)
from assetmap.reconciliation.frames.points import Peopled, coded_in, points_of
from assetmap.reconciliation.frames.systems import BadLayer, metres_of, same_crs
from assetmap.reconciliation.model import BoundaryFacts, Floats, Ints, Target
from assetmap.sources.spatial.shapes import as_multipolygons

Frame = geopandas.GeoDataFrame


@dataclass(frozen=True)
class Subject:
    """A footprint in metres, and the same ``on_map``, in the unit of its CRS."""

    footprint: Footprint
    on_map: Footprint
    metres: float


@dataclass(frozen=True)
class Coded:
    """A layer as a set, and what each of some points lies in."""

    target: Target
    cells: Ints
    combinations: Mapping[int, tuple[int, ...]]


def subject_of(frame: Frame, membership: str | None, invalid: Repairing) -> Subject:
    """The footprint of a frame: all its rows as one, or each by its membership.

    Raises:
        BadLayer: it has no row, or memberships are not from 0 to 1 everywhere.
    """
    layer = layer_of(frame, None, invalid)
    if len(layer) == 0:
        raise BadLayer("The layer has no row: it covers no ground.")
    if membership is None:
        whole = as_multipolygons([shapely.union_all(layer.shapes)])
        on_map = crisp(whole[0], "footprint")
        ground = crisp(in_metres(whole, layer.metres)[0], "footprint")
        return Subject(ground, on_map, layer.metres)
    weights = _memberships(frame, membership, layer)
    kept = weights > 0
    found, on_map = (
        graded(each[kept], weights[kept], "footprint")
        for each in (layer.ground, layer.shapes)
    )
    return Subject(found, on_map, layer.metres)


def _memberships(frame: Frame, column: str, layer: Layer) -> Floats:
    """The membership that each row gives to its ground.

    Raises:
        BadLayer: one is above 1, or those of rows that overlap add up to more, or none
            is above 0.
    """
    weights = counts_in(frame, column, BadLayer, is_missing_known=False)
    if (weights > 1 + TOLERANCE).any():
        place = int(np.argmax(weights))
        row = frame.index[[place]].tolist()[0]
        raise BadLayer(
            f"Column {column!r}, row {row!r}: a membership of {weights[place]:g} is "
            "above 1.",
            column=column,
            row=row,
        )
    if not (weights > 0).any():
        raise BadLayer(f"No membership in column {column!r} is above 0.", column=column)
    for piece in pieces_that_several_hold(layer.ground):
        held = float(weights[list(piece.members)].sum())
        if held > 1 + TOLERANCE and shapely.area(piece.shape) > 1:
            rows = frame.index[list(piece.members)].tolist()
            raise BadLayer(
                f"Memberships of rows that share ground, {rows}, add up to {held:g}.",
                column=column,
                rows=rows,
            )
    return weights


def peopled(frame: Frame, points: Frame | None, people: str | None) -> Peopled:
    """The points near a frame: none where none are given.

    Raises:
        BadLayer: they are in another CRS, or a column is named without points.
    """
    if points is None:
        if people is not None:
            raise BadLayer(f"people={people!r} is a column of points=, not given.")
        return Peopled(np.empty(0), np.empty(0), np.empty(0))
    same_crs(frame, points, "Points and layers")
    return points_of(points, people)


def coded(
    layer: Layer, name: str, box: Any, at: Peopled, *, is_block: bool = False
) -> Coded:
    """A layer as a set, with its overlaps near a box, and what points lie in.

    Codes of the set are ordinals, so that theirs is the order of the layer's codes.
    """
    cells, combinations = coded_in(layer, at.xs, at.ys, is_single=is_block)
    tree = shapely.STRtree(layer.ground)
    place = np.sort(tree.query(shapely.box(*box)))
    pieces = [] if is_block else pieces_that_several_hold(layer.ground[place])
    facts = _facts(layer, _totals(layer, cells, combinations, at.weights))
    target = Target(
        name,
        "",
        name,
        1,
        "",
        not is_block and layer.is_overlapping,
        is_block,
        place + 1,
        layer.ground[place],
        tuple(tuple(int(place[m]) + 1 for m in each.members) for each in pieces),
        as_shapes(each.shape for each in pieces),
        facts,
        len(layer),
    )
    return Coded(target, cells, combinations)


def _facts(layer: Layer, totals: list[float]) -> dict[int, BoundaryFacts]:
    areas = shapely.area(layer.ground).tolist()
    return {
        each + 1: BoundaryFacts(code_of(each + 1), "", areas[each], totals[each + 1])
        for each in range(len(layer))
    }


def _totals(
    layer: Layer,
    cells: Ints,
    combinations: Mapping[int, tuple[int, ...]],
    weights: Floats,
) -> list[float]:
    """The people of each boundary by ordinal."""
    most = max(combinations, default=len(layer))
    by_cell: Any = np.bincount(cells, weights=weights, minlength=most + 1)
    found = by_cell[: len(layer) + 1].copy()
    for cell, members in combinations.items():
        found[list(members)] += by_cell[cell]
    listed: list[float] = found.tolist()
    return listed


def code_of(ordinal: int) -> str:
    """The code that stands for an ordinal, in whose order they sort."""
    return f"{ordinal:09d}"


def own_code(layer: Layer, code: str | None) -> Any:
    """The frame's own code for one that stands for an ordinal."""
    return None if code is None else layer.codes[int(code) - 1]


def assets_of(frame: Frame, assets: Frame | None, category: str | None) -> AssetsInBox:
    """The assets of a frame, in metres; their numbers are their places in it.

    Raises:
        BadLayer: they are in another CRS, or one has no place.
    """
    if assets is None:
        none = np.empty(0, dtype=object)
        return AssetsInBox(np.empty(0, np.int64), none, none, none)
    same_crs(frame, assets, "Assets and layers")
    shapes = np.asarray(assets.geometry.values, dtype=object)
    wrong = assets.index[shapely.is_missing(shapes) | shapely.is_empty(shapes)]
    if len(wrong):
        raise BadLayer(
            f"Assets without a place: {len(wrong)}: {', '.join(map(str, wrong[:10]))}.",
            rows=list(wrong[:100]),
        )
    kinds = np.full(len(assets), "", dtype=object)
    if category is not None:
        kinds = column_of(assets, category, BadLayer).astype(str).to_numpy(object)
    places = np.arange(len(assets), dtype=np.int64)
    names = as_shapes(f"{each:09d}" for each in places)
    shapes = scaled(shapely.force_2d(shapes), metres_of(frame))
    return AssetsInBox(places, names, kinds, shapes)
