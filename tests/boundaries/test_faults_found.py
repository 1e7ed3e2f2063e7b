"""Faults planted in a tiling are all found, and nothing else is.

A tiling of squares of 100 m whose inner corners are moved at random. Faults lie inside
squares or on edges between two of them, far from each other:

    gap     a lens cut out of both squares along their edge
    overlap one square reaches over the edge into the other by a lens
    sliver  the same, a few millimetres wide
"""

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.boundaries.features import boundaries_of
from assetmap.boundaries.quality.coverage import places, quality, shared_by_pair
from assetmap.boundaries.quality.ground import ground_of
from assetmap.sources.spatial.vector import Layer

SIDE, STEP = 5, 100.0
CORNER = np.array([383_000.0, 398_000.0])
WIDTHS = {"gap": 4.0, "overlap": 3.0, "sliver": 0.005}
KINDS = ("none", *WIDTHS)


def corners(dice):
    """Corners of the grid; those inside are moved by up to 20 m."""
    found = np.stack(
        np.meshgrid(np.arange(SIDE + 1), np.arange(SIDE + 1), indexing="ij"), axis=-1
    ).astype(float)
    found = CORNER + found * STEP
    found[1:-1, 1:-1] += dice.uniform(-20, 20, (SIDE - 1, SIDE - 1, 2))
    return found


def planted(seed, kinds):
    """Shapes by code, and the faults: reason, codes and area."""
    dice = np.random.default_rng(seed)
    at = corners(dice)
    rings = {
        (x, y): [at[x, y], at[x + 1, y], at[x + 1, y + 1], at[x, y + 1]]
        for x in range(SIDE)
        for y in range(SIDE)
    }
    faults = []
    edges = [(x, y) for x in range(SIDE - 1) for y in range(SIDE)]
    for kind, (x, y) in zip(kinds, edges, strict=True):
        if kind != "none":
            low, high = at[x + 1, y], at[x + 1, y + 1]
            area = plant(rings, kind, (x, y), low, high)
            faults.append((kind, (code(x, y), code(x + 1, y)), area))
    return {code(*key): shapely.Polygon(ring) for key, ring in rings.items()}, faults


def plant(rings, kind, left, low, high):
    """Bend the edge between a square and its eastern neighbour; the area between."""
    first, middle, last = (low + (high - low) * at for at in (1 / 3, 1 / 2, 2 / 3))
    across = np.array([high[1] - low[1], low[0] - high[0]])
    across /= np.hypot(*across)
    east, west = (middle + across * side * WIDTHS[kind] / 2 for side in (1, -1))
    if kind == "gap":
        east, west = west, east
    x, y = left
    # Rings begin in the south-west: the eastern edge is from the second corner on.
    own = rings[left]
    place = next(i for i, each in enumerate(own) if np.array_equal(each, low))
    own[place + 1 : place + 1] = [first, east, last]
    other = rings[x + 1, y]
    other += [last, west, first]
    return shapely.Polygon([first, east, last, west]).area


def code(x, y):
    return f"T{x}{y}"


def layer(shapes):
    listed = np.empty(len(shapes), dtype=object)
    listed[:] = list(shapes.values())
    columns = pd.DataFrame({"code": list(shapes), "name": list(shapes)})
    return Layer("t.gpkg", "0" * 64, columns, listed, pyproj.CRS(27700))


def found_in(shapes, tiles=True):
    boundaries, wrong = boundaries_of(layer(shapes), "code", "name")
    ground = ground_of(boundaries.shapes)
    said = quality(boundaries.shapes, ground).facts
    return wrong + places(boundaries, ground, tiles), said


lists_of_kinds = st.lists(
    st.sampled_from(KINDS), min_size=SIDE * (SIDE - 1), max_size=SIDE * (SIDE - 1)
)


@given(st.integers(0, 2**32 - 1), lists_of_kinds)
@settings(max_examples=60, deadline=None)
def test_every_planted_fault_is_found_with_its_area_and_nothing_else(seed, kinds):
    shapes, faults = planted(seed, kinds)
    found, said = found_in(shapes)
    ours = {(each.reason, each.codes): each.area_m2 for each in found}
    assert len(ours) == len(found)
    assert ours == {
        (reason, codes): pytest.approx(area, rel=1e-6, abs=1e-7)
        for reason, codes, area in faults
    }
    assert said["unaccounted_m2"] == 0
    for each in found:
        assert shapely.area(each.shape) == pytest.approx(each.area_m2, rel=1e-9)


