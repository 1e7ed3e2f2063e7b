"""The layer for analysts on GeoDataFrames: by hand, and beside the peers' mistakes."""

import sys

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from assetmap import reconciliation
from assetmap.footprints.areas import kernel
from assetmap.reconciliation import (
    agreement,
    crosswalk,
    interpolate,
    interpolate_counts,
    overlaps,
)
from assetmap.reconciliation.crosswalks.own_table import BadTable
from assetmap.reconciliation.frames.counts import UnknownSource
from assetmap.reconciliation.frames.systems import BadLayer


def frame(shapes, crs=27700, code="code"):
    codes = pd.Series(list(shapes), dtype=object)
    return geopandas.GeoDataFrame(
        {code: codes}, geometry=list(shapes.values()), crs=crs
    )


def weights(found, column="weight"):
    targets = [None if pd.isna(each) else each for each in found["target"]]
    pairs = zip(found["source"], targets, strict=True)
    return dict(zip(pairs, found[column], strict=True))


BLOCK = frame({"B": shapely.box(0, 0, 100, 100)})
PAIR = frame({"T1": shapely.box(0, 0, 75, 100), "T2": shapely.box(25, 0, 100, 100)})
SMALL = frame({"T": shapely.box(95, 0, 300, 100)})


def test_overlaps_with_shares_both_ways():
    found = overlaps(SMALL, BLOCK, "code", "code").to_dict("records")
    assert found == [
        {
            "source": "T",
            "target": "B",
            "overlap_m2": pytest.approx(500),
            "share_of_source": pytest.approx(500 / 20_500),
            "share_of_target": pytest.approx(0.05),
            "agreement": pytest.approx(500 / 30_000),
        }
    ]


def test_agreement_is_overlap_over_union():
    assert agreement(PAIR, PAIR) == pytest.approx(1)
    assert agreement(PAIR, BLOCK) == pytest.approx(1)
    assert agreement(SMALL, BLOCK) == pytest.approx(500 / 30_000)


def test_a_crosswalk_of_the_four_square_grid():
    """maup's example: the square (0, 0.5) to (1.5, 2) holds 2.25 squares."""
    squares = {
        f"{x}{y}": shapely.box(x, y, x + 1, y + 1) for x in (0, 1) for y in (0, 1)
    }
    target = frame({"S": shapely.box(0, 0.5, 1.5, 2)})
    found = crosswalk(frame(squares), target, "code", "code", slivers=True)
    ones = pd.Series(1.0, index=list(squares))
    assert interpolate_counts(ones, found)["S"] == pytest.approx(2.25, rel=1e-12)


def test_the_fifth_part_and_both_ways_of_counting_overlaps():
    assert weights(crosswalk(BLOCK, SMALL, "code", "code")) == pytest.approx(
        {("B", "T"): 0.05, ("B", None): 0.95}
    )
    found = crosswalk(BLOCK, PAIR, "code", "code")
    counts = pd.Series([100.0], index=["B"])
    assert interpolate_counts(counts, found, whole=True).tolist() == pytest.approx(
        [75, 75]
    )
    assert interpolate_counts(counts, found).tolist() == pytest.approx([50, 50])


def test_row_order_decides_nothing():
    turned = PAIR.iloc[::-1].reset_index(drop=True)
    one, other = (crosswalk(BLOCK, each, "code", "code") for each in (PAIR, turned))
    pd.testing.assert_frame_equal(one, other)


def test_by_points_and_by_area_where_there_are_none():
    source = frame(
        {"A": shapely.box(0, 0, 100, 100), "E": shapely.box(100, 0, 200, 100)}
    )
    target = frame({"T": shapely.box(50, 0, 150, 100)})
    places = geopandas.GeoDataFrame(
        {"people": [30.0, 10.0]},
        geometry=[shapely.Point(10, 10), shapely.Point(60, 10)],
        crs=27700,
    )
    found = crosswalk(source, target, "code", "code", "points", places, "people")
    assert weights(found) == pytest.approx(
        {("A", "T"): 0.25, ("A", None): 0.75, ("E", "T"): 0.5, ("E", None): 0.5}
    )
    assert found["weighted_by"].tolist() == ["people", "people", "area", "area"]
    plain = crosswalk(source, target, "code", "code", "points", places)
    assert weights(plain)["A", "T"] == pytest.approx(0.5)
    both = crosswalk(BLOCK, PAIR, "code", "code", "points", places, "people")
    assert weights(both, "weight_fractional") == pytest.approx(
        {("B", "T1"): 30 / 40 + 5 / 40, ("B", "T2"): 5 / 40, ("B", None): 0}
    )


