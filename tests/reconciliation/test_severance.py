"""Severance by hand, and against the disc whose answer is known (Methods 7 and 11)."""

import math
import tracemalloc

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from assetmap.assets.model import AssetsInBox
from assetmap.reconciliation.severance.assets import (
    Demand,
    kernel,
    parted,
    severance,
    zones_of,
)
from assetmap.reconciliation.severance.demand import Uses, uses_of
from assetmap.reconciliation.severance.sets import Sided, own_sides, part_by
from tests.reconciliation.towns import listed, target


def on_grid(cut):
    """A disc of radius 1 on a fine grid, cut at x = cut: the share cut off."""
    across = (np.arange(2_000) + 0.5) / 1_000 - 1
    xs, ys = np.meshgrid(across, across)
    inside = xs**2 + ys**2 <= 1
    zones = np.where(xs[inside] > cut, 2, 1)
    return severance([np.ones(inside.sum())], zones)[0]


@pytest.mark.parametrize(("cut", "expected"), [(0, 0.5), (0.5, 0.195501)])
def test_a_disc_cut_by_a_line_is_severed_as_the_formula_says(cut, expected):
    assert (math.acos(cut) - cut * math.sqrt(1 - cut**2)) / math.pi == pytest.approx(
        expected, abs=1e-6
    )
    assert on_grid(cut) == pytest.approx(expected, abs=2e-5)


def test_severance_is_the_share_on_other_sides_than_most():
    demand = [[3, 1, 0], [1, 1, 2], [0, 0, 0]]
    found = severance(np.array(demand, float), np.array([1, 2, 2]))
    assert found[:2].tolist() == [0.25, 0.25]
    assert np.isnan(found[2])


def test_outside_every_boundary_is_a_side_of_its_own():
    assert severance([np.array([1.0, 3.0])], np.array([1, 0])).tolist() == [0.25]
    assert severance([np.array([1.0, 3.0])], np.array([0, 0])).tolist() == [0]


def test_where_boundaries_overlap_a_place_is_on_both_sides():
    """Place 2 is in both: most is on side 1 with 3 of 4."""
    zones = zones_of(np.array([1, 3, 2]), {3: (1, 2)})
    found, away = parted(Demand(np.arange(3), np.array([2.0, 1.0, 1.0])), zones, {2})
    assert (found.side, found.severance) == (1, 0.25)
    assert found.wrong_side == 0.5
    assert away.tolist() == [False, False, True]


def test_where_two_sides_have_equally_much_the_lower_has_most():
    zones = zones_of(np.array([2, 1, 0]), {})
    found, _ = parted(Demand(np.arange(3), np.ones(3)), zones, {1})
    assert found.side == 1


def test_an_asset_on_no_side_is_wrong_for_all_who_are_on_one():
    zones = zones_of(np.array([1, 1, 0]), {})
    found, _ = parted(Demand(np.arange(3), np.ones(3)), zones, ())
    assert found.wrong_side == pytest.approx(2 / 3)


def test_what_parting_takes_grows_with_the_places_and_not_with_places_times_sides():
    """A row of houses, each in a boundary of its own: a table of both is 1.6 GB."""
    number = 40_000
    zones = zones_of(np.arange(1, number + 1, dtype=np.int32), {})
    near = Demand(np.array([5, 6, 7]), np.array([2.0, 1.0, 1.0]))
    tracemalloc.start()
    try:
        found, away = parted(near, zones, {6})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found.side, found.severance, found.wrong_side) == (6, 0.5, 0.5)
    assert away.tolist() == [False, True, True]
    assert sum(each.nbytes for each in vars(zones).values()) < 100 * number
    assert most < 100 * number


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=12),
    st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0]), min_size=12, max_size=12),
    st.sets(st.integers(0, 3)),
)
def test_parting_is_what_going_through_every_side_of_every_place_gives(
    cells, amounts, own
):
    members = {4: (1, 2), 5: (1, 3)}
    demand = np.array(amounts[: len(cells)])
    found = parted(
        Demand(np.arange(len(cells)), demand),
        zones_of(np.array(cells), members),
        own,
    )
    sides = [set(members.get(each, (each,))) for each in cells]
    used = {
        side: sum(d for d, on in zip(demand, sides, strict=True) if side in on)
        for side in sorted({each for on in sides for each in on}, key=lambda s: s or 9)
    }
    if demand.sum() == 0:
        assert found is None
        return
    most = max(used, key=used.get)
    away = [most not in on for on in sides]
    wrong = [not on & (own or {0}) for on in sides]
    told, is_away = found
    assert told.side == most
    assert is_away.tolist() == away
    assert told.severance == pytest.approx(demand[away].sum() / demand.sum())
    assert told.wrong_side == pytest.approx(demand[wrong].sum() / demand.sum())


