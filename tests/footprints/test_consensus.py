import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import scale, translate

from assetmap.footprints.consensus.consensus import (
    PopulationPoints,
    consensus,
    consensus_at_points,
    footprint_at,
    footprint_of,
    level_shape,
    published_levels,
)
from assetmap.footprints.consensus.statistics import levels
from assetmap.footprints.model import BadFootprint

# Strips of height 1:
#   0   1   2   3   4   5
#   |---A---B---C-..        A = [0, 3], B = [1, 4], C = [2, 5]
# p: 1/3 2/3  1  2/3 1/3
STRIPS = [shapely.box(west, 0, west + 3, 1) for west in (0, 1, 2)]

FULL = shapely.box(0, 0, 4, 4)
RING = FULL.difference(shapely.box(1, 1, 3, 3))
RING_OF_500_M = translate(scale(RING, 125, 125, origin=(0, 0)), 382_703.3, 397_801.7)


def drawings(seed, count):
    """Round drawings of some 500 m around one place, each with its own corners."""
    random = np.random.default_rng(seed)
    shapes = []
    for _ in range(count):
        turn = (np.arange(24) + random.uniform(0, 0.9, 24)) / 24 * 2 * np.pi
        reach = random.uniform(300, 600) * random.uniform(0.9, 1.1, 24)
        middle = np.array([383_000, 398_000]) + random.normal(0, 80, 2)
        ring = middle + np.c_[reach * np.cos(turn), reach * np.sin(turn)]
        shapes.append(shapely.Polygon(np.round(ring, 1)))
    return shapes


def numbers(found):
    """All that is said of the agreement, without what it is called and counted in."""
    said = dataclasses.asdict(found)
    curve = said.pop("curve")
    named = {each: said.pop(each) for each in ("measure", "computed_by", "sketches")}
    assert named["computed_by"] == "exact"
    flat = [each for each in said.values() if each is not None]
    return np.array(flat + [each for step in curve for each in step])


def test_three_strips_agree_as_worked_by_hand():
    found = consensus(STRIPS).area

    assert (found.sketches, found.votes) == (3, 3)
    assert found.mean == pytest.approx(3)
    assert found.union == pytest.approx(5)
    assert found.core == pytest.approx(1)
    assert found.majority == pytest.approx(3)
    assert found.periphery == pytest.approx(2)
    assert found.vorobev_threshold == pytest.approx(2 / 3)
    assert found.vorobev == pytest.approx(3)
    assert found.vorobev_above == pytest.approx(1)
    assert found.deviation == pytest.approx(4 / 3)
    assert found.deviation_share == pytest.approx(4 / 9)
    assert found.disagreement == pytest.approx(8 / 9)
    assert found.vagueness == pytest.approx(4 * (8 / 9) / 5)
    assert found.mean_symmetric_difference == pytest.approx(8 / 3)
    assert found.mean_intersection == pytest.approx(5 / 3)
    assert found.mean_agreement == pytest.approx((2 / 4 + 2 / 4 + 1 / 5) / 3)
    assert np.array(found.curve) == pytest.approx(
        np.array([[1 / 3, 5], [2 / 3, 3], [1, 1]])
    )


def test_the_vorobev_set_of_three_strips_is_the_middle_three():
    found = level_shape(consensus(STRIPS), 2 / 3)

    assert found.equals(shapely.box(1, 0, 4, 1))


def test_a_plateau_is_told_by_the_area_at_the_threshold_and_just_above():
    found = consensus([RING, FULL]).area

    assert found.mean == pytest.approx(14)
    assert found.vorobev_threshold == pytest.approx(0.5)
    assert found.vorobev == pytest.approx(16)
    assert found.vorobev_above == pytest.approx(12)
    assert found.deviation == pytest.approx(2)


def test_a_hole_that_everybody_left_is_in_no_level():
    found = consensus([RING, RING])

    assert found.area.union == pytest.approx(12)
    assert level_shape(found, 0.01).equals(RING)


