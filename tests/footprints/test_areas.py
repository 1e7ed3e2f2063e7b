"""Areas of overlap by sums over edges are those of GEOS, whatever the polygons."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate, translate

from assetmap.footprints.areas import edges
from assetmap.footprints.areas import kernel as area_kernel
from assetmap.footprints.areas import shared as areas
from assetmap.footprints.areas.edges import Edges, edges_of, packed, unpacked
from assetmap.footprints.areas.shared import BY_EDGES, BY_GEOS, shared_by_shapes
from assetmap.footprints.consensus.areas import consensus_in, consensus_squared
from tests.toy_town import EAST, NORTH

CORNER = np.array([EAST, NORTH])
SQUARE = shapely.box(EAST, NORTH, EAST + 100, NORTH + 100)
ISLANDS = shapely.MultiPolygon([SQUARE, translate(SQUARE, 300, 50)])
RING = SQUARE.difference(shapely.box(EAST + 25, NORTH + 25, EAST + 75, NORTH + 75))
BOW = shapely.make_valid(
    shapely.Polygon(
        [
            (EAST, NORTH),
            (EAST + 100, NORTH + 100),
            (EAST + 100, NORTH),
            (EAST, NORTH + 100),
        ]
    )
)


def area_of(one, other):
    found = shared_by_shapes([one], [other])
    return float(found.area_m2.sum())


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (SQUARE, SQUARE, 10_000),
        (SQUARE, translate(SQUARE, 50, 50), 2_500),
        (SQUARE, translate(SQUARE, 100, 0), 0),
        (SQUARE, translate(SQUARE, 0, 100), 0),
        (SQUARE, translate(SQUARE, 100, 100), 0),
        (SQUARE, translate(SQUARE, 500, 0), 0),
        (SQUARE, RING, 7_500),
        (RING, RING, 7_500),
        (RING, shapely.box(EAST + 30, NORTH + 30, EAST + 60, NORTH + 60), 0),
        (
            RING,
            shapely.box(EAST + 20, NORTH + 20, EAST + 60, NORTH + 60),
            40**2 - 35**2,
        ),
        (ISLANDS, shapely.box(EAST + 50, NORTH, EAST + 350, NORTH + 100), 7_500),
        (SQUARE, rotate(SQUARE, 45), 10_000 * (2 * 2**0.5 - 2)),
        (BOW, SQUARE, 5_000),
        (BOW, translate(BOW, 0, 100), 0),
        (SQUARE, shapely.MultiPolygon(), 0),
        (shapely.MultiPolygon(), shapely.MultiPolygon(), 0),
    ],
)
def test_areas_that_can_be_worked_out_by_hand(one, other, expected):
    assert area_of(one, other) == pytest.approx(expected, abs=1e-6)
    assert area_of(other, one) == pytest.approx(expected, abs=1e-6)


def test_polygons_that_only_touch_are_no_pair():
    found = shared_by_shapes([SQUARE], [translate(SQUARE, 100, 30), BOW])
    assert found.other.tolist() == [1]


def test_which_way_rings_run_makes_no_difference():
    turned = shapely.reverse(RING)
    assert edges_of([turned]).areas[0] == pytest.approx(7_500)
    assert area_of(turned, SQUARE) == pytest.approx(7_500)


def steps(most):
    return st.integers(0, most)


@st.composite
def polygons(draw):
    """Valid polygons on a coarse lattice, so that edges are often shared or touch.

    Holes and several parts come from taking some away from others.
    """

    def blob():
        points = draw(st.lists(st.tuples(steps(8), steps(8)), min_size=3, max_size=9))
        ring = shapely.Polygon(points)
        return shapely.make_valid(ring)

    whole = shapely.union_all([blob() for _ in range(draw(st.integers(1, 3)))])
    if draw(st.booleans()):
        whole = whole.difference(blob())
    whole = shapely.MultiPolygon(
        [each for each in shapely.get_parts(whole) if each.geom_type == "Polygon"]
    )
    tilt = draw(st.sampled_from([0.0, 0.0, 17.0, 90.0]))
    size = draw(st.sampled_from([1.0, 13.7, 1000.0]))
    grown = shapely.transform(whole, lambda xy: xy * size)
    moved = translate(rotate(grown, tilt, origin=(0, 0)), EAST, NORTH)
    # Rounding can make rings cross that touched.
    assume(moved.is_valid and moved.area > 0)
    return moved


def close_to(expected, one, other):
    edge = min(one.length, other.length)
    return pytest.approx(expected, rel=1e-6, abs=1e-9 * edge + 1e-6)


@given(polygons(), polygons())
@settings(max_examples=200, deadline=None)
def test_any_two_polygons_share_what_geos_says(one, other):
    assert area_of(one, other) == close_to(one.intersection(other).area, one, other)


@given(polygons())
@settings(max_examples=50, deadline=None)
def test_a_polygon_shares_all_its_ground_with_itself(one):
    assert area_of(one, one) == pytest.approx(one.area, rel=1e-9, abs=1e-6)
    assert edges_of([one]).areas[0] == pytest.approx(one.area, rel=1e-9, abs=1e-6)


@given(polygons(), polygons(), st.integers(-3_000, 3_000), st.integers(-3_000, 3_000))
@settings(max_examples=50, deadline=None)
def test_moving_both_changes_nothing(one, other, east, north):
    moved = area_of(translate(one, east, north), translate(other, east, north))
    assert moved == close_to(area_of(one, other), one, other)


@given(polygons(), polygons(), st.sampled_from([0, 1]))
@settings(max_examples=50, deadline=None)
def test_splitting_a_polygon_changes_nothing(one, other, axis):
    west, south, east, north = one.bounds
    middle = ((west + east) / 2, (south + north) / 2)
    half = (
        shapely.box(west - 1, south - 1, middle[0], north + 1),
        shapely.box(west - 1, south - 1, east + 1, middle[1]),
    )[axis]
    parts = [one.intersection(half), one.difference(half)]
    total = sum(area_of(shapely.make_valid(each), other) for each in parts)
    assert total == close_to(area_of(one, other), one, other)


@given(polygons(), polygons())
@settings(max_examples=40, deadline=None)
def test_machine_code_and_plain_python_give_the_same(one, other):
    ones, others = edges_of([one]), edges_of([other])
    pair = np.zeros(1, np.int64)
    by = [
        areas.areas_by_edges(ones, others, pair, pair, kernel)[0]
        for kernel in (area_kernel.compiled(), area_kernel.pair_areas)
    ]
    assert by[0] == pytest.approx(by[1], rel=1e-12, abs=1e-9)


def blobs(seed, count=400, corners=60):
    dice = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    found = []
    for _ in range(count):
        radii = dice.uniform(40, 120, corners)
        centre = CORNER + dice.uniform(0, 2_000, 2)
        ring = centre + radii[:, None] * np.column_stack(
            [np.cos(angles), np.sin(angles)]
        )
        found.append(shapely.Polygon(ring))
    return np.array(found, dtype=object)


def test_many_pairs_on_several_threads_agree_with_geos():
    ones, others = blobs(1), blobs(2)
    found = shared_by_shapes(ones, others)
    assert found.computed_by == BY_EDGES
    assert (
        len(areas.box_pairs(edges_of(ones), edges_of(others))[0])
        > 2 * areas.PAIRS_AT_ONCE
    )
    exact = shapely.area(shapely.intersection(ones[found.one], others[found.other]))
    np.testing.assert_allclose(found.area_m2, exact, rtol=1e-9, atol=1e-6)
    everything = shapely.area(
        shapely.intersection(ones[:, None], others[None, :])
    ).sum()
    assert found.area_m2.sum() == pytest.approx(everything, rel=1e-12)


def test_pairs_come_in_order_whichever_side_is_longer():
    ones, others = blobs(3, 40), blobs(4, 90)
    found, turned = shared_by_shapes(ones, others), shared_by_shapes(others, ones)
    assert np.all(np.diff(found.one * 1000 + found.other) > 0)
    back = np.lexsort((turned.one, turned.other))
    np.testing.assert_array_equal(found.one, turned.other[back])
    np.testing.assert_allclose(found.area_m2, turned.area_m2[back], rtol=1e-12)


def test_without_a_compiler_geos_is_used_and_told(monkeypatch):
    ones, others = (
        blobs(5, 60),
        [*blobs(6, 60), shapely.box(EAST, NORTH, EAST + 9e3, NORTH + 9e3)],
    )
    by_edges = shared_by_shapes(ones, others)
    monkeypatch.setitem(sys.modules, "numba", None)
    area_kernel.compiled.cache_clear()
    by_geos = shared_by_shapes(ones, others)
    area_kernel.compiled.cache_clear()
    assert (by_edges.computed_by, by_geos.computed_by) == (BY_EDGES, BY_GEOS)
    np.testing.assert_array_equal(by_edges.one, by_geos.one)
    np.testing.assert_allclose(by_edges.area_m2, by_geos.area_m2, rtol=1e-9, atol=1e-6)


TRY = """
import importlib.util, sys
found = importlib.util.spec_from_file_location("kernel", sys.argv[1])
module = importlib.util.module_from_spec(found)
sys.modules["kernel"] = module
found.loader.exec_module(module)
print(type(module.compiled()).__name__, module.compiled()._cache.__class__.__name__)
"""


def test_machine_code_that_cannot_be_kept_is_made_anew(tmp_path):
    """Neither beside the module nor in the user's folders can a file be made."""
    copy = tmp_path / "area_kernel.py"
    shutil.copy(area_kernel.__file__, copy)
    (tmp_path / "__pycache__").write_text("a file where a folder would be")
    nowhere = {
        name: str(tmp_path / "__pycache__" / "no")
        for name in ("HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR")
    }
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", TRY, str(copy)],
        env=dict(os.environ) | nowhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["CPUDispatcher", "NullCache"]


