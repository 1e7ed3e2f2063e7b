"""Votes as whole numbers, so that what was added can be taken out to the last bit."""

import numpy as np
from numpy.typing import NDArray

UNITS = 3_000
"""Parts of a vote that are told apart: halves, thirds, tenths, thousandths."""
MOST = 2**31 - 1
"""All votes of a neighbourhood together, in units."""


def units_of(votes: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Votes in units; None if one is no whole number of them, or all too many."""
    counts = np.rint(votes * UNITS)
    if counts.sum() > MOST or (counts < 1).any():
        return None
    if not np.allclose(votes * UNITS, counts, rtol=0, atol=1e-6):
        return None
    return counts.astype(np.int64)
