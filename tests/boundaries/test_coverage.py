"""Overlaps and gaps of a set, on strips and squares that can be drawn."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.boundaries.quality.coverage import gaps, is_sliver, overlaps, quality
from assetmap.boundaries.quality.ground import ground_of


def shapes(*found):
    listed = np.empty(len(found), dtype=object)
    listed[:] = found
    return listed


# Strips [0, 3], [1, 4], [2, 5], height 1.
STRIPS = shapes(*(shapely.box(x, 0, x + 3, 1) for x in (0, 1, 2)))
GRID = shapes(*(shapely.box(x, y, x + 1, y + 1) for x in range(3) for y in range(3)))


def found(cells):
    result = {}
    for cell in cells:
        area = float(shapely.area(cell.shape))
        result[cell.members] = result.get(cell.members, 0.0) + area
    return result


def test_three_strips_share_a_middle_and_two_sides():
    assert found(overlaps(STRIPS)) == pytest.approx(
        {(0, 1): 1.0, (0, 1, 2): 1.0, (1, 2): 1.0}
    )


def test_neighbours_that_only_touch_share_nothing():
    assert overlaps(GRID) == []


def test_a_shape_within_another_shares_all_of_itself():
    cells = overlaps(shapes(shapely.box(0, 0, 10, 10), shapely.box(2, 2, 4, 4)))
    assert found(cells) == pytest.approx({(0, 1): 4.0})


def test_shapes_that_meet_in_a_point_or_a_line_share_nothing():
    corner = shapes(shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2))
    edge = shapes(shapely.box(0, 0, 1, 1), shapely.box(1, 0.5, 2, 2))
    assert overlaps(corner) == []
    assert overlaps(edge) == []


@given(
    st.lists(
        st.tuples(*(st.integers(0, 20) for _ in range(2)), st.integers(1, 9)),
        min_size=1,
        max_size=7,
    )
)
@settings(max_examples=60, deadline=None)
def test_the_union_is_the_sum_less_each_shared_piece_counted_again(squares):
    sent = shapes(*(shapely.box(x, y, x + side, y + side) for x, y, side in squares))
    cells = overlaps(sent)
    again = sum((len(each.members) - 1) * shapely.area(each.shape) for each in cells)
    union = shapely.area(shapely.union_all(sent))
    assert union == pytest.approx(shapely.area(sent).sum() - again, rel=1e-9)


def test_a_hole_between_shapes_is_a_gap_with_its_area():
    ring = np.delete(GRID, 4)
    assert gaps(ring) == pytest.approx([1.0])


def test_a_hole_that_another_shape_fills_is_no_gap():
    assert len(gaps(GRID)) == 0


def test_the_ground_where_four_corners_meet_is_no_gap():
    four = shapes(*(shapely.box(x, y, x + 1, y + 1) for x in (0, 1) for y in (0, 1)))
    assert len(gaps(four)) == 0
    assert quality(four, ground_of(four)).is_coverage


def test_a_hole_too_large_to_be_a_mistake_is_no_gap():
    assert len(gaps(np.delete(GRID, 4), largest_m2=0.5)) == 0


def test_a_tiling_is_a_coverage_and_strips_are_not():
    tiled, striped = quality(GRID, ground_of(GRID)), quality(STRIPS, ground_of(STRIPS))
    assert (tiled.is_coverage, tiled.overlapping) == (True, False)
    assert (striped.is_coverage, striped.overlapping) == (False, True)
    # The middle is held by three pairs, each side by one.
    assert striped.facts["overlapping_pairs"] == 3
    assert striped.facts["overlap_m2"] == pytest.approx(3.0)


def test_slivers_do_not_make_a_set_overlapping():
    thin = shapes(shapely.box(0, 0, 100, 100), shapely.box(99.999, 0, 200, 100))
    checked = quality(thin, ground_of(thin))
    assert (checked.overlapping, checked.is_coverage) == (False, False)
    assert checked.facts["overlapping_pairs"] == 1
    assert checked.facts["overlapping_pairs_over_sliver"] == 0


@pytest.mark.parametrize(
    ("shared", "one", "other", "thin"),
    [
        (0.5, 100, 100, True),
        (1.0, 100, 100, False),
        (9.0, 1e7, 1e8, True),
        (9.0, 1e7, 100, False),
    ],
)
def test_a_sliver_is_under_a_square_metre_or_a_millionth_of_both(
    shared, one, other, thin
):
    assert bool(is_sliver(shared, one, other)) is thin
