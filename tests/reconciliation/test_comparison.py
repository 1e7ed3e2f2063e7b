"""Two footprints compared, against numbers done by hand."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from assetmap.footprints.model import crisp, graded
from assetmap.reconciliation.comparison import shared_ground as ground
from assetmap.reconciliation.comparison.parts import PointsInBoth, compare, ground_of
from tests.reconciliation.test_assets_in import assets
from tests.reconciliation.towns import NO_ASSETS

LEFT, RIGHT = shapely.box(0, 0, 100, 100), shapely.box(60, 0, 200, 100)
A, B = crisp(LEFT, "left"), crisp(RIGHT, "right")
STRIPS = [shapely.box(x, 0, x + 3, 1) for x in range(3)]
NOBODY = PointsInBoth(np.empty(0), np.empty(0), np.empty(0))


def points(a, b, *places, weights=None):
    xs, ys = np.array(places, dtype=float).reshape(-1, 2).T
    weighed = np.ones(len(xs)) if weights is None else np.array(weights, float)
    return PointsInBoth(weighed, a.membership_at(xs, ys), b.membership_at(xs, ys))


def consensus_of(shapes, label="strips"):
    return graded(shapes, np.full(len(shapes), 1 / len(shapes)), label)


def parts(amounts):
    return amounts.only_a, amounts.both, amounts.only_b


def test_ground_is_parted_into_only_a_both_and_only_b():
    found = compare(A, B, NOBODY, NO_ASSETS)
    assert parts(found.area) == pytest.approx((6_000, 4_000, 10_000))
    assert [each.area for each in found.shapes] == pytest.approx([6_000, 4_000, 10_000])
    assert found.area.agreement == pytest.approx(0.2)
    assert found.area.share_of_a == pytest.approx(0.4)
    assert found.area.share_of_b == pytest.approx(4 / 14)


def test_people_are_parted_by_where_they_live():
    people = points(
        A, B, (50, 50), (80, 50), (150, 50), (250, 50), weights=[1, 2, 3, 4]
    )
    found = compare(A, B, people, NO_ASSETS)
    assert parts(found.people) == (1, 2, 3)
    assert found.people.agreement == pytest.approx(2 / 6)


def test_assets_are_parted_points_whole_and_areas_by_their_ground():
    sent = assets(hall=shapely.Point(10, 10), park=shapely.box(50, 0, 110, 10))
    found = compare(A, B, NOBODY, sent)
    # The park: 10 m only left, 40 m in both, 10 m only right.
    assert parts(found.assets) == pytest.approx((1 + 1 / 6, 4 / 6, 1 / 6))


def test_a_footprint_agrees_wholly_with_itself():
    for each in (A, consensus_of(STRIPS)):
        people = points(each, each, (1.5, 0.5), (2.5, 0.5))
        found = compare(each, each, people, assets(hall=shapely.Point(2.5, 0.5)))
        for amounts in (found.area, found.people, found.assets):
            assert (amounts.only_a, amounts.only_b, amounts.agreement) == (0, 0, 1)
        assert (found.hausdorff_m, found.centroid_distance_m) == (0, 0)


def test_rounding_is_no_ground_of_its_own():
    apart = crisp(shapely.box(0, 0, 100, 100 + 1e-11), "less than a part in 10¹²")
    found = compare(
        crisp(shapely.box(0, 0, 100, 100), "square"), apart, NOBODY, NO_ASSETS
    )
    assert (found.area.only_a, found.area.only_b, found.area.agreement) == (0, 0, 1)


def test_footprints_apart_share_nothing_and_say_how_far_apart_they_are():
    far = crisp(shapely.box(300, 0, 400, 100), "far")
    found = compare(A, far, NOBODY, NO_ASSETS)
    assert parts(found.area) == (10_000, 0, 10_000)
    assert found.area.agreement == 0
    assert found.shapes[1].is_empty
    assert (found.hausdorff_m, found.centroid_distance_m) == (300, 300)


def test_a_shared_edge_is_no_shared_ground():
    beside = crisp(shapely.box(100, 0, 200, 100), "beside")
    found = compare(A, beside, NOBODY, NO_ASSETS)
    assert found.area.both == 0
    assert found.shapes[1].is_empty


def test_what_is_not_defined_is_none_and_says_why():
    found = compare(A, B, NOBODY, NO_ASSETS)
    assert found.people.agreement is None
    assert found.people.share_of_a is None
    assert found.undefined == {
        "people": "nobody is in either",
        "assets": "no asset is in either",
    }


def test_a_graded_footprint_counts_each_place_by_its_membership():
    """p is ⅓, ⅔, 1, ⅔, ⅓; the other holds [2, 5]: 1 + ⅔ + ⅓ are in both."""
    a, b = consensus_of(STRIPS), crisp(shapely.box(2, 0, 5, 1), "b")
    found = compare(a, b, points(a, b, (0.5, 0.5), (3.5, 0.5)), NO_ASSETS)
    assert parts(found.area) == pytest.approx((1, 2, 1))
    assert found.area.agreement == pytest.approx(2 / 4)
    assert parts(found.people) == pytest.approx((1 / 3, 2 / 3, 1 / 3))
    swapped = compare(b, a, NOBODY, NO_ASSETS)
    assert parts(swapped.area) == pytest.approx((1, 2, 1))


def test_two_graded_footprints_agree_by_ruzicka():
    """⅓, ⅔, 1, ⅔, ⅓, 0 and the same moved by one: Σmin 2, Σmax 4."""
    a = consensus_of(STRIPS)
    b = consensus_of([shapely.box(x + 1, 0, x + 4, 1) for x in range(3)])
    middles = [(x + 0.5, 0.5) for x in range(6)]
    found = compare(a, b, points(a, b, *middles), NO_ASSETS)
    assert found.area.agreement == pytest.approx(2 / 4)
    assert found.people.agreement == pytest.approx(2 / 4)


def test_a_graded_footprint_is_shown_cut_at_a_half():
    assert ground_of(consensus_of(STRIPS)).bounds == (1, 0, 4, 1)
    assert ground_of(A) is A.shapes[0]


def test_areas_of_two_large_graded_footprints_are_not_told(monkeypatch):
    monkeypatch.setattr(ground, "MOST_SHAPES", 5)
    strips, more = consensus_of(STRIPS), consensus_of([*STRIPS, STRIPS[0]])
    found = compare(strips, more, NOBODY, assets(hall=shapely.Point(2.5, 0.5)))
    assert found.area is None
    assert "more shapes" in found.undefined["area"]
    assert found.assets.both == pytest.approx(1)


def test_distances_are_measured_on_what_is_shown():
    shown = (shapely.box(0, 0, 100, 100), shapely.box(25, 0, 125, 100))
    found = compare(A, B, NOBODY, NO_ASSETS, shown)
    assert found.hausdorff_m == pytest.approx(25)
    assert parts(found.area) == pytest.approx((6_000, 4_000, 10_000))


def test_without_ground_to_show_there_are_no_distances():
    found = compare(A, B, NOBODY, NO_ASSETS, (shapely.MultiPolygon(), RIGHT))
    assert found.hausdorff_m is None
    assert "distances" in found.undefined


rectangles = st.tuples(
    st.integers(0, 50), st.integers(0, 50), st.integers(1, 50), st.integers(1, 50)
).map(lambda at: shapely.box(at[0], at[1], at[0] + at[2], at[1] + at[3]))
several = st.lists(rectangles, min_size=1, max_size=4).map(consensus_of)


@given(several, several, st.integers(-1000, 1000))
def test_parts_add_up_swap_with_the_sides_and_move_with_the_ground(a, b, by):
    found = compare(a, b, NOBODY, NO_ASSETS).area
    assert found.a == pytest.approx(a.area_m2)
    assert found.b == pytest.approx(b.area_m2)
    swapped = compare(b, a, NOBODY, NO_ASSETS).area
    assert parts(swapped) == pytest.approx(parts(found)[::-1], abs=1e-9)
    assert 0 <= found.agreement <= 1
    moved = [
        graded(
            [shapely.transform(s, lambda p: p + by) for s in each.shapes],
            each.weights,
            "m",
        )
        for each in (a, b)
    ]
    again = compare(*moved, NOBODY, NO_ASSETS).area
    assert parts(again) == pytest.approx(parts(found), abs=1e-6)


def test_a_graded_footprint_is_itself_to_the_last_digit():
    boxes = [
        shapely.box(
            0.9504636963259353,
            0.14415961271963373,
            1.8991131434631792,
            0.4559910647301192,
        ),
        shapely.box(
            0.42332644897257565,
            0.8277025938204418,
            0.8325255853417369,
            1.3772962814935013,
        ),
        shapely.box(
            0.027559113243068367,
            0.7535131086748066,
            0.5657024264623466,
            1.0832448251738986,
        ),
    ]
    both = [graded(boxes, np.full(3, 1 / 3), "drawn") for _ in range(2)]
    found = compare(*both, NOBODY, NO_ASSETS)
    assert (found.area.only_a, found.area.only_b, found.area.agreement) == (0, 0, 1)
