"""Exact areas by a sweep are those of the pieces that lines cut the ground into."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate, translate

from assetmap.footprints.areas import kernel as area_kernel
from assetmap.footprints.consensus import sweep, sweep_kernel
from assetmap.footprints.consensus.by_area import statistics_by_area
from assetmap.footprints.consensus.consensus import consensus, level_shape
from assetmap.footprints.consensus.grid import published_levels
from assetmap.footprints.model import as_shapes
from tests.footprints.test_consensus import FULL, RING, STRIPS, drawings, numbers

EAST, NORTH = 383_000.0, 398_000.0
SIDE = 16


@st.composite
def squared(draw):
    """Polygons on a small lattice: edges that meet, run together, stand upright."""
    shapes = []
    for _ in range(draw(st.integers(1, 7))):
        boxes = draw(st.lists(st.tuples(*[st.integers(0, SIDE)] * 4), max_size=4))
        parts = [
            shapely.box(min(a, c), min(b, d), max(a, c) + 1, max(b, d) + 1)
            for a, b, c, d in [(0, 0, 3, 3), *boxes]
        ]
        if len(parts) > 2:
            parts = [shapely.difference(parts[-1], parts[-2]), *parts[:-2]]
        joined = shapely.union_all(parts)
        if joined.is_empty:
            joined = FULL
        shapes.append(translate(joined, EAST, NORTH))
    return shapes


@st.composite
def leaning(draw):
    """Triangles with corners on a lattice: many lines through one point."""
    corner = st.tuples(st.integers(0, 9), st.integers(0, 9))
    shapes = []
    for _ in range(draw(st.integers(1, 9))):
        shape = shapely.Polygon([draw(corner) for _ in range(3)])
        shapes.append(translate(shape if shape.area > 0 else FULL, EAST, NORTH))
    return shapes


def as_cut(shapes, votes=None):
    """What the pieces of ground say, once told as the sweep tells it."""
    return numbers(consensus(shapes, votes).area)


def swept(shapes, votes=None):
    found = statistics_by_area(shapes, votes)
    assert found.computed_by == "exact"
    return numbers(found)


def test_three_strips_agree_as_worked_by_hand():
    found = statistics_by_area(STRIPS)

    assert (found.mean, found.union, found.core) == pytest.approx((3, 5, 1))
    assert found.vorobev_threshold == pytest.approx(2 / 3)
    assert (found.vorobev, found.deviation) == pytest.approx((3, 4 / 3))
    assert found.disagreement == pytest.approx(8 / 9)
    assert found.mean_symmetric_difference == pytest.approx(8 / 3)
    assert found.mean_intersection == pytest.approx(5 / 3)
    assert np.array(found.curve) == pytest.approx(
        np.array([[1 / 3, 5], [2 / 3, 3], [1, 1]])
    )


def test_a_square_less_its_middle_and_the_whole_square():
    found = statistics_by_area([RING, FULL])

    assert found.mean == pytest.approx(14)
    assert found.vorobev_threshold == pytest.approx(0.5)
    assert (found.vorobev, found.deviation) == pytest.approx((16, 2))


@settings(max_examples=60, deadline=None)
@given(squared())
def test_edges_that_meet_and_run_together_are_counted_as_the_pieces_are(shapes):
    assert swept(shapes) == pytest.approx(as_cut(shapes), rel=1e-9, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(leaning())
def test_many_lines_through_one_point_are_counted_as_the_pieces_are(shapes):
    found, cut = statistics_by_area(shapes), consensus(shapes).area

    assert found.mean == pytest.approx(cut.mean, rel=1e-9)
    assert found.union == pytest.approx(cut.union, rel=1e-9)
    assert found.disagreement == pytest.approx(cut.disagreement, abs=1e-6)
    assert found.majority == pytest.approx(cut.majority, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12), st.floats(0, 360))
def test_whatever_way_the_ground_is_turned_it_is_the_same(seed, count, degrees):
    shapes = drawings(seed, count)
    turned = [rotate(each, degrees, origin=(EAST, NORTH)) for each in shapes]

    assert swept(turned) == pytest.approx(swept(shapes), rel=1e-7, abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 9), st.randoms(use_true_random=False))
def test_the_order_of_drawings_decides_nothing(seed, count, shuffler):
    shapes = drawings(seed, count)
    shuffled = list(shapes)
    shuffler.shuffle(shuffled)

    assert swept(shuffled) == pytest.approx(swept(shapes), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 9))
def test_each_drawing_twice_with_half_a_vote_changes_nothing(seed, count):
    shapes = drawings(seed, count)

    twice = statistics_by_area(shapes * 2, np.full(2 * count, 0.5))
    assert numbers(twice) == pytest.approx(swept(shapes), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12))
def test_the_mean_is_the_integral_of_a_curve_that_only_falls(seed, count):
    found = statistics_by_area(drawings(seed, count))
    p, area = np.array(found.curve).T

    assert (np.diff(p) > 0).all()
    assert (np.diff(area) < 0).all()
    steps = np.diff(np.concatenate([[0.0], p]))
    assert np.dot(steps, area) == pytest.approx(found.mean, rel=1e-9)
    assert area[0] == pytest.approx(found.union, rel=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_levels_lie_within_one_another(seed):
    shapes = drawings(seed, 9)
    levels = published_levels(shapes, None, [0.2, 0.5, 0.8, 1.0])

    for wider, narrower in pairwise(levels):
        assert shapely.difference(narrower, wider).area == pytest.approx(0)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12), st.sampled_from([5.0, 20.0]))
def test_squares_are_off_by_no_more_than_the_squares_on_the_edge(seed, count, grid):
    shapes = drawings(seed, count)
    cut = consensus(shapes)
    exact = dict(zip((0.2, 0.5, 0.8), _levels(cut.area), strict=True))

    found = statistics_by_area(shapes, grid_m=grid)

    assert found.computed_by == f"squares of {grid:g} m"
    for (level, area), counted in zip(exact.items(), _levels(found), strict=True):
        edge = level_shape(cut, level).length
        assert abs(counted - area) <= edge * grid * np.sqrt(2) + 4 * grid**2


def _levels(found):
    return (found.majority + found.periphery, found.majority, found.core)


def test_votes_in_whole_proportion_are_counted_exactly():
    shapes = [shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]

    assert swept(shapes, [1.5, 0.5]) == pytest.approx(as_cut(shapes, [1.5, 0.5]))
    third = statistics_by_area(shapes, [1 / 3, 1])
    assert np.array(third.curve) == pytest.approx(
        np.array([[0.25, 3], [0.75, 2], [1, 1]])
    )


def test_votes_without_a_common_unit_are_counted_by_squares():
    shapes = drawings(4, 5)
    votes = np.sqrt([2.0, 3.0, 5.0, 7.0, 11.0])

    found = statistics_by_area(shapes, votes)

    assert found.computed_by == "squares of 5 m"
    assert found.mean == pytest.approx(consensus(shapes, votes).area.mean, rel=0.01)


def test_votes_that_are_far_apart_are_not_counted_one_by_one():
    assert sweep.whole_votes(np.array([1.0, 1e9])) is None
    assert sweep.whole_votes(np.array([2.0, 4.0])).tolist() == [1, 2]


@pytest.mark.parametrize("name", ["MOST_STEPS", "MOST_CROSSINGS"])
def test_too_many_lines_for_an_exact_answer_are_counted_by_squares(monkeypatch, name):
    monkeypatch.setattr(sweep, name, 10)

    found = statistics_by_area(drawings(4, 9))

    assert found.computed_by == "squares of 5 m"


def test_plain_python_gives_what_machine_code_does(monkeypatch):
    shapes = drawings(8, 6)
    machine = swept(shapes)
    monkeypatch.setattr(sweep_kernel, "compiled", lambda: sweep_kernel.sweep)
    monkeypatch.setattr(area_kernel, "compiled", lambda: area_kernel.pair_areas)

    assert swept(shapes) == pytest.approx(machine, rel=1e-12)


def test_without_a_compiler_areas_are_counted_by_squares(monkeypatch):
    def absent():
        raise ImportError("no compiler")

    monkeypatch.setattr(sweep_kernel, "compiled", absent)
    found = statistics_by_area(drawings(4, 5))
    assert found.computed_by == "squares of 5 m"


def test_a_drawing_at_the_other_end_of_the_country_costs_no_digits():
    far = shapely.box(140_000, 10_000, 140_100, 10_100)
    near = [shapely.box(EAST, 980_000, EAST + 100, 980_100)] * 3

    found = statistics_by_area([far, *near])

    assert np.array(found.curve) == pytest.approx(
        np.array([[0.25, 20_000], [0.75, 10_000]])
    )


def test_what_pairs_share_is_a_table_of_both_ways():
    table = sweep.shared_table(as_shapes(STRIPS))

    assert table == pytest.approx(np.array([[3, 2, 1], [2, 3, 2], [1, 2, 3.0]]))
