"""Points in the polygons of a layer, as the service codes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import shapely

from assetmap.footprints.coding import Coder, SetParts
from assetmap.people.hilbert import hilbert_order
from assetmap.reconciliation.crosswalks.pairs import Cells, cells_of
from assetmap.reconciliation.frames.columns import counts_in
from assetmap.reconciliation.frames.layers import Layer
from assetmap.reconciliation.frames.systems import BadLayer
from assetmap.reconciliation.model import Floats, Ints


@dataclass(frozen=True)
class Peopled:
    """Points in the unit of their CRS, and how much each counts."""

    xs: Floats
    ys: Floats
    weights: Floats


def points_of(frame: geopandas.GeoDataFrame, people: str | None) -> Peopled:
    """The points of a frame, each with what ``people`` says of it, or 1.

    Raises:
        BadLayer: a row has no place or is no point, or there is no such column, or it
            holds what is no count.
    """
    places = np.asarray(frame.geometry.values, dtype=object)
    is_point = shapely.get_type_id(places) == shapely.GeometryType.POINT
    is_point &= ~shapely.is_empty(places)
    at = shapely.get_coordinates(places[is_point])
    is_point[is_point] = np.isfinite(at).all(axis=1)
    wrong = frame.index[~is_point]
    if len(wrong):
        listed = ", ".join(map(str, wrong[:10]))
        raise BadLayer(
            f"Rows without a point: {len(wrong)}: {listed}.", rows=list(wrong[:100])
        )
    weights = np.ones(len(frame))
    if people is not None:
        weights = counts_in(frame, people, BadLayer, is_missing_known=False)
    return Peopled(shapely.get_x(places), shapely.get_y(places), weights)


def cells_in(layer: Layer, xs: Floats, ys: Floats) -> tuple[Ints, Cells]:
    """What each point lies in, and what each combination stands for."""
    found, combinations = coded_in(layer, xs, ys)
    return found, cells_of(len(layer), combinations)


def coded_in(
    layer: Layer, xs: Floats, ys: Floats, *, is_single: bool = False
) -> tuple[Ints, Mapping[int, tuple[int, ...]]]:
    """0, an ordinal or the number of a combination for each point; and those.

    On a shared edge the lowest code wins, unless polygons of the layer overlap; always
    where each point ``is_single``. Points are in the layer's own CRS.
    """
    order = hilbert_order(xs, ys)  # Points that come as neighbours are found quickly.
    east, north, nowhere = xs[order], ys[order], np.full(len(xs), b"?")
    coder = _coder(layer, is_single=is_single)
    cells = coder.cells(east, north, nowhere)
    if coder.combinations and not layer.is_overlapping:
        coder = _coder(layer, is_single=True)
        cells = coder.cells(east, north, nowhere)
    found = np.empty_like(cells)
    found[order] = cells
    return found, {cell: held for held, cell in coder.combinations.items()}


def _coder(layer: Layer, *, is_single: bool) -> Coder:
    countries: Any = np.full(len(layer) + 1, b"*")
    ordinals = np.arange(1, len(layer) + 1)
    return Coder(SetParts(ordinals, layer.shapes, countries, is_single, 0.0))
