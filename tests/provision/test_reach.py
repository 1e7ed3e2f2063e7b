"""Reach and gradient by hand, and against going through every pair (Methods 8, 11)."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from assetmap.provision.gradient import gradient, ridit
from assetmap.provision.reach import in_category, reach_of, within_reach

near_zero = st.integers(0, 20)
spots = st.lists(st.tuples(near_zero, near_zero), max_size=12)


def points(pairs):
    return np.array([shapely.Point(*each) for each in pairs], dtype=object)


@given(spots, spots, st.lists(st.tuples(near_zero, near_zero), max_size=3), near_zero)
def test_in_reach_is_what_going_through_every_pair_says(people, assets, parks, far):
    boxes = [shapely.box(x, y, x + 3, y + 2) for x, y in parks]
    places = np.array([*points(assets), *boxes], dtype=object)
    expected = [
        any(shapely.distance(place, each) <= far for each in places)
        for place in points(people)
    ]
    assert within_reach(points(people), places, far).tolist() == expected


def test_people_within_and_beyond_are_all_people():
    found = reach_of("c", 1.5, np.array([3.0, 0.5, 2.0]), np.array([True, False, True]))
    assert (found.within, found.beyond) == (5, 0.5)


def test_a_category_holds_those_beneath_it():
    parents = {"a": None, "a.b": "a", "c.d": "c"}
    assert in_category(["a", "a.b", "c.d"], "a", parents).tolist() == [1, 1, 0]
    assert in_category([], "a", parents).tolist() == []


@pytest.mark.parametrize(
    ("having", "index"), [([17, 28, 41, 58, 75], 0.266667), ([4, 0, 0, 0], -0.75)]
)
def test_the_concentration_index_is_that_of_the_methods(having, index):
    values = np.array(having, float)
    found = gradient(values, np.ones(len(values)), np.arange(len(values)))
    assert found.concentration_index == pytest.approx(index, abs=1e-6)


def test_a_straight_rise_is_its_own_slope():
    order = np.arange(10)
    people = np.ones(10)
    found = gradient(0.2 + 0.5 * ridit(people, order), people, order)
    assert found.slope_index == pytest.approx(0.5)


def test_splitting_a_place_changes_nothing():
    one = gradient(
        np.array([1.0, 0.0, 1.0]), np.array([6.0, 3, 1]), np.array([1, 2, 9])
    )
    two = gradient(
        np.array([1.0, 1.0, 0.0, 1.0]), np.array([2.0, 4, 3, 1]), np.array([1, 1, 2, 9])
    )
    assert two.slope_index == pytest.approx(one.slope_index)
    assert two.concentration_index == pytest.approx(one.concentration_index)


def test_where_there_is_nothing_to_compare_there_is_no_number():
    alike = gradient(np.ones(2), np.ones(2), np.array([5, 5]))
    assert (alike.slope_index, alike.concentration_index) == (None, 0)
    nothing = gradient(np.zeros(2), np.ones(2), np.array([1, 2]))
    assert (nothing.slope_index, nothing.concentration_index) == (0, None)
    assert gradient(np.ones(2), np.zeros(2), np.array([1, 2])) is None
    assert gradient(np.empty(0), np.empty(0), np.empty(0, int)) is None
