"""How far outlines lie apart, on shapes whose distance is known."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from assetmap.reconciliation.comparison.outlines import centroid_distance_m, hausdorff_m

SQUARE = shapely.box(0, 0, 100, 100)


def test_a_square_and_itself_are_no_distance_apart():
    assert hausdorff_m(SQUARE, SQUARE) == 0


def test_a_square_moved_sideways_is_as_far_as_it_moved():
    assert hausdorff_m(SQUARE, shapely.box(30, 0, 130, 100)) == pytest.approx(30)


def test_a_square_around_a_square_is_farthest_at_its_corners():
    found = hausdorff_m(SQUARE, shapely.box(-10, -10, 110, 110))
    assert found == pytest.approx(10 * 2**0.5)


def test_the_farthest_place_may_lie_between_vertices():
    """Every vertex of either lies on or near the other; the middle of an edge not."""
    ends = shapely.box(0, 0, 10, 100) | shapely.box(90, 0, 100, 100)
    assert shapely.hausdorff_distance(SQUARE.boundary, ends.boundary) < 20
    assert hausdorff_m(SQUARE, ends) == pytest.approx(40, abs=0.1)


def test_it_is_the_same_the_other_way_round():
    ends = shapely.box(0, 0, 10, 100) | shapely.box(90, 0, 100, 100)
    assert hausdorff_m(ends, SQUARE) == hausdorff_m(SQUARE, ends)


def test_the_outline_of_a_hole_counts():
    ring = SQUARE - shapely.box(40, 40, 60, 60)
    assert hausdorff_m(SQUARE, ring) == pytest.approx(40, abs=0.1)


def test_a_circle_in_a_circle_is_the_difference_of_their_radii_away():
    inner, outer = (shapely.Point(0, 0).buffer(r, 256) for r in (500, 2_000))
    assert hausdorff_m(inner, outer) == pytest.approx(1_500, abs=0.2)


@given(st.floats(-300, 300), st.floats(-300, 300), st.integers(3, 12))
def test_it_is_never_under_what_a_fine_sampling_finds(x, y, corners):
    shape = shapely.Point(x, y).buffer(150, quad_segs=corners)
    sampled = shapely.hausdorff_distance(
        shapely.segmentize(SQUARE.boundary, 0.5),
        shapely.segmentize(shape.boundary, 0.5),
    )
    assert hausdorff_m(SQUARE, shape) == pytest.approx(sampled, abs=0.4)


@pytest.mark.parametrize("moved", [0, 0.05, 2.0])
def test_an_outline_drawn_again_is_not_cut_to_pieces(moved, monkeypatch):
    """An edge along the other outline is done with once its ends are looked at."""
    angles = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    away = np.where(np.arange(300) % 2, 5_000, 3_000)[:, None]
    places = away * np.column_stack([np.cos(angles), np.sin(angles)])
    looked_at = []
    query = shapely.STRtree.query_nearest

    def counted(tree, places, **how):
        looked_at.append(len(places))
        return query(tree, places, **how)

    monkeypatch.setattr(shapely.STRtree, "query_nearest", counted)
    one, other = shapely.Polygon(places), shapely.Polygon(np.add(places, (moved, 0)))
    assert hausdorff_m(one, other) == pytest.approx(moved, abs=1e-9)
    assert sum(looked_at) < 20 * 300


def test_centres_are_as_far_apart_as_they_are():
    assert centroid_distance_m(SQUARE, shapely.box(30, 40, 130, 140)) == 50
