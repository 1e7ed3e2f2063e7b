"""A footprint against a boundary set, by assets (Methods 1): a point counts where it
lies, a line or an area by the share of it that lies there."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.assets.model import AssetsInBox
from assetmap.footprints.model import Footprint
from assetmap.reconciliation.model import Floats, Shapes, Target, Totals, balanced
from assetmap.reconciliation.overlap import Places


@dataclass(frozen=True)
class AssetsIn:
    """Which boundary holds how much of which asset; one row for each pair.

    ``held`` is how much of each asset the footprint holds.
    """

    held: Floats
    asset: Places
    ordinal: Places
    share: Floats
    totals: Totals


def held_by(footprint: Footprint, assets: AssetsInBox) -> Floats:
    """How much of each asset the footprint holds, 0 to 1."""
    held = np.zeros(len(assets.ids))
    for shape, weight in zip(footprint.shapes, footprint.weights, strict=True):
        shapely.prepare(shape)
        held += weight * shares_in(assets.shapes, shape)
    return held


def shares_in(shapes: Shapes, ground: Any) -> Floats:
    """The share of each point (all or nothing), line or area that lies in ground."""
    shares = np.zeros(len(shapes))
    meets = shapely.intersects(ground, shapes)
    dimension = shapely.get_dimensions(shapes)
    shares[meets & (dimension == 0)] = 1.0
    for each in np.flatnonzero(meets & (dimension > 0)):
        size = shapely.area if dimension[each] == 2 else shapely.length
        common = shapely.intersection(shapes[each], ground)
        shares[each] = size(common) / size(shapes[each])
    return shares


def assets_of(
    footprint: Footprint,
    assets: AssetsInBox,
    target: Target,
    held: Floats | None = None,
) -> AssetsIn:
    """Overlap with each boundary, by assets; on a shared edge the lowest code wins.

    ``held`` is what ``held_by`` says of the same, where it is known already.
    """
    held = held_by(footprint, assets) if held is None else held
    inside = np.flatnonzero(held > 0)
    asset, ordinal, share = _pairs(assets.shapes[inside], target)
    asset = inside[asset]
    placed = np.bincount(asset, weights=share, minlength=len(held))
    several = np.maximum(placed, 1.0)
    weighed = held[asset] * share
    fractional = np.bincount(ordinal, weights=weighed / several[asset], minlength=1)
    whole = float(held.sum())
    allocated = float((held * np.minimum(placed, 1.0)).sum())
    totals = Totals(
        allocated,
        whole - allocated,
        0.0,
        whole,
        float(weighed.sum()),
        {int(each): float(fractional[each]) for each in np.flatnonzero(fractional)},
    )
    checked = balanced(totals, f"assets against {target.name}")
    return AssetsIn(held, asset, ordinal, share, checked)


def _pairs(shapes: Shapes, target: Target) -> tuple[Places, Places, Floats]:
    """Asset, boundary and share, one row for each pair that meets."""
    none = np.empty(0, dtype=np.intp)
    if len(shapes) == 0 or len(target.parts) == 0:
        return none, none, np.empty(0)
    asset, part = shapely.STRtree(target.parts).query(shapes, predicate="intersects")
    ordinal = target.ordinals[part]
    is_point = shapely.get_dimensions(shapes)[asset] == 0
    share = np.ones(len(asset))
    for row in np.flatnonzero(~is_point):
        share[row] = shares_in(shapes[[asset[row]]], target.parts[part[row]])[0]
    return _once(asset, ordinal, share, is_point, target)


def _once(
    asset: Places, ordinal: Places, share: Floats, is_point: Places, target: Target
) -> tuple[Places, Places, Floats]:
    """One row for each pair: shares of parts add up, a point counts once."""
    last = target.last_ordinal + 1
    pairs, row = np.unique(asset * last + ordinal, return_inverse=True)
    point = np.zeros(len(pairs), dtype=bool)
    point[row] = is_point
    sums = np.bincount(row, weights=share, minlength=len(pairs))
    share = np.where(point, 1.0, sums)
    asset, ordinal = pairs // last, pairs % last
    if not target.overlapping:
        again = point & np.r_[False, asset[1:] == asset[:-1]][: len(asset)]
        asset, ordinal, share = asset[~again], ordinal[~again], share[~again]
    return asset, ordinal, share
