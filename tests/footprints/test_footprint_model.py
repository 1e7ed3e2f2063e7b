import numpy as np
import pytest
import shapely

from assetmap.footprints.inputs import Input
from assetmap.footprints.model import BadFootprint, Footprint, crisp, graded

SQUARE = shapely.box(0, 0, 100, 100)
EAST = shapely.box(50, 0, 150, 100)
NOWHERE = shapely.transform(
    SQUARE, lambda points: np.where(points[:, 1:] == 100, np.nan, points)
)


def test_a_crisp_footprint_holds_its_edge_and_nothing_beyond():
    inside = crisp(SQUARE, "square").membership_at(
        np.array([50.0, 100.0, 100.1, -5.0]), np.array([50.0, 50.0, 50.0, -5.0])
    )

    assert inside.tolist() == [1, 1, 0, 0]


def test_a_graded_membership_is_the_summed_weight_of_the_shapes_there():
    footprint = graded([SQUARE, EAST], [0.25, 0.5], "both", inputs=(Input("lsoa", 3),))

    found = footprint.membership_at([25, 75, 125], [10, 10, 10])

    assert found.tolist() == [0.25, 0.75, 0.5]
    assert footprint.area_m2 == 7500
    assert footprint.bounds == (0, 0, 150, 100)
    assert footprint.inputs == (Input("lsoa", 3),)


def test_no_points_have_no_memberships():
    assert len(crisp(SQUARE, "square").membership_at(np.empty(0), np.empty(0))) == 0


@pytest.mark.parametrize(
    ("shapes", "weights", "reason"),
    [
        ([], [], "no shape"),
        ([SQUARE], [1, 1], "have 2 weights"),
        ([None], [1], "not a polygon"),
        ([shapely.Point(1, 1)], [1], "not a polygon"),
        ([SQUARE, shapely.Polygon()], [1, 1], "2 of 2 is empty"),
        ([shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])], [1], "not valid"),
        ([NOWHERE], [1], "not valid"),
        ([SQUARE], [0], "not above 0"),
        ([SQUARE], [np.nan], "not above 0"),
        ([SQUARE], [1.1], "more than 1"),
    ],
)
def test_what_describes_no_ground_is_refused(shapes, weights, reason):
    with pytest.raises(BadFootprint, match=reason):
        graded(shapes, weights, "bad")


def test_a_crisp_footprint_is_one_shape():
    two = np.array([SQUARE, EAST], dtype=object)

    with pytest.raises(BadFootprint, match="one shape"):
        Footprint(two, np.ones(2), "crisp", "two")
