"""Boundaries of one set that lie beside each other: how much of the edge they share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries.model import BoundarySet
from assetmap.db.statements import binary_rows

WITHIN_M = 1.0
"""Two edges this near are one: releases are rounded and generalised apart."""


@dataclass(frozen=True)
class Neighbour:
    """A boundary beside another of its set.

    ``border_m`` is the length of the other's edge that runs within the distance of this
    one; ``overlap_m2`` the ground that both hold. ``is_corner`` where they only touch.
    """

    code: str
    name: str
    border_m: float
    share_of_border: float
    overlap_m2: float
    is_corner: bool


def neighbours(
    session: Session, row: BoundarySet, code: str, within_m: float = WITHIN_M
) -> list[Neighbour]:
    """The boundaries beside one of a set, those with the longest shared edge first."""
    found = binary_rows(
        session,
        "reconciliation",
        "beside",
        set_id=row.id,
        code=code,
        within_m=within_m,
    )
    own = shapely.from_wkb(next(each[2] for each in found if each[0] == code))
    others = [each for each in found if each[0] != code]
    shapes = shapely.from_wkb([each[2] for each in others])
    return beside(own, shapes, [each[:2] for each in others], within_m)


def beside(
    own: Any, shapes: Any, named: Sequence[tuple[str, str]], within_m: float
) -> list[Neighbour]:
    """Which of some shapes lie beside one, with code and name; a pure function.

    Shapes are polygons in one projected CRS in metres.
    """
    edge = shapely.boundary(own)
    whole = float(shapely.length(edge))
    boxes = np.asarray(shapely.bounds(own)) + within_m * np.array([-2, -2, 2, 2])
    result = []
    for shape, (code, name) in zip(shapes, named, strict=True):
        if shapely.distance(own, shape) > within_m:
            continue
        near = shapely.buffer(shapely.clip_by_rect(shape, *boxes), within_m)
        border = float(shapely.length(shapely.intersection(edge, near)))
        shared = float(shapely.area(shapely.intersection(own, shape)))
        is_corner = border <= 4 * within_m
        share = min(border / whole, 1.0)
        result.append(Neighbour(code, name, border, share, shared, is_corner))
    return sorted(result, key=lambda each: (-each.border_m, each.code))