def test_one_sketch_agrees_with_itself_and_has_no_pairs():
    found = consensus([FULL]).area

    assert found.vorobev_threshold == 1
    assert found.vorobev_above == 0
    assert found.deviation == pytest.approx(0)
    assert found.vagueness == pytest.approx(0)
    assert found.mean_symmetric_difference is None
    assert found.mean_intersection is None
    assert found.mean_agreement is None


def test_sketches_apart_share_nothing():
    found = consensus([shapely.box(0, 0, 1, 1), shapely.box(9, 0, 10, 1)]).area

    assert found.mean_agreement == pytest.approx(0)
    assert found.mean_intersection == pytest.approx(0)
    assert found.mean_symmetric_difference == pytest.approx(2)
    assert found.core == 0


def test_a_sketch_of_several_parts_with_a_hole_counts_as_it_was_drawn():
    parts = shapely.MultiPolygon([RING, shapely.box(10, 0, 11, 1)])

    found = consensus([parts, FULL]).area

    assert found.mean == pytest.approx((13 + 16) / 2)
    assert found.union == pytest.approx(17)


def test_each_face_times_its_sketches_adds_up_to_what_was_drawn():
    shapes = drawings(1, 40)

    found = consensus(shapes)

    counted = (shapely.area(found.faces) * found.memberships * 40).sum()
    assert counted == pytest.approx(shapely.area(shapes).sum(), rel=1e-9)


def test_pairs_without_a_loop_are_what_a_loop_over_pairs_finds():
    shapes = drawings(2, 9)
    pairs = [(a, b) for at, a in enumerate(shapes) for b in shapes[at + 1 :]]
    shared = np.array([a.intersection(b).area for a, b in pairs])
    joined = np.array([a.union(b).area for a, b in pairs])

    found = consensus(shapes).area

    assert found.mean_intersection == pytest.approx(shared.mean())
    assert found.mean_symmetric_difference == pytest.approx((joined - shared).mean())
    assert found.mean_agreement == pytest.approx((shared / joined).mean())


def test_a_level_has_the_area_that_the_curve_says_and_only_ground_at_that_level():
    shapes = drawings(3, 20)
    found = consensus(shapes)

    for level, area in found.area.curve[::4]:
        shape = level_shape(found, level)
        assert shape.is_valid
        assert shape.geom_type == "MultiPolygon"
        assert shape.area == pytest.approx(area, rel=1e-9)
        inside = np.array([shape.representative_point().coords[0]])
        p = footprint_of(shapes, None, "p").membership_at(inside[:, 0], inside[:, 1])
        assert p[0] >= level - 1e-9


def test_a_level_that_nobody_reaches_is_empty():
    apart = [shapely.box(0, 0, 100, 100), shapely.box(200, 0, 300, 100)]

    assert level_shape(consensus(apart), 0.6).is_empty
    assert [each.is_empty for each in published_levels(apart, None, [0.5, 0.6])] == [
        False,
        True,
    ]
    with pytest.raises(BadFootprint, match="60%"):
        footprint_at(consensus(apart), 0.6)


def test_votes_that_are_not_alike_weigh_the_membership():
    found = consensus([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)], [3, 1]).area

    assert found.mean == pytest.approx(2)
    assert np.array(found.curve) == pytest.approx(
        np.array([[0.25, 3], [0.75, 2], [1, 1]])
    )
    # Three votes for one and one for the other: six pairs, three of them mixed.
    assert found.mean_symmetric_difference == pytest.approx(2 * 3 / 6)
    assert found.mean_agreement == pytest.approx((3 * 1 + 3 * (1 / 3)) / 6)


@pytest.mark.parametrize("weights", [[1, 0, 1], [1, -1, 1], [1, np.nan, 1], [1, 1]])
def test_votes_that_cannot_be_counted_are_refused(weights):
    with pytest.raises(BadFootprint):
        consensus(STRIPS, weights)


