"""Points in the order of a Hilbert curve."""

import geopandas
import numpy as np

from assetmap.people.hilbert import hilbert_order


def test_the_order_is_that_of_the_curve_as_another_library_has_it():
    xs, ys = np.random.default_rng(1).uniform(0, 5e5, (2, 3_000))
    whole = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
    shapes = geopandas.GeoSeries(geopandas.points_from_xy(xs, ys))
    theirs = np.argsort(shapes.hilbert_distance(whole, level=16), kind="stable")
    ours = hilbert_order(xs, ys)
    assert np.mean(ours == theirs.to_numpy()) > 0.99


def test_a_grid_is_walked_cell_by_cell_without_a_jump():
    columns, rows = (each.ravel().astype(float) for each in np.mgrid[0:64, 0:64])
    order = hilbert_order(columns * 64, rows * 64)
    steps = np.abs(np.diff(columns[order])) + np.abs(np.diff(rows[order]))
    assert set(steps) == {1}


def test_no_points_have_an_order():
    assert hilbert_order(np.empty(0), np.empty(0)).tolist() == []
