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


def ring(start, turned):
    """The corners of a square from one of them, closed, one way round or the other."""
    corners = [(0, 0), (100, 0), (100, 100), (0, 100)]
    found = corners[start:] + corners[:start]
    found = found[::-1] if turned else found
    return [*found, found[0]]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("start", range(4))
def test_a_footprint_is_known_however_its_ring_is_written(start, turned):
    first = crisp(shapely.Polygon(ring(0, False)), "a")
    same = shapely.Polygon(ring(start, turned))
    assert crisp(same, "b").sha256 == first.sha256
    assert crisp(shapely.MultiPolygon([same]), "c").sha256 == first.sha256
    twice = [each for each in ring(start, turned) for _ in range(2)]
    assert crisp(shapely.Polygon(twice), "d").sha256 == first.sha256


def test_parts_holes_and_shapes_are_known_in_any_order():
    one, other = shapely.box(0, 0, 90, 90), shapely.box(200, 0, 290, 90)
    holes = [shapely.box(x, 10, x + 9, 20).exterior.coords for x in (10, 30, 50)]
    holed = [shapely.Polygon(one.exterior, each) for each in (holes, holes[::-1])]
    both = [
        shapely.MultiPolygon(each) for each in ([holed[0], other], [other, holed[1]])
    ]
    assert crisp(both[0], "a").sha256 == crisp(both[1], "b").sha256
    shares = [
        graded(*each, "c")
        for each in (
            ([one, other], [0.25, 0.5]),
            ([other, one], [0.5, 0.25]),
            ([one, other], [0.5, 0.25]),
        )
    ]
    assert shares[0].sha256 == shares[1].sha256 != shares[2].sha256


def test_other_ground_is_another_footprint():
    square = shapely.box(0, 0, 100, 100)
    nearly = shapely.box(0, 0, 100, 100.0001)
    holed = square.difference(shapely.box(10, 10, 20, 20))
    found = {crisp(each, "a").sha256 for each in (square, nearly, holed)}
    assert len(found) == 3
    assert graded([square], [0.5], "a").sha256 not in found