@pytest.fixture(params=["edge sums", "GEOS overlay"])
def computed_by(request, monkeypatch):
    """Both ways to find an area: with a compiler and without."""
    if request.param == "GEOS overlay":
        monkeypatch.setitem(sys.modules, "numba", None)
    kernel.compiled.cache_clear()
    yield request.param
    kernel.compiled.cache_clear()


SIDE_FT = 3937.0
"""1,200 m in feet of the United States, which EPSG:32030 is in."""
STRIP = shapely.box(0, 0, SIDE_FT, SIDE_FT)
SHIFTED = shapely.box(SIDE_FT / 4, 0, SIDE_FT * 5 / 4, SIDE_FT)
HALVES = {
    "L": shapely.box(0, 0, SIDE_FT * 3 / 4, SIDE_FT),
    "R": shapely.box(SIDE_FT / 4, 0, SIDE_FT, SIDE_FT),
}


def test_feet_are_measured_in_metres(computed_by):
    one, other = frame({"B": STRIP}, 32030), frame({"T": SHIFTED}, 32030)
    found = overlaps(one, other, "code", "code")
    assert found.attrs["computed_by"] == computed_by
    row = found.to_dict("records")[0]
    assert row["overlap_m2"] == pytest.approx(0.75 * 1_200.0**2)
    assert row["share_of_source"] == pytest.approx(0.75)
    assert row["agreement"] == pytest.approx(0.6)
    assert agreement(one, other) == pytest.approx(0.6)


def test_a_crosswalk_in_feet_balances(computed_by):
    one = frame({"B": STRIP}, 32030)
    found = crosswalk(one, frame(HALVES, 32030), "code", "code")
    assert found.attrs["computed_by"] == computed_by
    assert weights(found, "weight_fractional") == pytest.approx(
        {("B", "L"): 0.5, ("B", "R"): 0.5, ("B", None): 0}
    )
    assert found["overlap"].tolist() == pytest.approx([1_080_000, 1_080_000, 0])


def test_degrees_and_two_systems_are_refused():
    degrees = frame({"B": shapely.box(-2, 53, -1, 54)}, 4326)
    with pytest.raises(BadLayer, match="degrees"):
        crosswalk(degrees, degrees, "code", "code")
    with pytest.raises(BadLayer, match="different coordinate systems"):
        crosswalk(BLOCK, frame({"B": shapely.box(0, 0, 1, 1)}, 32630), "code", "code")
    with pytest.raises(BadLayer, match="states no"):
        overlaps(frame({"B": shapely.box(0, 0, 1, 1)}, None), BLOCK, "code", "code")
    places = geopandas.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=32630)
    with pytest.raises(BadLayer, match="Points and layers"):
        crosswalk(BLOCK, PAIR, "code", "code", "points", places)


BOW = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])


def test_a_bow_tie_is_repaired_and_told_or_refused():
    crossed = frame({"X": BOW})
    with pytest.warns(UserWarning, match="X 0.0 → 5,000.0 m²"):
        found = crosswalk(crossed, BLOCK, "code", "code")
    assert weights(found) == pytest.approx({("X", "B"): 1.0, ("X", None): 0.0})
    assert found.attrs["repaired"]["source"][0][0] == "X"
    with pytest.raises(BadLayer, match="Invalid polygons: 1: X"):
        crosswalk(crossed, BLOCK, "code", "code", invalid="refuse")


def test_agreement_repairs_as_the_rest_does():
    """A bow-tie of 5,000 m² in a layer of 20,000 m²."""
    ground = frame({"G": shapely.box(0, 0, 200, 100)})
    crossed = frame({"X": BOW})
    with pytest.warns(UserWarning, match="1 0.0 → 5,000.0 m²"):
        assert agreement(crossed, ground) == pytest.approx(0.25)
    with pytest.warns(UserWarning, match="repaired"):
        assert agreement(crossed, crossed) == 1
    with pytest.raises(BadLayer, match="Invalid polygons: 1: 1"):
        agreement(crossed, ground, invalid="refuse")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (frame({"B": shapely.LineString([(0, 0), (1, 1)])}), "Not a polygon: 1: 1"),
        (frame({"A": shapely.box(0, 0, 1, 1), "B": None}), "No shape: 1: 2"),
        (frame({"B": shapely.Polygon()}), "No shape: 1: 1"),
        (frame({"B": shapely.box(-2, 53, -1, 54)}, 4326), "degrees"),
    ],
)
def test_agreement_refuses_what_cannot_be_measured(bad, said):
    with pytest.raises(BadLayer, match=said):
        agreement(bad, bad)


def test_layers_without_rows_agree_about_nothing():
    with pytest.raises(BadLayer, match="Neither"):
        agreement(BLOCK.iloc[:0], BLOCK.iloc[:0])


