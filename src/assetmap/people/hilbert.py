"""An order in which places that follow one another lie near each other."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_LEVELS = 16
_BATCH = 1 << 16
_ONE, _TWO, _THREE = np.uint32(1), np.uint32(2), np.uint32(3)


def hilbert_order(xs: Floats, ys: Floats) -> Places:
    """The places of points by how far along a Hilbert curve over them each lies.

    The curve is of Hilbert (1891), on a grid of 2 to the 16th cells each way.
    """
    columns, rows = _cells(xs), _cells(ys)
    along = np.empty(len(xs), dtype=np.uint32)
    for start in range(0, len(xs), _BATCH):
        batch = slice(start, start + _BATCH)
        along[batch] = _along(columns[batch], rows[batch])
    return np.argsort(along, kind="stable")


def _cells(values: Floats) -> NDArray[np.uint32]:
    """Which of the grid's columns, or rows, each value lies in."""
    if len(values) == 0:
        return np.empty(0, dtype=np.uint32)
    low, high = values.min(), values.max() + 1
    scaled: Floats = (values - low) * (((1 << _LEVELS) - 1) / (high - low))
    return scaled.astype(np.uint32)


def _along(x: NDArray[np.uint32], y: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """How many cells of the grid the curve passes before it comes to each."""
    along = np.zeros(len(x), dtype=np.uint32)
    for level in range(_LEVELS - 1, -1, -1):
        bit = np.uint32(level)
        right, up = (x >> bit) & _ONE, (y >> bit) & _ONE
        along = (along << _TWO) | ((_THREE * right) ^ up)
        # The curve turns about in the two lower quarters, and back in the right one.
        turned, mirrored = up == 0, (up == 0) & (right == 1)
        x, y = np.where(mirrored, ~x, x), np.where(mirrored, ~y, y)
        x, y = np.where(turned, y, x), np.where(turned, x, y)
    return along
