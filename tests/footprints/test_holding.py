"""Compiled code finds the same points in shapes as GEOS does, on edges too."""

import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.footprints import holding
from assetmap.footprints.holding import Holding

# Few whole numbers, so that points often lie on corners and edges; and odd ones, where
# a product is rounded.
NUMBERS = st.one_of(
    st.integers(0, 6).map(float), st.integers(0, 6_000_000).map(lambda n: n / 3e6)
)
PLACES = st.tuples(NUMBERS, NUMBERS)


def shape_of(points):
    """The largest polygon that a ring through the points makes once it is mended."""
    return shapely.make_valid(shapely.Polygon(points)).buffer(0)


SHAPES = st.lists(PLACES, min_size=3, max_size=9).map(shape_of)
HOLED = st.tuples(SHAPES, SHAPES).map(lambda two: two[0].difference(two[1]))


def pairs(found):
    return sorted(set(zip(*(each.tolist() for each in found), strict=True)))


def same(shapes, points):
    listed = np.empty(len(shapes), dtype=object)
    listed[:] = shapes
    asked = Holding(listed)
    xs, ys = np.array(points, dtype=float).T.copy()
    found = pairs(asked.compiled(xs, ys))
    assert found == pairs(asked.by_geos(xs, ys))
    return found


@given(st.lists(st.one_of(SHAPES, HOLED), min_size=1, max_size=5), st.data())
@settings(max_examples=300, deadline=None)
def test_compiled_code_finds_what_geos_finds(shapes, data):
    corners = shapely.get_coordinates(shapes).tolist()
    middles = [(np.add(*two) / 2).tolist() for two in pairwise(corners)]
    some = st.one_of(PLACES, st.sampled_from([*corners, *middles, [0, 0]]))
    same(shapes, data.draw(st.lists(some, min_size=1, max_size=40)))


def test_a_point_on_an_edge_corner_or_rim_of_a_hole_is_held():
    holed = shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6)
    points = [(0, 0), (9, 4), (3, 4), (6, 6), (4, 4), (10, 4), (9.0000001, 4)]
    assert same([holed], points) == [(0, 0), (1, 0), (2, 0), (3, 0)]


def test_a_point_where_rounding_hides_the_side_is_left_to_geos():
    sloped = shapely.Polygon([(0, 0), (3e5, 1e5), (3e5, 2e5)])
    xs = np.linspace(1, 299_999, 1_000)
    ys = np.r_[xs / 3, np.nextafter(xs / 3, 0)]
    near = np.column_stack([np.r_[xs, xs], ys])
    held = same([sloped], near)
    assert 0 < len(held) < len(near)


def test_more_pairs_than_were_expected_are_all_found():
    nested = [shapely.box(0, 0, size, size) for size in range(1, 40)]
    assert len(same(nested, [(0.5, 0.5)] * 7)) == 7 * 39


def test_many_points_are_found_by_compiled_code(monkeypatch):
    monkeypatch.setattr(holding, "MANY", 3)
    squares = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    asked = Holding(squares)
    xs = np.array([0.5, 1.0, 1.5])
    assert pairs(asked.pairs(xs, xs * 0)) == [(0, 0), (1, 0), (1, 1), (2, 1)]


@pytest.mark.parametrize("way", ["compiled", "by_geos"])
def test_no_shapes_hold_no_points(way):
    found = getattr(Holding(np.empty(0, dtype=object)), way)
    assert pairs(found(np.zeros(3), np.zeros(3))) == []


def test_without_a_compiler_geos_answers_for_many_points_too(monkeypatch):
    shapes = np.array([shapely.box(0, 0, 5, 5), shapely.box(5, 0, 9, 5)], dtype=object)
    xs, ys = np.random.default_rng(1).uniform(0, 10, (2, holding.MANY))
    usual = pairs(Holding(shapes).pairs(xs, ys))
    monkeypatch.delitem(
        sys.modules, "assetmap.footprints.holding_compiled", raising=False
    )
    monkeypatch.setitem(sys.modules, "numba", None)
    holding.has_compiler.cache_clear()

    assert not holding.has_compiler()
    assert pairs(Holding(shapes).pairs(xs, ys)) == usual
    holding.has_compiler.cache_clear()


TRY = """
import importlib.util, sys
found = importlib.util.spec_from_file_location("loops", sys.argv[1])
module = importlib.util.module_from_spec(found)
sys.modules["loops"] = module
found.loader.exec_module(module)
print(type(module.pairs_of).__name__, module.pairs_of._cache.__class__.__name__)
"""


def test_machine_code_that_cannot_be_kept_is_made_anew(tmp_path):
    """Neither beside the module nor in the user's folders can a file be made."""
    source = Path(holding.__file__).with_name("holding_compiled.py")
    copy = shutil.copy(source, tmp_path / "loops.py")
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