def test_a_point_on_a_shared_edge_counts_once_for_the_lowest_code():
    """As in the service: S holds six points, one of them where L and R meet."""
    source = frame({"S": shapely.box(0, 0, 100, 100)})
    target = frame({"R": shapely.box(50, 0, 100, 100), "L": shapely.box(0, 0, 50, 100)})
    places = geopandas.GeoDataFrame(
        geometry=[shapely.Point(x, 50) for x in (10, 20, 50, 70, 80, 90)],
        crs=27700,
    )
    found = crosswalk(source, target, "code", "code", "points", places)
    assert "weight_fractional" not in found
    assert weights(found) == pytest.approx(
        {("S", "L"): 0.5, ("S", "R"): 0.5, ("S", None): 0}
    )
    sources = crosswalk(target, source, "code", "code", "points", places)
    assert sources.loc[sources["target"] == "S", "overlap"].tolist() == [3, 3]


def test_points_in_a_layer_that_overlaps_count_for_all_that_hold_them():
    places = geopandas.GeoDataFrame(geometry=[shapely.Point(50, 5)], crs=27700)
    found = crosswalk(BLOCK, PAIR, "code", "code", "points", places)
    assert weights(found) == {("B", "T1"): 1, ("B", "T2"): 1, ("B", None): 0}
    assert found["weight_fractional"].tolist() == [0.5, 0.5, 0]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (frame({"B": shapely.Point(0, 0)}), "Not a polygon: 1: B"),
        (frame({"B": None}), "No shape: 1: B"),
        (
            frame(
                {
                    "B": shapely.transform(
                        shapely.box(0, 0, 1, 1), lambda at: at + np.inf
                    )
                }
            ),
            "Coordinates that are no numbers: 1: B",
        ),
        (frame({None: shapely.box(0, 0, 1, 1)}), "without a code"),
        (
            pd.concat([BLOCK, BLOCK], ignore_index=True),
            "stand twice: 1: B",
        ),
        (frame({"B": shapely.box(0, 0, 1, 1)}, code="id"), "no column 'code'"),
    ],
)
def test_layers_that_cannot_be_measured_say_why(bad, said):
    with pytest.raises(BadLayer, match=said):
        crosswalk(bad, BLOCK, "code", "code")


def test_points_that_are_no_counts_are_refused():
    places = geopandas.GeoDataFrame(
        {"people": [-1.0]}, geometry=[shapely.Point(5, 5)], crs=27700
    )
    with pytest.raises(BadLayer, match=r"'people', row 0: -1.0 is below 0"):
        crosswalk(BLOCK, PAIR, "code", "code", "points", places, "people")
    with pytest.raises(BadLayer, match="needs points="):
        crosswalk(BLOCK, PAIR, "code", "code", "points")


def test_a_table_is_carried_with_what_is_missing():
    source = frame(
        {"A": shapely.box(0, 0, 100, 100), "B": shapely.box(100, 0, 200, 100)}
    )
    target = frame(
        {"T": shapely.box(50, 0, 150, 100), "F": shapely.box(900, 0, 950, 9)}
    )
    found = crosswalk(source, target, "code", "code")
    table = pd.DataFrame(
        {"n": [10.0, np.nan], "moe": [4.0, 1.0], "of": [20.0, 30.0]}, index=["A", "B"]
    )
    given = interpolate(table, found, ["n"], [("n", "of")], {"n": "moe"})
    assert given.loc["T", "n"] == pytest.approx(5)
    assert given.loc["T", "n_known_share"] == pytest.approx(0.5)
    assert given.loc["T", "n_missing_sources"] == 1
    assert given.loc["T", "moe"] == pytest.approx(2)
    assert given.loc["T", "n_per_of"] == pytest.approx(0.5)
    assert np.isnan(given.loc["F", "n"])
    assert given.attrs["of"] == {
        "sent": 50.0,
        "allocated": pytest.approx(25),
        "outside": pytest.approx(25),
    }


def test_counts_of_what_is_not_there_are_refused():
    found = crosswalk(BLOCK, PAIR, "code", "code")
    with pytest.raises(UnknownSource, match="Z"):
        interpolate_counts(pd.Series([1.0], index=["Z"]), found)
    with pytest.raises(UnknownSource, match="Twice: B"):
        interpolate_counts(pd.Series([1.0, 2.0], index=["B", "B"]), found)
    with pytest.raises(BadTable, match="rank"):
        interpolate(pd.DataFrame({"rank": [1]}, index=["B"]), found, ["rank"])


def test_only_what_is_there_is_given():
    assert {"crosswalk", "overlaps"} <= set(reconciliation.__all__)
    assert all(
        callable(getattr(reconciliation, each)) for each in reconciliation.__all__
    )
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = reconciliation.nothing
