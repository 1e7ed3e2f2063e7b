"""Drawings that no machine can sort out in seconds, and those that lie elsewhere."""

import numpy as np
import pyproj
import pytest
import shapely

from assetmap.neighbourhoods.drawing import drawing_of
from assetmap.neighbourhoods.model import BadSketch

DEGREES = pyproj.CRS(4326)


def flower(petals: int, vertices: int = 20_000) -> shapely.Polygon:
    """A ring round a point near Gloucester with so many petals."""
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    reach = 0.1 * (1 + 0.3 * np.sin(petals * angle))
    xs, ys = 1.6 * reach * np.cos(angle) - 2.2, reach * np.sin(angle) + 51.8
    return shapely.Polygon(np.column_stack([xs, ys]))


def test_a_line_that_runs_over_itself_a_million_times_is_refused():
    with pytest.raises(BadSketch, match="more than 2,000,000 pairs of them may meet"):
        drawing_of(flower(9_000), DEGREES)


def test_a_star_of_narrow_points_is_refused_for_what_it_is():
    # No edge crosses another, and each is beside thousands.
    angle = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    reach = np.where(np.arange(20_000) % 2 == 0, 0.1, 0.02)
    xs, ys = 1.6 * reach * np.cos(angle) - 2.2, reach * np.sin(angle) + 51.8
    with pytest.raises(BadSketch, match="close to each other"):
        drawing_of(shapely.Polygon(np.column_stack([xs, ys])), DEGREES)


def test_a_few_long_edges_make_no_crowd():
    # Twenty thousand short edges, and ten that lie over them all.
    comb = [(x * 1e-6 - 2.2, 51.8 + 1e-6 * (x % 2)) for x in range(20_000)]
    frame = [(-2.17, 51.79), (-2.17, 51.81), (-2.21, 51.81), (-2.21, 51.799)]
    assert drawing_of(shapely.Polygon([*comb, *frame]), DEGREES).shape.area > 0


def test_a_line_with_as_many_vertices_that_does_not_is_taken():
    assert drawing_of(flower(50), DEGREES).repaired is None


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(-5.93, 54.6), (-6.26, 53.35), (1.86, 50.95), (1.9, 55.0), (-4.5, 54.2)],
    ids=["Belfast", "Dublin", "Calais", "North Sea", "Isle of Man"],
)
def test_what_lies_off_great_britain_is_refused(lon, lat):
    with pytest.raises(BadSketch, match="off Great Britain"):
        drawing_of(shapely.Point(lon, lat).buffer(0.01), DEGREES)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(1.32, 51.13), (-6.31, 49.91), (-1.14, 60.15), (-8.57, 57.81), (-5.3, 51.87)],
    ids=["Dover", "Scilly", "Lerwick", "St Kilda", "St Davids"],
)
def test_its_farthest_corners_are_taken(lon, lat):
    assert drawing_of(shapely.Point(lon, lat).buffer(0.01), DEGREES).shape.area > 0


def test_a_hole_outside_its_shell_adds_no_ground():
    shell = [(-2.25, 51.84), (-2.24, 51.84), (-2.24, 51.85), (-2.25, 51.85)]
    hole = [(-2.22, 51.84), (-2.21, 51.84), (-2.21, 51.85), (-2.22, 51.85)]
    plain = drawing_of(shapely.Polygon(shell), DEGREES).shape.area
    found = drawing_of(shapely.Polygon(shell, [hole]), DEGREES)
    assert found.shape.area == pytest.approx(plain)
    assert "was not valid" in found.repaired


def scribble(vertices: int, seed: int = 1) -> shapely.Polygon:
    """A line from anywhere to anywhere within a square near Gloucester."""
    points = np.random.default_rng(seed).uniform(
        [-2.3, 51.7], [-2.1, 51.9], (vertices, 2)
    )
    return shapely.Polygon(points)


def test_a_short_line_that_crosses_itself_all_over_is_refused():
    with pytest.raises(BadSketch, match="more than 50,000 times"):
        drawing_of(scribble(900), DEGREES)


def test_a_line_that_crosses_itself_as_hands_do_is_mended():
    assert "Self-intersection" in drawing_of(scribble(40), DEGREES).repaired


def test_ten_thousand_squares_that_touch_are_joined():
    corners = np.stack(np.meshgrid(np.arange(100), np.arange(100)), -1).reshape(-1, 2)
    west, south = (corners * 0.001 + [-2.3, 51.7]).T
    tiles = shapely.multipolygons(shapely.box(west, south, west + 0.001, south + 0.001))
    assert len(drawing_of(tiles, DEGREES).shape.geoms) == 1


def test_a_thousand_drawings_of_one_square_are_refused():
    again = shapely.multipolygons([shapely.box(-2.3, 51.7, -2.2, 51.8)] * 1_000)
    with pytest.raises(BadSketch, match="draw its outline alone"):
        drawing_of(again, DEGREES)
