"""Assets of a footprint that its main boundary leaves out (Methods 7)."""

import numpy as np

from assetmap.assets.model import AssetsInBox
from assetmap.footprints.model import TOLERANCE
from assetmap.reconciliation.by_assets import AssetsIn
from assetmap.reconciliation.model import Main, Severed, Target

HALF = 0.5


def severed_by(
    target: Target, held: AssetsIn, assets: AssetsInBox, main: Main | None
) -> tuple[Severed, ...]:
    """Assets more than half in the footprint and not in its main boundary.

    A crisp boundary has an asset of which it holds more than half. Of a graded set that
    one has it which has no less of it than any other.
    """
    if main is None or target.is_building_block:
        return ()
    result = []
    for asset in np.flatnonzero(held.held > HALF).tolist():
        shares = _shares_of(asset, target, held)
        if _is_in(main.code, shares, target.graded):
            continue
        result.append(
            Severed(
                int(assets.ids[asset]),
                str(assets.names[asset]),
                str(assets.categories[asset]),
                target.name,
                _elsewhere(main.code, shares, target.graded),
            )
        )
    return tuple(sorted(result, key=lambda each: (each.name, each.asset_id)))


def _shares_of(asset: int, target: Target, held: AssetsIn) -> dict[str, float]:
    """How much of an asset each boundary holds, by code."""
    rows = np.flatnonzero(held.asset == asset)
    return {
        target.boundaries[int(held.ordinal[row])].code: float(held.share[row])
        for row in rows
    }


def _is_in(code: str, shares: dict[str, float], is_graded: bool) -> bool:
    own = shares.get(code, 0.0)
    if is_graded:
        return own > 0 and own >= max(shares.values()) - TOLERANCE
    return own > HALF


def _elsewhere(code: str, shares: dict[str, float], is_graded: bool) -> str | None:
    """Another boundary that has it: the first by code, of graded ones the largest."""
    others = [each for each in shares if each != code]
    if is_graded:
        return min(others, key=lambda each: (-shares[each], each), default=None)
    return min(others, default=None)
