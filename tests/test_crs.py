"""OSTN15, both ways, at places whose coordinates are known."""

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import assetmap
from assetmap import crs

# Longitude, latitude, easting, northing; Caister is the Ordnance Survey's example.
POINTS = {
    "Caister water tower": (1.716073973, 52.658007833, 651409.804, 313177.450),
    "Penzance": (-5.537, 50.118, 147255.642, 30206.767),
    "Plymouth": (-4.143, 50.371, 247703.022, 54541.986),
    "Bristol": (-2.587, 51.454, 359309.406, 172943.585),
    "London": (-0.1276, 51.507, 530042.023, 180335.767),
    "Dover": (1.31, 51.13, 631685.543, 141956.124),
    "Norwich": (1.297, 52.63, 623219.645, 308683.413),
    "Birmingham": (-1.89, 52.48, 407567.451, 286901.247),
    "Cardiff": (-3.179, 51.48, 318222.679, 176330.803),
    "Aberystwyth": (-4.08, 52.415, 258632.554, 281700.931),
    "Manchester": (-2.2426, 53.4808, 383997.276, 398256.539),
    "Leeds": (-1.549, 53.8, 429803.033, 433836.582),
    "Hull": (-0.336, 53.745, 509836.597, 428907.300),
    "Newcastle": (-1.617, 54.978, 424612.950, 564887.616),
    "Carlisle": (-2.93, 54.89, 340443.995, 555424.177),
    "Glasgow": (-4.25, 55.86, 259272.318, 665269.303),
    "Lerwick": (-1.14, 60.15, 447852.637, 1140921.300),
}
# The Ordnance Survey's test point of the Isles of Scilly (TP01), and places near it.
ST_MARYS = (-6.29977752014, 49.92226393730, 91492.146, 11318.804)


def one(*values: float) -> list[np.ndarray]:
    return [np.array([each]) for each in values]


@pytest.mark.parametrize(("lon", "lat", "east", "north"), POINTS.values(), ids=POINTS)
def test_degrees_become_grid_metres_within_a_centimetre(lon, lat, east, north):
    found_east, found_north = crs.to_grid(*one(lon, lat))
    assert float(found_east[0]) == pytest.approx(east, abs=0.01)
    assert float(found_north[0]) == pytest.approx(north, abs=0.01)


@pytest.mark.parametrize(("lon", "lat", "east", "north"), POINTS.values(), ids=POINTS)
def test_grid_metres_become_degrees_within_a_centimetre(lon, lat, east, north):
    found_lon, found_lat = crs.to_lon_lat(*one(east, north))
    assert float(found_lon[0]) == pytest.approx(lon, abs=1.5e-7)
    assert float(found_lat[0]) == pytest.approx(lat, abs=1e-7)


@given(
    st.floats(200_000, 600_000, allow_nan=False),
    st.floats(100_000, 560_000, allow_nan=False),
)
@settings(max_examples=50, deadline=None)
def test_there_and_back_is_the_same_place_within_a_centimetre(east, north):
    lon, lat = crs.to_lon_lat(*one(east, north))
    back = crs.to_grid(lon, lat)
    if np.isfinite(lon[0]):
        assert float(np.hypot(back[0][0] - east, back[1][0] - north)) < 0.01


def test_the_isles_of_scilly_have_an_answer_both_ways():
    lon, lat, east, north = ST_MARYS
    assert [float(each[0]) for each in crs.to_grid(*one(lon, lat))] == pytest.approx(
        [east, north], abs=0.01
    )
    around = np.array([-6.36, -6.30, -6.28]), np.array([49.89, 49.95, 49.92])
    grid = crs.to_grid(*around)
    assert np.isfinite(grid).all()
    assert np.abs(np.array(crs.to_lon_lat(*grid)) - np.array(around)).max() < 2e-7


@pytest.mark.parametrize(
    ("lon", "lat"), [(-74.0, 40.7), (53.48, -2.24), (5.0, 52.0), (-2.0, 70.0)]
)
def test_outside_great_britain_there_is_no_answer(lon, lat):
    assert np.isnan(crs.to_grid(*one(lon, lat))).all()


def test_off_the_grid_there_is_no_answer():
    assert np.isnan(crs.to_lon_lat(*one(-50_000.0, 100_000.0))).all()


def test_one_lost_point_leaves_the_others_their_answers():
    east, _ = crs.to_grid(np.array([-2.24, 20.0, -0.12]), np.array([53.48, 53.0, 51.5]))
    assert np.isnan(east).tolist() == [False, True, False]


def test_a_shape_with_a_vertex_off_the_grid_is_none_and_its_neighbour_is_kept():
    inside = shapely.box(-2.25, 53.47, -2.24, 53.48)
    astray = shapely.Polygon([(-2.2, 53.4), (30.0, 53.4), (-2.2, 53.5)])
    found = crs.grid_shapes([astray, inside])
    assert found[0] is None
    assert shapely.area(found[1]) == pytest.approx(663 * 1113, rel=0.01)


def test_a_shape_there_and_back_is_the_same_shape():
    square = shapely.box(383_000, 398_000, 384_000, 399_000)
    degrees = crs.wgs84_shapes([square])[0]
    back = crs.grid_shapes([degrees])[0]
    assert shapely.hausdorff_distance(square, back) < 0.01


def test_heights_are_left_out():
    high = shapely.Polygon([(-2.2, 53.4, 9), (-2.1, 53.4, 9), (-2.2, 53.5, 9)])
    assert not shapely.has_z(crs.grid_shapes([high])[0])


def test_the_check_point_comes_out_within_a_centimetre():
    assert crs.check() < 0.01


def test_another_transformation_is_noticed_at_the_check_point(monkeypatch):
    def helmert(lon, lat):
        return np.array([651411.222]), np.array([313180.597])

    monkeypatch.setattr(crs, "to_grid", helmert)
    with pytest.raises(crs.TransformationWrong, match=r"3\.45 m"):
        crs.check()


def test_no_query_transforms_between_coordinate_systems():
    package = Path(assetmap.__file__).parent
    sources = [*package.rglob("*.sql"), *package.rglob("*.py")]
    assert len(sources) > 50
    # To Web Mercator only a formula on the sphere is needed: no datum changes.
    but = r"(?!\([a-z_.]+, MERCATOR\))"
    transform = re.compile(rf"st_transform\s*{but}\(", re.IGNORECASE)
    found = [each.name for each in sources if transform.search(each.read_text("utf-8"))]
    assert found == []


def test_few_points_come_out_as_many_do():
    random = np.random.default_rng(1)
    lon, lat = random.uniform(-3, 1, 200), random.uniform(50.5, 54, 200)
    many, few = crs.to_grid(lon, lat), crs.to_grid(lon[:50], lat[:50])
    assert np.array_equal(np.array(few), np.array(many)[:, :50])
