"""What lies near a footprint, as it is read: ground of boundaries, and points."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assetmap.reconciliation.model import BoundaryFacts

Box = tuple[float, float, float, float]
Facts = Mapping[int, Mapping[int, BoundaryFacts]]


@dataclass(frozen=True)
class Ground:
    """Pieces of several sets, end to end; ``sets`` says whose each piece is.

    ``members`` are the boundaries that hold a piece. Those of one boundary come first,
    so many as there are ``ordinals``, then those of several. ``facts`` are, by set id
    and ordinal, what answers say of the boundaries with a piece of their own.
    ``blocks`` is the box around the whole of those that are building blocks, if any.
    """

    sets: NDArray[np.int64]
    ordinals: NDArray[np.intp]
    members: tuple[tuple[int, ...], ...]
    shapes: NDArray[np.object_]
    facts: Facts
    blocks: Box | None = None


@dataclass(frozen=True)
class Near:
    """Population points near a footprint and what each lies in, by set id.

    Where ``is_uncounted`` how many people there are is unknown; their weight is 0.
    Those that are ``standing`` stand for the people of blocks without a postcode.
    """

    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    weights: NDArray[np.float64]
    is_uncounted: NDArray[np.bool_]
    cells: Mapping[int, NDArray[np.int32]]
    combinations: Mapping[int, Mapping[int, tuple[int, ...]]]
    standing: NDArray[np.bool_]
