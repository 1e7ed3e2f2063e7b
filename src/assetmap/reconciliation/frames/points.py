"""Points in the polygons of a layer, as the service codes them."""

from typing import Any

import numpy as np

from assetmap.footprints.coding import Coder, SetParts
from assetmap.reconciliation.crosswalks.pairs import Cells, cells_of
from assetmap.reconciliation.frames.layers import Layer
from assetmap.reconciliation.model import Floats, Ints


def cells_in(layer: Layer, xs: Floats, ys: Floats) -> tuple[Ints, Cells]:
    """What each point lies in, and what each combination stands for.

    On a shared edge the lowest code wins, unless polygons of the layer overlap. Points
    are in the layer's own CRS.
    """
    coder = _coder(layer, is_single=False)
    nowhere = np.full(len(xs), b"?")
    found = coder.cells(xs, ys, nowhere)
    if coder.combinations and not layer.is_overlapping:
        coder = _coder(layer, is_single=True)
        found = coder.cells(xs, ys, nowhere)
    by_cell = {cell: held for held, cell in coder.combinations.items()}
    return found, cells_of(len(layer), by_cell)


def _coder(layer: Layer, *, is_single: bool) -> Coder:
    countries: Any = np.full(len(layer) + 1, b"*")
    ordinals = np.arange(1, len(layer) + 1)
    return Coder(SetParts(ordinals, layer.shapes, countries, is_single, 0.0))
