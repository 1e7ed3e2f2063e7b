"""Layers by how many people they part from the assets of a place (Methods 7)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from assetmap.assets.model import AssetsInBox
from assetmap.reconciliation.by_assets import held_by
from assetmap.reconciliation.frames.layers import Layer, Repairing, layer_of
from assetmap.reconciliation.frames.points import Peopled
from assetmap.reconciliation.frames.subjects import (
    Frame,
    assets_of,
    coded,
    peopled,
    subject_of,
)
from assetmap.reconciliation.frames.systems import BadLayer, same_crs
from assetmap.reconciliation.severance.across import by_name, picked
from assetmap.reconciliation.severance.assets import BANDWIDTH_M, zones_of
from assetmap.reconciliation.severance.demand import uses_of
from assetmap.reconciliation.severance.sets import (
    HALF,
    Parting,
    Sided,
    own_sides,
    part_by,
)


def sever(
    footprint: Frame,
    sets: Mapping[str, tuple[Frame, str]],
    assets: Frame,
    points: Frame,
    people: str | None = None,
    *,
    membership: str | None = None,
    bandwidth_m: float = BANDWIDTH_M,
    invalid: Repairing = "repair",
) -> pd.DataFrame:
    """What each of some layers parts of the assets that a footprint holds.

    Counted are the assets of which it holds at least half, and all people who use
    them, wherever they live: fewer with distance, exp(-d² / 2h²) with h the bandwidth.

    Args:
        footprint: its rows are one place; with ``membership``, each by that much.
        sets: each layer by a name of yours, with its column of codes.
        assets: points, lines or polygons.
        points: where people live; those beyond the footprint's edge use assets too.
        people: the column of how many; absent: each point counts 1.
        membership: as in ``reconcile``.
        bandwidth_m: how far people go.
        invalid: as in ``crosswalk``.

    Returns:
        A row for each layer, fewest parted first: people_parted, severance (the share
        of the demand on another side than most of it) and wrong_side (on no side that
        the asset is on) and covered (in any of its polygons: a layer with less than
        half comes last). ``attrs`` has how many people are ``using`` any asset, and
        ``assets``: records of the same for each layer and asset, by the asset's row.

    Raises:
        BadLayer: a layer cannot be measured, or the bandwidth is no length.
    """
    if not 0 < bandwidth_m < np.inf:
        raise BadLayer(f"bandwidth_m={bandwidth_m!r} is no length above 0.")
    subject = subject_of(footprint, membership, invalid)
    at = peopled(footprint, points, people)
    every = assets_of(footprint, assets, None)
    held = held_by(subject.footprint, every)
    inside = by_name(every, held >= HALF)
    own = picked(every, inside)
    layers = {
        name: _layer(footprint, frame, code, invalid)
        for name, (frame, code) in sets.items()
    }
    box = shapely.total_bounds([*subject.footprint.shapes, *own.shapes])
    sided = [_sided(layers[name], name, box, at, own) for name in layers]
    metres = (at.xs * subject.metres, at.ys * subject.metres)
    uses = uses_of(own.shapes, *metres, at.weights, bandwidth_m)
    partings, use = part_by(sided, uses, held[inside], at.weights)
    found = dict(zip(layers, partings, strict=True))
    frame = _ranked(found)
    rows = assets.index[inside]
    frame.attrs = {
        "using": use.using,
        "assets": _by_asset(found, rows, layers).to_dict("records"),
    }
    return frame


def _layer(footprint: Frame, frame: Frame, code: str, invalid: Repairing) -> Layer:
    same_crs(footprint, frame)
    return layer_of(frame, code, invalid)


def _sided(layer: Layer, name: str, box: Any, at: Peopled, own: AssetsInBox) -> Sided:
    """The sides of a layer that people and assets are on."""
    near = coded(layer, name, box, at)
    zones = zones_of(near.cells, near.combinations)
    return Sided(zones, own_sides(own, near.target))


def _ranked(found: Mapping[str, Parting]) -> pd.DataFrame:
    rows = [
        {
            "boundary_set": name,
            "people_parted": each.people_parted,
            "severance": np.nan if each.severance is None else each.severance,
            "wrong_side": np.nan if each.wrong_side is None else each.wrong_side,
            "covered": np.nan if each.covered is None else each.covered,
        }
        for name, each in found.items()
    ]
    columns = ["boundary_set", "people_parted", "severance", "wrong_side", "covered"]
    frame = pd.DataFrame(rows, columns=columns)
    beside = frame["covered"] < HALF
    order = frame.assign(beside=beside).sort_values(
        ["beside", "people_parted", "severance", "boundary_set"]
    )
    return frame.loc[order.index].reset_index(drop=True)


def _by_asset(
    found: Mapping[str, Parting], rows: Any, layers: Mapping[str, Layer]
) -> pd.DataFrame:
    """What each layer parts of each asset; nothing is told where nobody uses one."""
    told = [
        {
            "boundary_set": name,
            "asset": row,
            "severance": one.severance,
            "wrong_side": one.wrong_side,
            "side": layers[name].codes[one.side - 1] if one.side else None,
        }
        for name, each in found.items()
        for row, one in zip(rows.tolist(), each.assets, strict=True)
        if one is not None
    ]
    columns = ["boundary_set", "asset", "severance", "wrong_side", "side"]
    return pd.DataFrame(told, columns=columns)