@given(st.integers(0, 2**32 - 1), lists_of_kinds, st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_and_the_way_rings_run_change_nothing(seed, kinds, dice):
    shapes, _ = planted(seed, kinds)
    pairs = list(shapes.items())
    dice.shuffle(pairs)
    turned = {
        code: shapely.reverse(shape) if dice.random() < 0.5 else shape
        for code, shape in pairs
    }
    first, second = found_in(shapes), found_in(turned)
    assert first == second


@given(st.integers(0, 2**32 - 1), st.sets(st.integers(0, SIDE * SIDE - 1), max_size=4))
@settings(max_examples=30, deadline=None)
def test_every_bow_tie_is_found_where_it_crosses_itself(seed, tied):
    shapes, _ = planted(seed, ["none"] * (SIDE * (SIDE - 1)))
    crossings = {}
    for place in tied:
        which = list(shapes)[place]
        west, south, east, north = shapes[which].bounds
        ring = [(west, south), (east, north), (east, south), (west, north)]
        shapes[which] = shapely.Polygon(ring)
        crossings[which] = shapely.Point((west + east) / 2, (south + north) / 2)
    found, _ = found_in(shapes)
    told = {each.codes[0]: each for each in found if each.reason == "invalid"}
    assert set(told) == set(crossings)
    for which, point in crossings.items():
        assert shapely.distance(told[which].shape, point) < 1e-6
        assert told[which].method == "linework"
        width, height = np.diff(np.reshape(shapes[which].bounds, (2, 2)), axis=0)[0]
        assert told[which].after_m2 == pytest.approx(width * height / 2)


def test_two_tilings_one_over_the_other_share_all_of_the_ground():
    """No edge inside is without its neighbour, yet every piece is held twice."""
    strips = {f"V{x}": shapely.box(x, 0, x + 1, 3) for x in range(3)}
    bands = {f"H{y}": shapely.box(0, y, 3, y + 1) for y in range(3)}
    both = np.array([*bands.values(), *strips.values()], dtype=object)
    moved = shapely.transform(both, lambda xy: xy * 100 + CORNER)
    pairs = shared_by_pair(ground_of(moved).cells)
    assert pairs == {
        (band, 3 + strip): pytest.approx(10_000)
        for band in range(3)
        for strip in range(3)
    }


def test_a_patch_over_a_clean_tiling_is_shared_with_each_that_it_lies_on():
    squares = [shapely.box(x, y, x + 1, y + 1) for x in range(4) for y in range(4)]
    patch = shapely.box(0.5, 0.5, 2.5, 1.5)
    both = np.array([*squares, patch], dtype=object)
    moved = shapely.transform(both, lambda xy: xy * 100 + CORNER)
    pairs = shared_by_pair(ground_of(moved).cells)
    assert set(pairs) == {(each, 16) for each in (0, 1, 4, 5, 8, 9)}
    assert sum(pairs.values()) == pytest.approx(20_000)


def test_one_shape_twice_shares_all_of_it_and_a_hole_in_both_is_no_overlap():
    ring = shapely.box(0, 0, 300, 300) - shapely.box(100, 100, 200, 200)
    both = shapely.transform(
        np.array([ring, ring], dtype=object), lambda xy: xy + CORNER
    )
    ground = ground_of(both)
    assert shared_by_pair(ground.cells) == {(0, 1): pytest.approx(80_000)}
    assert shapely.area(ground.holes) == pytest.approx([10_000])


def test_many_shapes_cut_into_tiles_give_what_they_give_whole(monkeypatch):
    from assetmap.boundaries.quality import ground, tiles

    shapes, _ = planted(5, (["gap", "overlap", "sliver", "none"] * 5))
    listed = np.array(list(shapes.values()), dtype=object)
    whole = ground.ground_of(listed)
    monkeypatch.setattr(tiles, "LINES_PER_TILE", 1)
    parted = ground.ground_of(listed)
    assert [each.members for each in parted.cells] == [
        each.members for each in whole.cells
    ]
    assert shapely.area(parted.holes) == pytest.approx(shapely.area(whole.holes))


def test_noding_that_loses_ground_is_done_again_on_a_grid(monkeypatch):
    from assetmap.boundaries.quality import ground

    shapes, faults = planted(5, (["gap", "overlap", "sliver", "none"] * 5))
    listed = np.array(list(shapes.values()), dtype=object)
    truly = ground.shapely.union_all
    grids = []

    def losing(lines, grid_size=None):
        grids.append(grid_size)
        return truly(lines[:-1] if grid_size is None else lines, grid_size=grid_size)

    monkeypatch.setattr(ground.shapely, "union_all", losing)
    found = ground.ground_of(listed)
    assert grids[:2] == [None, ground.NODING_GRID_M]
    assert len(found.holes) == sum(kind == "gap" for kind, *_ in faults)
