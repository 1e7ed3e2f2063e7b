"""The layer for analysts with frames as people have them: codes, columns, systems."""

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from assetmap.reconciliation import (
    crosswalk,
    interpolate,
    interpolate_counts,
    overlaps,
)
from assetmap.reconciliation.crosswalks.own_table import BadTable
from assetmap.reconciliation.frames.counts import UnknownSource
from assetmap.reconciliation.frames.systems import BadLayer

COUNTIES = geopandas.GeoDataFrame(
    {"fips": [44007, 9001]},
    geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)],
    crs=27700,
)
DISTRICTS = geopandas.GeoDataFrame(
    {"district": [10, 2]},
    geometry=[shapely.box(150, 0, 250, 100), shapely.box(0, 0, 150, 100)],
    crs=27700,
)
HOMES = geopandas.GeoDataFrame(
    {"people": [30.0, 10.0], "said": ["3", "many"]},
    geometry=[shapely.Point(10, 10), shapely.Point(160, 10)],
    index=["first", "second"],
    crs=27700,
)


@pytest.fixture(name="weights")
def walked():
    return crosswalk(COUNTIES, DISTRICTS, "fips", "district")


def test_codes_that_are_numbers_stay_numbers(weights):
    assert weights["source"].tolist() == [9001, 9001, 9001, 44007, 44007]
    assert weights["target"].dropna().tolist() == [2, 10, 2]
    people = interpolate_counts(pd.Series({44007: 300.0, 9001: 80.0}), weights)
    assert people.to_dict() == {2: 340, 10: 40}
    named = weights.merge(DISTRICTS, left_on="target", right_on="district")
    assert len(named) == 3
    shared = overlaps(COUNTIES, DISTRICTS, "fips", "district")
    assert shared["target"].tolist() == [2, 10, 2]


def test_codes_of_another_kind_are_told_apart(weights):
    with pytest.raises(UnknownSource, match=r"'9001'; its sources are such as 9001"):
        interpolate_counts(pd.Series({"9001": 80.0}), weights)


def test_codes_of_several_kinds_have_an_order_too():
    mixed = COUNTIES.assign(fips=pd.Series(["a", 1], dtype=object))
    found = crosswalk(mixed, DISTRICTS, "fips", "district")
    assert found["source"].tolist() == [1, 1, 1, "a", "a"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0, np.inf], "'n', row 9001: inf is more than 1e+15"),
        ([-1.0, 2.0], "'n', row 44007: -1.0 is below 0"),
        ([5, "x y"], "'n', row 9001: 'x y' is not a number"),
        ([[1], 5], r"'n', row 44007: [1] is not a number"),
    ],
)
def test_what_is_no_count_is_told_by_column_row_and_value(weights, values, said):
    table = pd.DataFrame({"n": values}, index=[44007, 9001])
    with pytest.raises(BadTable) as raised:
        interpolate(table, weights, ["n"])
    assert said in str(raised.value)
    assert raised.value.facts["column"] == "n"


def test_missing_may_be_written_as_publishers_do(weights):
    table = pd.DataFrame({"n": ["1,300", "[c]"]}, index=[44007, 9001])
    found = interpolate(table, weights, "n")
    assert found["n"].tolist()[0] == 1300
    assert np.isnan(found.loc[10, "n"])
    assert found.loc[2, "n_missing_sources"] == 1


def test_a_column_that_is_not_there_is_named(weights):
    table = pd.DataFrame({"n": [1.0]}, index=[9001])
    with pytest.raises(BadTable, match="no column 'people'; there are n"):
        interpolate(table, weights, ["people"])
    with pytest.raises(BadTable, match="no column 'overlap'; there are source"):
        interpolate(table, weights.drop(columns="overlap"), ["n"])
    twice = pd.concat([table, table], axis=1)
    with pytest.raises(BadTable, match="'n' stands twice"):
        interpolate(twice, weights, ["n"])


def test_by_people_is_by_points_with_a_column():
    asked = (COUNTIES, DISTRICTS, "fips", "district")
    by_people = crosswalk(*asked, by="people", points=HOMES, people="people")
    by_points = crosswalk(*asked, by="points", points=HOMES, people="people")
    pd.testing.assert_frame_equal(by_people, by_points)
    assert set(by_people["weighted_by"]) == {"people"}


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"by": "people"}, "by people needs points="),
        ({"by": "people", "points": HOMES}, "needs people=, the column"),
        ({"by": "length"}, "by='length' is none of"),
        ({"points": HOMES}, "say by='points'"),
        ({"by": "points", "points": HOMES, "people": "zz"}, "no column 'zz'"),
        (
            {"by": "points", "points": HOMES, "people": "said"},
            "'said', row 'second': 'many' is not a number",
        ),
        (
            {
                "by": "points",
                "points": HOMES.assign(people=[1, np.inf]),
                "people": "people",
            },
            "'people', row 'second': inf is more",
        ),
        (
            {
                "by": "points",
                "points": HOMES.assign(people=[1, None]),
                "people": "people",
            },
            "'people', row 'second': nan is missing",
        ),
        (
            {"by": "points", "points": HOMES.set_geometry([None, shapely.Point()])},
            "Rows without a point: 2: first, second",
        ),
        (
            {"by": "points", "points": HOMES.set_geometry(HOMES.buffer(9))},
            "Rows without a point: 2: first, second",
        ),
    ],
)
def test_what_a_crosswalk_needs_is_said(how, said):
    with pytest.raises(BadLayer) as raised:
        crosswalk(COUNTIES, DISTRICTS, "fips", "district", **how)
    assert said in str(raised.value)


def moved(crs, *, east, north):
    shapes = [shapely.box(east, north, east + 1000, north + 1000)]
    return geopandas.GeoDataFrame({"code": ["A"]}, geometry=shapes, crs=crs)


def test_a_map_that_shows_areas_wrong_is_refused():
    """Web Mercator at 53° north, where a hectare looks like 2.77."""
    web = moved(3857, east=-222_000, north=6_990_000)
    with pytest.raises(BadLayer, match=r"EPSG:3857 shows areas here 2.767 times"):
        overlaps(web, web, "code", "code")
    at_the_equator = moved(3857, east=0, north=0)
    assert len(overlaps(at_the_equator, at_the_equator, "code", "code")) == 1


def test_a_map_that_shows_areas_a_little_wrong_is_told():
    """UTM zone 30 where zone 32 would be right."""
    far = moved(32630, east=1_300_000, north=5_800_000)
    with pytest.warns(UserWarning, match="EPSG:32630 shows areas here 1.01"):
        overlaps(far, far, "code", "code")


@pytest.mark.parametrize("crs", [27700, 32630, 3035, 29902, 2157])
def test_national_grids_and_equal_area_maps_pass(crs):
    there = COUNTIES.set_crs(27700).translate(450_000, 300_000)
    there = geopandas.GeoDataFrame(geometry=there, crs=27700).to_crs(crs)
    found = overlaps(
        there.assign(code=["A", "B"]), there.assign(code=["A", "B"]), *["code"] * 2
    )
    assert found["overlap_m2"].sum() == pytest.approx(20_000, rel=0.01)


def test_what_is_no_geodataframe_is_refused():
    with pytest.raises(BadLayer, match="not a DataFrame"):
        overlaps(pd.DataFrame({"code": [1]}), COUNTIES, "code", "fips")
