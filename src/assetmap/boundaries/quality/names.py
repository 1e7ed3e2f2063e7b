"""Names that are empty, or that several boundaries of a set have."""

from collections import defaultdict

import numpy as np
import shapely

from assetmap.boundaries.model import Boundaries
from assetmap.boundaries.quality.discrepancies import MOST_NAMED, Discrepancy


def name_discrepancies(boundaries: Boundaries) -> list[Discrepancy]:
    """What is odd about names: noted only, for names need not tell boundaries apart."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(boundaries.names.tolist()):
        by_name[name].append(place)
    found = [
        Discrepancy("empty_name", "has no name", codes=(code,), shape=_inner(each))
        for code, each in (
            (str(boundaries.codes[place]), boundaries.shapes[place])
            for place in by_name.pop("", [])
        )
    ]
    return found + [
        _repeated(boundaries, name, places)
        for name, places in by_name.items()
        if len(places) > 1
    ]


def repeated(boundaries: Boundaries) -> tuple[int, int]:
    """How many boundaries have a name that another one has too, and how many names."""
    named = boundaries.names[boundaries.names != ""].astype(str)
    counts = np.unique(named, return_counts=True)[1]
    return int(counts[counts > 1].sum()), int((counts > 1).sum())


def _inner(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.point_on_surface(shape)


def _repeated(boundaries: Boundaries, name: str, places: list[int]) -> Discrepancy:
    codes = [str(boundaries.codes[place]) for place in places]
    points = [_inner(boundaries.shapes[place]) for place in places[:MOST_NAMED]]
    more = len(codes) - MOST_NAMED
    shown = ", ".join(codes[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return Discrepancy(
        "repeated_name",
        f"{name!r} is the name of {len(codes)} boundaries: {shown}",
        codes=tuple(codes[:MOST_NAMED]),
        shape=shapely.multipoints(points),
    )
