"""Two footprints compared: what only one covers, what both do, how far they agree.

Pure: shapes and arrays in, numbers and shapes out; any projected CRS in metres. Every
place counts by its membership: to both by the lesser of the two, to one alone by what
is left. So ``only_a + both`` is all of a, and both over all three is Jaccard's measure
for crisp footprints and Ruzicka's, Σmin / Σmax, for graded ones (Methods 2 and 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.assets.model import AssetsInBox
from assetmap.footprints.consensus.faces import faces_of, held_by
from assetmap.footprints.model import TOLERANCE, Footprint
from assetmap.reconciliation import by_assets
from assetmap.reconciliation.comparison.outlines import centroid_distance_m, hausdorff_m
from assetmap.reconciliation.comparison.shared_ground import is_definable, shared_ground
from assetmap.reconciliation.model import Floats
from assetmap.sources.spatial.shapes import as_multipolygon

CUT_AT = 0.5
"""The membership from which a graded footprint is shown as ground."""

NOISE = 1e-12
"""What is left of a whole, as its share, that is rounding of sums: nothing."""

PARTS = ("only_a", "both", "only_b")


@dataclass(frozen=True)
class PointsInBoth:
    """People (or postcodes) at points, and the membership of each point in a and b."""

    weights: Floats
    in_a: Floats
    in_b: Floats


@dataclass(frozen=True)
class Amounts:
    """How much of one measure each part holds."""

    only_a: float
    both: float
    only_b: float

    @property
    def a(self) -> float:
        """All of a."""
        return self.only_a + self.both

    @property
    def b(self) -> float:
        """All of b."""
        return self.only_b + self.both

    @property
    def union(self) -> float:
        """All that is in a or b."""
        return self.only_a + self.both + self.only_b

    @property
    def share_of_a(self) -> float | None:
        """The share of a that b holds too; None if there is nothing of a."""
        return self.both / self.a if self.a > 0 else None

    @property
    def share_of_b(self) -> float | None:
        """The share of b that a holds too; None if there is nothing of b."""
        return self.both / self.b if self.b > 0 else None

    @property
    def agreement(self) -> float | None:
        """Both over all three, 0 to 1; None if there is nothing in either."""
        return self.both / self.union if self.union > 0 else None


@dataclass(frozen=True)
class Comparison:
    """Two footprints by every measure.

    ``shapes`` are the ground of ``PARTS``, in that order, each perhaps empty. What
    cannot be told is None and ``undefined`` says why, by its name.
    """

    shapes: tuple[Any, Any, Any]
    area: Amounts | None
    people: Amounts
    assets: Amounts
    hausdorff_m: float | None
    centroid_distance_m: float | None
    undefined: Mapping[str, str]


def compare(
    a: Footprint,
    b: Footprint,
    points: PointsInBoth,
    assets: AssetsInBox,
    shown: tuple[Any, Any] | None = None,
) -> Comparison:
    """Two footprints compared by area, by people and by assets.

    Args:
        a: one footprint.
        b: the other, in the same CRS.
        points: where people live, near both.
        assets: the assets near both, shapes in the same CRS.
        shown: the ground to show for each, where that is not the footprint's own;
            distances are measured on it. Absent: a graded footprint is cut at 0.5.
    """
    ground = (ground_of(a), ground_of(b)) if shown is None else shown
    is_same = a.sha256 == b.sha256
    is_known = is_same or is_definable(a, b)
    common = a if is_same else shared_ground(a, b) if is_known else None
    area = _area(a, b, common) if is_known else None
    people = _people(points)
    held = _assets(a, b, common, assets, is_known=is_known)
    has_ground = not any(shapely.is_empty(each) for each in ground)
    return Comparison(
        _shapes(*ground),
        area,
        people,
        held,
        hausdorff_m(*ground) if has_ground else None,
        centroid_distance_m(*ground) if has_ground else None,
        _undefined(area, people, held, has_ground),
    )


def ground_of(footprint: Footprint) -> Any:
    """The ground of a footprint: its shape, or where its membership is at least 0.5."""
    if footprint.kind == "crisp":
        return footprint.shapes[0]
    faces = faces_of(footprint.shapes)
    inside = np.zeros(len(faces), dtype=bool)
    for block, held in held_by(footprint.shapes, faces):
        inside[block] = held @ footprint.weights >= CUT_AT - TOLERANCE
    return as_multipolygon(shapely.coverage_union_all(faces[inside]))


def _shapes(a: Any, b: Any) -> tuple[Any, Any, Any]:
    return (
        as_multipolygon(shapely.difference(a, b)),
        as_multipolygon(shapely.intersection(a, b)),
        as_multipolygon(shapely.difference(b, a)),
    )


def _area(a: Footprint, b: Footprint, common: Footprint | None) -> Amounts:
    return _parted(a.area_m2, b.area_m2, common.area_m2 if common else 0.0)


def _parted(a: float, b: float, both: float) -> Amounts:
    """Amounts of the parts; rounding makes none of them less than nothing, or more."""
    both = min(both, a, b)
    return Amounts(_left(a, both), both, _left(b, both))


def _left(whole: float, both: float) -> float:
    """What is left of a whole; nothing where it is rounding alone."""
    left = whole - both
    return left if left > NOISE * whole else 0.0


def _people(points: PointsInBoth) -> Amounts:
    least = np.minimum(points.in_a, points.in_b)
    return _parted(
        float(points.weights @ points.in_a),
        float(points.weights @ points.in_b),
        float(points.weights @ least),
    )


def _assets(
    a: Footprint,
    b: Footprint,
    common: Footprint | None,
    assets: AssetsInBox,
    *,
    is_known: bool,
) -> Amounts:
    """Points by the lesser membership where they stand, lines and areas by ground."""
    in_a, in_b = by_assets.held_by(a, assets), by_assets.held_by(b, assets)
    both = np.minimum(in_a, in_b)
    if is_known:
        is_point = shapely.get_dimensions(assets.shapes) == 0
        none = np.zeros(len(both))
        of_ground = by_assets.held_by(common, assets) if common else none
        both = np.where(is_point, both, np.minimum(both, of_ground))
    return _parted(float(in_a.sum()), float(in_b.sum()), float(both.sum()))


def _undefined(
    area: Amounts | None, people: Amounts, assets: Amounts, has_ground: bool
) -> dict[str, str]:
    """Why something is not told, by the name of the measure or distance."""
    said = {}
    if area is None:
        said["area"] = "both are graded, and made of more shapes than are cut up"
    if people.agreement is None:
        said["people"] = "nobody is in either"
    if assets.agreement is None:
        said["assets"] = "no asset is in either"
    if not has_ground:
        said["distances"] = "one of the two has no ground to show"
    return said