def test_no_sketch_has_no_consensus():
    with pytest.raises(BadFootprint):
        consensus([])


# By people: 10 live at x = 0.5 (in A), 20 at x = 2.5 (in all), 40 at x = 4 (in B by
# its edge, and in C), 80 at x = 9 (in none).
PEOPLE = PopulationPoints(
    np.array([0.5, 2.5, 4.0, 9.0]), np.full(4, 0.5), np.array([10.0, 20.0, 40.0, 80.0])
)


def test_people_are_counted_at_points_as_worked_by_hand():
    found = consensus(STRIPS, points=PEOPLE).people

    assert found == consensus_at_points(STRIPS, PEOPLE)
    assert found.measure == "people"
    assert found.union == 70
    assert found.mean == pytest.approx((30 + 60 + 60) / 3)
    assert found.core == 20
    assert found.majority == 60
    assert found.periphery == 10
    assert found.vorobev_threshold == pytest.approx(2 / 3)
    assert found.vorobev == 60
    assert found.vorobev_above == 20
    assert found.deviation == pytest.approx(40 / 3 + 10 / 3)
    # A has 30, B and C the same 60: shared 20, 20 and 60 of 70, 70 and 60.
    assert found.mean_intersection == pytest.approx(100 / 3)
    assert found.mean_agreement == pytest.approx((20 / 70 + 20 / 70 + 1) / 3)


def test_where_nobody_lives_there_is_no_threshold_by_people():
    nobody = PopulationPoints(np.array([9.0]), np.array([9.0]), np.ones(1), "postcodes")

    found = consensus_at_points(STRIPS, nobody)

    assert found.measure == "postcodes"
    assert (found.mean, found.union, found.curve) == (0, 0, ())
    assert found.vorobev_threshold is None
    assert found.vorobev is None
    assert found.vagueness is None
    assert found.deviation_share is None
    assert found.mean_agreement is None


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 9), st.randoms(use_true_random=False))
def test_row_order_decides_nothing(seed, count, shuffler):
    shapes = drawings(seed, count)
    shuffled = list(shapes)
    shuffler.shuffle(shuffled)

    assert numbers(consensus(shuffled).area) == pytest.approx(
        numbers(consensus(shapes).area), rel=1e-9
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(-2000, 2000), st.integers(-3000, 3000))
def test_moving_everything_alike_changes_nothing(seed, east, north):
    shapes = drawings(seed, 6)
    moved = [translate(each, east, north) for each in shapes]

    assert numbers(consensus(moved).area) == pytest.approx(
        numbers(consensus(shapes).area), rel=1e-7, abs=1e-3
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 8))
def test_each_sketch_twice_with_half_a_vote_changes_nothing(seed, count):
    shapes = drawings(seed, count)
    random = np.random.default_rng(seed)
    xs, ys = random.uniform(382_500, 383_500, 50), random.uniform(397_500, 398_500, 50)
    points = PopulationPoints(xs, ys, random.integers(1, 90, 50).astype(float))

    once = consensus(shapes, points=points)
    twice = consensus(shapes * 2, np.full(2 * count, 0.5), points)

    assert numbers(twice.area) == pytest.approx(numbers(once.area), rel=1e-9)
    assert numbers(twice.people) == pytest.approx(numbers(once.people), rel=1e-9)


def test_a_resident_who_draws_as_another_did_adds_a_vote():
    doubled = consensus([STRIPS[0], *STRIPS]).area
    weighed = consensus(STRIPS, [2, 1, 1]).area

    assert doubled.sketches == 4
    assert numbers(doubled) == pytest.approx(numbers(weighed))


def test_a_graded_footprint_is_the_membership_and_its_area_the_mean():
    footprint = footprint_of(STRIPS, [1, 1, 2], "strips")

    assert footprint.kind == "graded"
    assert footprint.area_m2 == pytest.approx(3)
    found = footprint.membership_at([0.5, 1.5, 2.5, 4.5], [0.5] * 4)
    assert found == pytest.approx([0.25, 0.5, 1, 0.5])


