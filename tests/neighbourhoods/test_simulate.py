import hashlib

import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from assetmap.neighbourhoods.model import BadSketch
from assetmap.neighbourhoods.simulate import simulated_sketches

# An L on land: 400 m wide, 400 m high, its upper right quarter left out.
OUTLINE = translate(
    shapely.Polygon([(0, 0), (400, 0), (400, 200), (200, 200), (200, 400), (0, 400)]),
    383_000,
    398_000,
)


def test_one_seed_gives_one_set_of_sketches_on_any_machine():
    found = simulated_sketches(OUTLINE, 24, seed=7)

    digest = hashlib.sha256(b"".join(shapely.to_wkb(found, byte_order=1)))
    assert digest.hexdigest()[:16] == "303ed6a759abb261"


def test_another_seed_gives_other_sketches():
    one, other = (simulated_sketches(OUTLINE, 3, seed) for seed in (1, 2))

    assert not shapely.equals(one, other).any()


def test_every_sketch_is_one_valid_polygon_rounded_to_a_decimetre():
    found = simulated_sketches(OUTLINE, 300, seed=3)

    assert shapely.is_valid(found).all()
    assert (shapely.get_type_id(found) == shapely.GeometryType.POLYGON).all()
    points = shapely.get_coordinates(found)
    assert np.abs(points * 10 - np.round(points * 10)).max() < 1e-6


def test_residents_think_of_smaller_and_larger_places_around_the_same_one():
    found = simulated_sketches(OUTLINE, 100, seed=4)

    share = shapely.area(found) / OUTLINE.area
    assert share.min() < 0.8
    assert share.max() > 1.2
    assert 0.8 < np.median(share) < 1.2
    assert (shapely.area(shapely.intersection(found, OUTLINE)) > 0).all()
    assert len(set(shapely.get_num_coordinates(found).tolist())) > 10


def test_a_winding_outline_still_gives_valid_sketches():
    teeth = [(x, 0 if x % 20 else 500) for x in range(0, 200, 10)]
    comb = shapely.Polygon([*teeth, (200, -10), (0, -10)])

    found = simulated_sketches(comb, 30, seed=5)

    assert shapely.is_valid(found).all()


def test_of_an_outline_too_winding_to_draw_freely_the_outline_is_drawn():
    turn = np.linspace(2, 60, 400)
    arm = np.c_[turn * np.cos(turn), turn * np.sin(turn)] * 10
    spiral = shapely.LineString(arm).buffer(5)

    found = simulated_sketches(spiral, 3, seed=6)

    assert shapely.is_valid(found).all()
    assert found[0].symmetric_difference(spiral).area < 0.05 * spiral.length


@pytest.mark.parametrize(
    "outline",
    [shapely.Point(0, 0), shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])],
)
def test_nothing_is_drawn_around_what_is_no_polygon(outline):
    with pytest.raises(BadSketch):
        simulated_sketches(outline, 3, seed=1)