def test_demand_falls_with_distance():
    found = kernel(np.array([0.0, 800.0, 1_600.0]))
    assert found == pytest.approx([1, math.exp(-0.5), math.exp(-2)])
    assert kernel(np.array([100.0]), 100.0) == pytest.approx(math.exp(-0.5))


def test_those_beyond_four_bandwidths_do_not_use_an_asset():
    hall = listed([shapely.Point(0, 0), shapely.box(0, 0, 100, 100)])
    xs, ys = np.array([0.0, 30.0, 41.0, 139.0]), np.zeros(4)
    hall_uses, park_uses = uses_of(hall, xs, ys, np.full(4, 2.0), 10.0)
    assert hall_uses.demand.places.tolist() == [0, 1]
    assert hall_uses.demand.amounts == pytest.approx([2, 2 * math.exp(-4.5)])
    assert park_uses.demand.places.tolist() == [0, 1, 2, 3]
    assert park_uses.use[:3].tolist() == [1, 1, 1]


def test_people_parted_counts_each_person_once_by_the_asset_they_use_most():
    """Two halls on side 1; the one person on side 2 uses them by 0.5 and 0.25."""
    zones = zones_of(np.array([1, 1, 2]), {})
    sided = Sided(zones, [frozenset({1})] * 2)
    people = np.array([5.0, 5.0, 4.0])
    uses = [
        used([1.0, 1.0, 0.5], people),
        used([1.0, 1.0, 0.25], people),
    ]
    [found], use = part_by([sided], uses, np.ones(2), people)
    # Those at the door use the better hall wholly, the person apart by half.
    assert (use.demand.tolist(), use.using) == ([12, 11], 12)
    assert found.people_parted == 2
    assert found.severance == pytest.approx((2 + 1) / 23)
    assert found.wrong_side == pytest.approx((2 + 1) / 23)


def used(use, people):
    spots = np.arange(len(people))
    return Uses(Demand(spots, people * np.array(use)), np.array(use))


def test_an_asset_that_is_half_held_counts_half():
    zones = zones_of(np.array([1, 2]), {})
    sided = Sided(zones, [frozenset({1})])
    people = np.array([3.0, 1.0])
    [found], use = part_by([sided], [used([1.0, 1.0], people)], np.array([0.5]), people)
    assert (use.demand.tolist(), use.using, found.people_parted) == ([2], 2, 0.5)
    assert found.severance == 0.25


def test_without_users_there_is_no_severance():
    zones = zones_of(np.array([1]), {})
    sided = Sided(zones, [frozenset({1})])
    [found], _ = part_by([sided], [used([0.0], np.ones(1))], np.ones(1), np.ones(1))
    assert (found.severance, found.wrong_side, found.assets) == (None, None, (None,))


def test_an_asset_is_on_the_side_that_holds_most_of_it():
    wards = target({"W": shapely.box(0, 0, 9, 9), "X": shapely.box(9, 0, 20, 9)})
    shapes = [shapely.Point(5, 5), shapely.box(5, 0, 15, 9), shapely.Point(30, 5)]
    sent = AssetsInBox(np.arange(3), listed("abc"), listed("ccc"), listed(shapes))
    assert own_sides(sent, wards) == [{1}, {2}, {0}]


demands = st.lists(st.integers(0, 9), min_size=4, max_size=4)


@given(
    demands,
    st.lists(st.integers(0, 3), min_size=4, max_size=4),
    st.permutations(range(4)),
)
def test_the_order_of_places_decides_nothing_and_joining_sides_parts_fewer(
    amounts, zones, order
):
    demand, sides = np.array([amounts], float), np.array(zones)
    found = severance(demand, sides)
    again = severance(demand[:, order], sides[list(order)])
    assert again == pytest.approx(found, nan_ok=True)
    joined = severance(demand, np.where(sides == 3, 2, sides))
    assert np.isnan(found[0]) or joined[0] <= found[0] + 1e-12