def test_a_consensus_cut_at_a_threshold_is_a_crisp_footprint_that_says_so():
    footprint = footprint_at(consensus(STRIPS), 2 / 3, "strips")

    assert (footprint.kind, footprint.label) == ("crisp", "strips")
    assert footprint.area_m2 == pytest.approx(3)
    assert "67% of 3 sketches" in footprint.made_how


def test_a_published_square_has_its_centre_in_enough_sketches():
    # Centres at 12.5, 37.5, 62.5 and so on.
    shapes = [shapely.box(0, 0, 60, 40), shapely.box(20, 0, 90, 40)]

    either, both = published_levels(shapes, None, [0.5, 1])

    assert either.equals(shapely.box(0, 0, 100, 50))
    assert both.equals(shapely.box(25, 0, 50, 50))


def test_published_levels_are_whole_squares_of_the_grid():
    shapes = drawings(5, 12)

    for level in published_levels(shapes, None, [0.2, 0.5, 0.8]):
        points = shapely.get_coordinates(level)
        assert level.is_valid
        assert (points % 25 == 0).all()


def test_nothing_published_runs_along_a_line_that_somebody_drew():
    shapes = drawings(6, 12)

    for level in published_levels(shapes, None, [0.2, 0.5, 0.8]):
        shared = shapely.intersection(level.boundary, shapely.boundary(shapes))
        assert shapely.length(shared).max() == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([10, 25, 100]))
def test_published_squares_are_those_whose_centres_have_the_membership(seed, grid):
    parts = shapely.MultiPolygon([RING_OF_500_M, translate(RING_OF_500_M, 510, 40)])
    shapes = [*drawings(seed, 5), parts]
    votes = np.arange(1, 7)
    columns, rows = np.arange(382_000, 384_000, grid), np.arange(397_000, 399_000, grid)
    xs, ys = (each.ravel() + grid / 2 for each in np.meshgrid(columns, rows))
    p = footprint_of(shapes, votes, "p").membership_at(xs, ys)
    lines = shapely.union_all(shapely.boundary(shapes))
    # Within a rounding error of a line either answer is right.
    clear = shapely.distance(lines, shapely.points(xs, ys)) > 1e-6

    for level in (0.2, 0.5, 0.8):
        (published,) = published_levels(shapes, votes, [level], grid)
        inside = shapely.intersects_xy(published, xs, ys)
        assert (inside == (p >= level - 1e-9))[clear].all()


def test_sketches_at_two_ends_of_the_country_are_published_like_any():
    far = [
        shapely.box(140_010, 10_010, 140_110, 10_110),
        shapely.box(330_010, 970_010, 330_110, 970_110),
    ]

    (level,) = published_levels(far, None, [0.5])

    assert level.area == 2 * 100 * 100
    assert len(level.geoms) == 2


def test_published_levels_are_near_the_exact_ones():
    shapes = drawings(7, 12)
    exact = consensus(shapes)

    levels = published_levels(shapes, None, [0.2, 0.5, 0.8])

    for at, level in zip((0.2, 0.5, 0.8), levels, strict=True):
        true = level_shape(exact, at)
        assert level.symmetric_difference(true).area < true.length * 25


@pytest.mark.parametrize(("levels", "grid"), [([0], 25), ([0.5], 0)])
def test_a_level_or_grid_of_nothing_is_refused(levels, grid):
    with pytest.raises(BadFootprint):
        published_levels(STRIPS, None, levels, grid)


def test_memberships_are_told_without_the_rounding_of_their_sums():
    p, held = levels(np.array([0.1 + 0.2, 0.3, 1 - 1e-16 * 3]), np.ones(3))
    assert p.tolist() == [0.3, 1.0]
    assert held.tolist() == [2, 1]
