"""Which boundary each point gets: edges, overlaps, coasts, on squares."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.footprints.coding import Coder, SetParts, members_of, spread, totals

SQUARES = [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)]
STRIPS = [shapely.box(x, 0, x + 300, 100) for x in (0, 100, 200)]


def parts(shapes, countries=None, is_single=True, snap_m=0.0):
    listed = np.empty(len(shapes), dtype=object)
    listed[:] = shapes
    initials = [b"-", *(countries or [b"E"] * len(shapes))]
    ordinals = np.arange(1, len(shapes) + 1)
    return SetParts(ordinals, listed, np.array(initials, "S1"), is_single, snap_m)


def cells(found_parts, *places, country=b"E"):
    coder = Coder(found_parts)
    return coder, cells_at(coder, *places, country=country)


def cells_at(coder, *places, country=b"E"):
    xs, ys = np.array(places, dtype=float).T.copy()
    return coder.cells(xs, ys, np.array([country] * len(places), "S1")).tolist()


def test_a_point_gets_its_boundary_and_one_outside_gets_none():
    assert cells(parts(SQUARES), (50, 50), (150, 50), (250, 50))[1] == [1, 2, 0]


def test_on_a_shared_edge_the_lowest_code_wins():
    assert cells(parts(SQUARES), (100, 50))[1] == [1]
    assert cells(parts(SQUARES[::-1]), (100, 50))[1] == [1]


def test_where_boundaries_overlap_a_point_gets_their_combination():
    coder, found = cells(
        parts(STRIPS, is_single=False), (50, 50), (150, 50), (250, 50), (450, 50)
    )
    held = [
        members_of(each, 3, {v: k for k, v in coder.combinations.items()})
        for each in found
    ]
    assert held == [(1,), (1, 2), (1, 2, 3), (3,)]


def test_a_combination_met_again_keeps_its_number():
    coder, first = cells(parts(STRIPS, is_single=False), (150, 50), (151, 50))
    assert {*first, *cells_at(coder, (152, 50))} == {4}


def test_known_combinations_keep_their_numbers():
    coder = Coder(parts(STRIPS, is_single=False), {4: (2, 3)})
    assert cells_at(coder, (150, 50), (350, 50)) == [5, 4]


def test_a_point_just_off_the_coast_goes_to_the_nearest_boundary():
    near = parts(SQUARES, snap_m=20)
    assert cells(near, (215, 50), (-15, 50), (50, 115))[1] == [2, 1, 1]


def test_a_point_further_off_than_the_distance_stays_outside():
    assert cells(parts(SQUARES, snap_m=20), (225, 50))[1] == [0]


def test_without_a_distance_nothing_is_snapped():
    assert cells(parts(SQUARES), (200.001, 50))[1] == [0]


def test_a_point_is_never_snapped_across_the_border_of_its_country():
    border = parts(SQUARES, countries=[b"E", b"W"], snap_m=20)
    assert cells(border, (215, 50), country=b"W")[1] == [2]
    assert cells(border, (215, 50), country=b"E")[1] == [0]


def test_a_code_that_tells_no_country_takes_every_point():
    assert cells(parts(SQUARES, countries=[b"E", b"*"], snap_m=20), (215, 50))[1] == [2]


def test_a_point_of_no_known_country_is_not_snapped():
    assert cells(parts(SQUARES, snap_m=20), (215, 50), country=b"?")[1] == [0]


def test_of_two_boundaries_as_near_the_lowest_code_takes_the_point():
    apart = [shapely.box(0, 0, 90, 100), shapely.box(110, 0, 200, 100)]
    assert cells(parts(apart, snap_m=20), (100, 50))[1] == [1]


def test_totals_count_a_shared_point_whole_in_each_boundary():
    found = totals(np.array([0, 1, 3, 3]), np.array([5.0, 1, 2, 4]), 2, {3: (1, 2)})
    assert found.tolist() == [5.0, 7.0, 6.0]


def test_a_block_is_spread_over_its_voting_points_only():
    weights = spread(
        np.array([1, 1, 1, 0], np.int32),
        np.array([1, 0, 1, 1], np.uint8),
        np.array([0.0, 30.0]),
    )
    assert weights[:3].tolist() == [15, 0, 15]
    assert np.isnan(weights[3])


@given(st.permutations(list(range(30))))
@settings(max_examples=30, deadline=None)
def test_the_order_of_points_decides_nothing(order):
    places = [((each * 37) % 600, 50) for each in range(30)]
    coder, found = cells(parts(STRIPS, is_single=False), *places)
    names = {v: k for k, v in coder.combinations.items()}
    mixed_coder, mixed = cells(
        parts(STRIPS, is_single=False), *(places[each] for each in order)
    )
    mixed_names = {v: k for k, v in mixed_coder.combinations.items()}
    held = [members_of(found[each], 3, names) for each in order]
    assert [members_of(each, 3, mixed_names) for each in mixed] == held


@pytest.mark.parametrize("cell", [0, 1, 2])
def test_a_plain_cell_stands_for_itself(cell):
    assert members_of(cell, 2, {}) == ((cell,) if cell else ())


def test_a_point_left_out_goes_to_its_own_country_though_another_is_nearer():
    found = parts(SQUARES, countries=[b"W", b"E"], snap_m=150)
    assert cells(found, (-10, 50), country=b"W")[1] == [1]
    assert cells(found, (90, 150), country=b"E")[1] == [2]


def test_a_model_is_not_stretched_over_its_rim_but_over_the_coast():
    land = shapely.STRtree([shapely.box(0, 0, 400, 100)])
    rim = replace(parts(SQUARES, countries=[b"*", b"*"], snap_m=50), land=land)
    assert cells(rim, (220, 50), (150, 120))[1] == [0, 2]
