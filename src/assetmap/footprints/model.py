"""A footprint: the ground that something covers, wholly or in part."""

import struct
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.errors import Invalid
from assetmap.footprints.inputs import Input
from assetmap.footprints.points import points_in

Numbers = NDArray[np.float64]
Shapes = NDArray[np.object_]

TOLERANCE = 1e-9
"""Memberships closer than this are the same."""

_AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class BadFootprint(Invalid):
    """What was given does not describe ground with a membership from 0 to 1."""

    title = "Bad footprint"


@dataclass(frozen=True)
class Footprint:
    """A membership from 0 to 1 over the ground, as a weighted sum of crisp shapes.

    The membership at a place is the sum of the weights of the shapes that hold it;
    an edge belongs to its shape. ``shapes`` are valid Polygons or MultiPolygons in one
    projected CRS in metres. ``inputs`` are the loads it was made from.

    Raises:
        BadFootprint: a shape is empty, invalid or not areal, or a weight not in (0, 1].
    """

    shapes: Shapes
    weights: Numbers
    kind: Literal["crisp", "graded"]
    label: str
    made_how: str = ""
    inputs: tuple[Input, ...] = ()

    def __post_init__(self) -> None:
        check_shapes(self.shapes, self.weights)
        if (self.weights > 1 + TOLERANCE).any():
            raise BadFootprint(f"{self.label}: a membership is more than 1.")
        if self.kind == "crisp" and (len(self.shapes) != 1 or self.weights[0] != 1):
            raise BadFootprint(f"{self.label}: a crisp footprint is one shape, wholly.")

    @cached_property
    def area_m2(self) -> float:
        """The area covered, each place by its membership."""
        return float(np.dot(self.weights, shapely.area(self.shapes)))

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the ground with any membership."""
        west, south, east, north = shapely.total_bounds(self.shapes).tolist()
        return west, south, east, north

    @cached_property
    def sha256(self) -> str:
        """Of the ground and its memberships: tells one footprint from another.

        The same wherever its rings begin, whichever way they turn, in whatever order
        its parts, holes and shapes come and however often a vertex is repeated.
        """
        weights = np.asarray(self.weights, "<f8").tolist()
        shapes = shapely.to_wkb(canonical(self.shapes), byte_order=1).tolist()
        told = sha256()
        for weight, shape in sorted(zip(weights, shapes, strict=True)):
            told.update(struct.pack("<d", weight))
            told.update(shape)
        return told.hexdigest()

    def membership_at(self, xs: Numbers, ys: Numbers) -> Numbers:
        """The membership at each point; on the edge of a shape counts as in it."""
        membership = np.zeros(len(xs))
        held = points_in(self.shapes, np.asarray(xs, float), np.asarray(ys, float))
        for weight, places in zip(self.weights, held, strict=True):
            membership[places] += weight
        return membership


def crisp(
    shape: Any,
    label: str,
    made_how: str = "",
    inputs: tuple[Input, ...] = (),
) -> Footprint:
    """The footprint of one shape: membership 1 inside and 0 outside."""
    return Footprint(as_shapes([shape]), np.ones(1), "crisp", label, made_how, inputs)


def graded(
    shapes: Any,
    weights: Any,
    label: str,
    made_how: str = "",
    inputs: tuple[Input, ...] = (),
) -> Footprint:
    """The footprint whose membership is the summed weight of the shapes at a place."""
    found, weighed = as_shapes(shapes), np.array(weights, dtype=float)
    return Footprint(found, weighed, "graded", label, made_how, inputs)


def canonical(shapes: Shapes) -> Shapes:
    """The same ground, each shape a MultiPolygon written in the one way there is.

    Coordinates stay as they are to the last bit, and so do vertices on a straight edge.
    """
    without = shapely.remove_repeated_points(shapes)
    several = as_shapes(
        each if each.geom_type == "MultiPolygon" else shapely.multipolygons([each])
        for each in without
    )
    found: Shapes = shapely.normalize(several)
    return found


def as_shapes(shapes: Any) -> Shapes:
    """Shapes as an array of objects, whatever sequence they came in."""
    listed = list(shapes)
    result = np.empty(len(listed), dtype=object)
    result[:] = listed
    return result


def check_shapes(shapes: Shapes, weights: Numbers) -> None:
    """Let pass only valid areal shapes, each with a weight above 0.

    Raises:
        BadFootprint: one is not; the message counts from 1.
    """
    if len(shapes) == 0:
        raise BadFootprint("There is no shape.")
    if len(shapes) != len(weights):
        raise BadFootprint(f"{len(shapes)} shapes have {len(weights)} weights.")
    faults = (
        (~np.isin(shapely.get_type_id(shapes), _AREAL), "is not a polygon"),
        (shapely.is_empty(shapes), "is empty"),
        (~shapely.is_valid(shapes), "is not valid"),
        (~(np.isfinite(weights) & (weights > 0)), "has a weight that is not above 0"),
    )
    for wrong, reason in faults:
        if wrong.any():
            place = int(np.flatnonzero(wrong)[0]) + 1
            raise BadFootprint(f"Shape {place} of {len(shapes)} {reason}.", shape=place)
