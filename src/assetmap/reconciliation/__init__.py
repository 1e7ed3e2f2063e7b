"""How footprints fit boundary sets: overlap, best fit, what is outside or cut off.

An analyst calls it on GeoDataFrames, without a server: ``__all__`` lists what there is.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assetmap.reconciliation.frames.changed import changes
    from assetmap.reconciliation.frames.compared import compare
    from assetmap.reconciliation.frames.counts import interpolate, interpolate_counts
    from assetmap.reconciliation.frames.measures import agreement, crosswalk, overlaps
    from assetmap.reconciliation.frames.reconciled import best_fits, reconcile
    from assetmap.reconciliation.frames.severed import sever
    from assetmap.reconciliation.frames.spread import spread_people

_WHERE = {
    "agreement": "frames.measures",
    "best_fits": "frames.reconciled",
    "changes": "frames.changed",
    "compare": "frames.compared",
    "crosswalk": "frames.measures",
    "interpolate": "frames.counts",
    "interpolate_counts": "frames.counts",
    "overlaps": "frames.measures",
    "reconcile": "frames.reconciled",
    "sever": "frames.severed",
    "spread_people": "frames.spread",
}

__all__ = [
    "agreement",
    "best_fits",
    "changes",
    "compare",
    "crosswalk",
    "interpolate",
    "interpolate_counts",
    "overlaps",
    "reconcile",
    "sever",
    "spread_people",
]


def __getattr__(name: str) -> object:
    """A function of the layer for analysts, imported when it is first asked for."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
