"""The footprint that two footprints share: each place by the lesser membership."""

import numpy as np
import shapely

from assetmap.footprints.consensus.faces import faces_of, held_by
from assetmap.footprints.model import Footprint, Numbers, Shapes
from assetmap.sources.spatial.shapes import as_multipolygons

MOST_SHAPES = 200
"""Faces grow with the square of the shapes: above this two graded footprints would
take minutes (Methods 5)."""


def is_definable(a: Footprint, b: Footprint) -> bool:
    """Whether the ground that two footprints share can be told place by place."""
    one_is_crisp = "crisp" in {a.kind, b.kind}
    return one_is_crisp or len(a.shapes) + len(b.shapes) <= MOST_SHAPES


def shared_ground(a: Footprint, b: Footprint) -> Footprint | None:
    """The footprint with membership min(a, b) everywhere; None if they share none.

    Where one is crisp that is the other's shapes cut by it; where both are graded, the
    faces that all their edges make.
    """
    if b.kind == "graded" and a.kind == "crisp":
        a, b = b, a
    if b.kind == "crisp":
        cut = shapely.intersection(a.shapes, b.shapes[0])
        return _with_ground(as_multipolygons(cut), a.weights)
    return _with_ground(*_faces(a, b))


def _faces(a: Footprint, b: Footprint) -> tuple[Shapes, Numbers]:
    """The pieces of ground that no edge crosses, with the lesser membership of each."""
    shapes = np.concatenate([a.shapes, b.shapes])
    faces = faces_of(shapes)
    least = np.zeros(len(faces))
    for block, held in held_by(shapes, faces):
        in_a = held[:, : len(a.shapes)] @ a.weights
        in_b = held[:, len(a.shapes) :] @ b.weights
        least[block] = np.minimum(in_a, in_b)
    return faces, least


def _with_ground(shapes: Shapes, weights: Numbers) -> Footprint | None:
    kept = (shapely.area(shapes) > 0) & (weights > 0)
    if not kept.any():
        return None
    least = np.minimum(weights[kept], 1.0)
    return Footprint(shapes[kept], least, "graded", "both")
