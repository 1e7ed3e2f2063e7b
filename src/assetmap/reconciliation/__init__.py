"""How footprints fit boundary sets: overlap, best fit, what is outside or cut off.

An analyst calls it on GeoDataFrames, without a server: ``crosswalk``, ``overlaps``,
``agreement``, ``interpolate_counts`` and ``interpolate``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assetmap.reconciliation.frames.counts import interpolate, interpolate_counts
    from assetmap.reconciliation.frames.measures import agreement, crosswalk, overlaps

_WHERE = {
    "agreement": "frames.measures",
    "crosswalk": "frames.measures",
    "interpolate": "frames.counts",
    "interpolate_counts": "frames.counts",
    "overlaps": "frames.measures",
}

__all__ = [
    "agreement",
    "crosswalk",
    "interpolate",
    "interpolate_counts",
    "overlaps",
]


def __getattr__(name: str) -> object:
    """A function of the layer for analysts, imported when it is first asked for."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
