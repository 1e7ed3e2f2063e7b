"""People of building blocks spread over the places where they live (Methods 1)."""

from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from assetmap.footprints.coding import spread
from assetmap.people.model import Places
from assetmap.people.model import points_of as distinct_places
from assetmap.reconciliation.frames.columns import column_of_codes, counts_in
from assetmap.reconciliation.frames.layers import Layer, Repairing, layer_of
from assetmap.reconciliation.frames.points import coded_in, points_of
from assetmap.reconciliation.frames.subjects import Frame
from assetmap.reconciliation.frames.systems import BadLayer, same_crs
from assetmap.reconciliation.model import Floats


def spread_people(
    blocks: Frame,
    block_code: str,
    people: str,
    points: Frame,
    weight: str | None = None,
    invalid: Repairing = "repair",
) -> geopandas.GeoDataFrame:
    """The people of each block at the places of points in it, such as postcodes.

    In equal shares, or by the column ``weight``. Points at one place share one share. A
    block without a point has all its people at one place on its surface. Points in no
    block have no row; nor have those of a block without a count: unknown is not zero.

    Returns:
        A point for each place: people and block. ``attrs``: ``total``, and the codes of
        blocks held ``at_one_place`` for want of points, and ``uncounted``.

    Raises:
        BadLayer: a layer cannot be measured, or a column holds what is no count.
    """
    same_crs(blocks, points, "Points and blocks")
    layer = layer_of(blocks, block_code, invalid)
    counts = _counts(blocks, block_code, people, layer)
    sent = points_of(points, weight)
    weights = np.full(len(points), np.nan) if weight is None else sent.weights
    every = np.ones(len(points), dtype=bool)
    none = np.zeros(len(points), dtype="S9")
    at = distinct_places(Places(sent.xs, sent.ys, none, every, weights))
    block, _ = coded_in(layer, at.xs, at.ys, is_single=True)
    empty = np.setdiff1d(np.arange(1, len(layer) + 1), block)
    inner = _inner_points(layer, empty)
    block_of = np.concatenate([block, empty]).astype(np.int32)
    votes = np.concatenate([at.votes, np.zeros(len(empty), np.uint8)])
    shares = at.shares
    if shares is not None:
        shares = np.concatenate([shares, np.zeros(len(empty))])
    amounts = spread(block_of, votes, np.r_[np.nan, counts], shares)
    places = np.concatenate([shapely.points(at.xs, at.ys), inner])
    return _frame(layer, places, block_of, amounts, counts, empty, blocks.crs)


def _counts(blocks: Frame, code: str, people: str, layer: Layer) -> Floats:
    """The people of each block, in the order of the layer."""
    found = dict(zip(blocks[code], counts_in(blocks, people, BadLayer), strict=True))
    return np.array([found[each] for each in layer.codes], dtype=float)


def _inner_points(layer: Layer, ordinals: Any) -> Any:
    """A place on the largest part of each of some blocks."""
    largest = [
        max(shapely.get_parts(shape), key=shapely.area)
        for shape in layer.shapes[ordinals - 1]
    ]
    found = np.empty(len(largest), dtype=object)
    found[:] = [shapely.point_on_surface(each) for each in largest]
    return found


def _frame(
    layer: Layer,
    places: Any,
    block_of: Any,
    amounts: Floats,
    counts: Floats,
    empty: Any,
    crs: Any,
) -> geopandas.GeoDataFrame:
    kept = np.flatnonzero((block_of > 0) & np.isfinite(counts[block_of - 1]))
    kept = kept[np.argsort(block_of[kept], kind="stable")]
    codes = column_of_codes(layer.codes[each - 1] for each in block_of[kept])
    frame = geopandas.GeoDataFrame(
        pd.DataFrame({"block": codes, "people": amounts[kept]}),
        geometry=list(places[kept]),
        crs=crs,
    )
    uncounted = np.flatnonzero(np.isnan(counts))
    frame.attrs = {
        "total": float(np.nansum(counts)),
        "at_one_place": [layer.codes[each - 1] for each in empty],
        "uncounted": [layer.codes[each] for each in uncounted],
    }
    return frame
