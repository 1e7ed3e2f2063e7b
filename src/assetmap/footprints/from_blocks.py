"""Boundaries made of whole building blocks."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from assetmap.crs import NATIONAL_GRID
from assetmap.errors import Invalid
from assetmap.sources.spatial.vector import Layer


class BlocksWithoutOwner(Invalid):
    """Nothing says whose some building blocks are."""

    title = "Building blocks without an owner"


def council_of_blocks(
    councils: NDArray[np.bytes_], blocks: NDArray[np.int32], last: int
) -> dict[int, str]:
    """The council of most postcodes in each block, by the block's ordinal.

    ``councils`` and ``blocks`` hold the council and block of each postcode, 0 for no
    block. Equal numbers go to the
    lowest code.
    """
    known = (blocks > 0) & (np.char.str_len(councils) == 9)
    codes, council = np.unique(councils[known], return_inverse=True)
    pairs = blocks[known].astype(np.int64) * len(codes) + council
    each, count = np.unique(pairs, return_counts=True)
    block, place = each // len(codes), each % len(codes)
    order = np.lexsort((place, -count, block))
    block, place = block[order], place[order]
    first = np.r_[True, np.diff(block) != 0][: len(block)]
    owners = zip(block[first].tolist(), codes[place[first]].tolist(), strict=True)
    found = {ordinal: code.decode() for ordinal, code in owners}
    if len(found) < last:
        missing = sorted(set(range(1, last + 1)) - set(found))
        raise BlocksWithoutOwner(
            f"{len(missing)} of {last} building blocks hold no postcode.",
            ordinals=missing[:100],
        )
    return found


def dissolved(
    shapes: NDArray[np.object_],
    owners: Mapping[int, str],
    names: Mapping[str, str],
    file: str,
) -> Layer:
    """One shape for each owner, its blocks joined; ``owners`` counts blocks from 1.

    An owner without a name is called by its code.
    """
    codes = sorted(set(owners.values()))
    grouped: dict[str, list[int]] = {code: [] for code in codes}
    for ordinal, code in owners.items():
        grouped[code].append(ordinal - 1)
    joined = np.empty(len(codes), dtype=object)
    joined[:] = [shapely.union_all(shapes[grouped[code]]) for code in codes]
    columns = pd.DataFrame(
        {"code": codes, "name": [names.get(code, code) for code in codes]}
    )
    return Layer(file, "", columns, joined, pyproj.CRS(NATIONAL_GRID))