def test_edges_come_back_as_they_were_packed():
    shapes = np.array([*blobs(7, 50), shapely.MultiPolygon(), RING], dtype=object)
    made = edges_of(shapes)
    blocks = list(packed(made, most_edges=300))
    assert len(blocks) > 5
    back = unpacked(blocks)
    np.testing.assert_array_equal(back.starts, made.starts)
    np.testing.assert_array_equal(back.ends, made.ends)
    nothing = unpacked(list(packed(Edges(np.zeros(1, np.int64), np.empty((0, 4))))))
    assert len(nothing) == 0


STRIPS = [shapely.box(EAST + x, NORTH, EAST + x + 3, NORTH + 1) for x in (0, 1, 2)]


def test_the_consensus_of_three_strips():
    """The mean is 3; the integral of p less that of its square is 8/9."""
    votes = np.ones(3)
    everywhere = shapely.box(EAST, NORTH, EAST + 9, NORTH + 9)
    middle = STRIPS[1]
    found = consensus_in(STRIPS, votes, [everywhere, middle])
    assert found == pytest.approx([3, 1 + 2 * 2 / 3])
    assert found[0] - consensus_squared(STRIPS, votes) == pytest.approx(8 / 9)


def test_a_sketch_twice_with_half_a_vote_changes_nothing():
    once = consensus_squared(STRIPS, np.ones(3))
    twice = consensus_squared(STRIPS * 2, np.full(6, 0.5))
    assert twice == pytest.approx(once)


def test_the_kernel_and_the_edges_speak_of_the_same_blocks():
    assert edges.BLOCK_EDGES == area_kernel.BLOCK_EDGES
