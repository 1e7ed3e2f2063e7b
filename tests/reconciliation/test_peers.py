"""Beside two well-known libraries: equal where they are right, and why where not.

They are installed to be measured against (the extra ``bench``); without them these
tests have nothing to compare with.
"""

import warnings

import geopandas
import pandas as pd
import pytest
import shapely
from shapely.errors import GEOSException

from assetmap.reconciliation import crosswalk, interpolate_counts
from assetmap.reconciliation.frames.layers import BadLayer

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    tobler = pytest.importorskip("tobler.area_weighted")
    maup = pytest.importorskip("maup")

pytestmark = pytest.mark.filterwarnings("ignore")

BLOCK = shapely.box(0, 0, 100, 100)
THREE_QUARTERS = [shapely.box(0, 0, 75, 100), shapely.box(25, 0, 100, 100)]
BOW = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])


def frame(shapes, **columns):
    codes = [f"{place}" for place in range(len(shapes))]
    return geopandas.GeoDataFrame({"code": codes} | columns, geometry=shapes, crs=27700)


def ours(source, target, whole=False):
    found = crosswalk(source, target, "code", "code", slivers=True)
    counts = source.set_index("code")["people"].astype(float)
    return interpolate_counts(counts, found, whole=whole)


def theirs(source, target, allocate_total):
    found = tobler.area_interpolate(
        source, target, extensive_variables=["people"], allocate_total=allocate_total
    )
    return found["people"].tolist()


def test_a_target_of_five_percent_of_a_source_has_five_of_its_hundred_people():
    """The default of one library gives it all hundred: the other 95 live elsewhere."""
    source = frame([BLOCK], people=[100.0])
    target = frame([shapely.box(95, 0, 300, 100)])
    assert theirs(source, target, allocate_total=True) == pytest.approx([100])
    assert theirs(source, target, allocate_total=False) == pytest.approx([5])
    assert ours(source, target).tolist() == pytest.approx([5])
    found = crosswalk(source, target, "code", "code")
    assert found["weight"].sum() == pytest.approx(1)


def test_two_overlapping_targets_can_be_counted_both_ways_and_together():
    """Either way alone hides something: 50 and 50 is no target's own count, and 75
    and 75 are more than there are. The row of what is outside tells the union."""
    source, target = frame([BLOCK], people=[100.0]), frame(THREE_QUARTERS)
    assert theirs(source, target, allocate_total=True) == pytest.approx([50, 50])
    assert theirs(source, target, allocate_total=False) == pytest.approx([75, 75])
    assert ours(source, target).tolist() == pytest.approx([50, 50])
    assert ours(source, target, whole=True).tolist() == pytest.approx([75, 75])
    found = crosswalk(source, target, "code", "code")
    outside = found[found["target"].isna()]
    assert 100 * (1 - outside["weight"].sum()) == pytest.approx(100)


def test_the_order_of_targets_decides_nothing():
    """By assignment the first row takes the block, whichever it is."""
    source = frame([BLOCK], people=[100.0])
    target = frame(THREE_QUARTERS)
    turned = target.iloc[::-1].reset_index(drop=True)
    first = [target["code"][maup.assign(source, target)[0]]]
    second = [turned["code"][maup.assign(source, turned)[0]]]
    assert first != second
    pd.testing.assert_series_equal(ours(source, target), ours(source, turned))


def test_a_polygon_that_crosses_itself_is_repaired_and_told():
    """Both libraries end with an error of the geometry engine."""
    source, target = frame([BOW], people=[100.0]), frame([BLOCK])
    with pytest.raises(GEOSException):
        theirs(source, target, allocate_total=False)
    with pytest.raises(GEOSException):
        maup.intersections(source, target)
    with pytest.warns(UserWarning, match="repaired"):
        assert ours(source, target).tolist() == pytest.approx([100])


def test_layers_in_two_systems_are_an_error_and_not_nothing(capsys):
    source, target = frame([BLOCK], people=[1.0]), frame([BLOCK]).to_crs(32630)
    found = tobler.area_interpolate(source, target, extensive_variables=["people"])
    assert found is None
    assert "different crs" in capsys.readouterr().out
    with pytest.raises(BadLayer, match="different coordinate systems"):
        ours(source, target)


def test_where_targets_tile_the_sources_all_agree():
    squares = [shapely.box(x, y, x + 50, y + 50) for x in (0, 50) for y in (0, 50)]
    target = frame([shapely.box(0, 0, 30, 100), shapely.box(30, 0, 100, 100)])
    source = frame(squares, people=[10.0, 20.0, 30.0, 40.0])
    expected = ours(source, target).tolist()
    assert theirs(source, target, allocate_total=True) == pytest.approx(expected)
    pieces = maup.intersections(source, target, area_cutoff=0)
    prorated = maup.prorate(pieces, source["people"], maup.normalize(pieces.area))
    assert prorated.tolist() == pytest.approx(expected)
