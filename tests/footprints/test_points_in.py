"""Points are found in shapes alike, whether the shapes are few or many."""

import numpy as np
import pytest
import shapely

from assetmap.footprints.points import FEW, points_in

RANDOM = np.random.default_rng(7)
XS, YS = RANDOM.uniform(0, 100, (2, 500)).round()
DISCS = [shapely.Point(x, 50).buffer(15) for x in (10, 30, 50, 70, 85, 90)]


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, len(DISCS)])
def test_each_shape_has_the_points_that_it_covers(count: int) -> None:
    shapes = np.array(DISCS[:count], dtype=object)

    found = [sorted(each.tolist()) for each in points_in(shapes, XS, YS)]

    points = shapely.points(XS, YS)
    covered = [np.flatnonzero(shapely.covers(each, points)) for each in shapes]
    assert found == [each.tolist() for each in covered]
    assert all(found)


@pytest.mark.parametrize("count", [1, FEW + 1])
def test_a_point_on_the_edge_of_the_box_counts(count: int) -> None:
    shapes = np.array([shapely.box(0, 0, 10, 10)] * count, dtype=object)
    xs, ys = np.array([0.0, 10, 10, 11]), np.array([0.0, 10, 5, 5])

    for held in points_in(shapes, xs, ys):
        assert sorted(held.tolist()) == [0, 1, 2]


@pytest.mark.parametrize("count", [1, FEW + 1])
def test_no_points_are_in_no_shape(count: int) -> None:
    shapes = np.array([shapely.box(0, 0, 10, 10)] * count, dtype=object)

    assert [len(each) for each in points_in(shapes, np.empty(0), np.empty(0))] == (
        [0] * count
    )
