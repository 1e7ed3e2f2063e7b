"""Coordinate systems: the National Grid by other names, OSTN15, wrong statements."""

import json
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyproj
import pytest
import shapely

from assetmap import crs
from assetmap.errors import BadFile
from assetmap.sources.spatial.reference_systems import is_national_grid, named, stated
from assetmap.sources.spatial.shapes import both_shapes
from assetmap.sources.spatial.vector import Layer, read_layer
from tests.boundaries import map_files
from tests.toy_town import SQUARES

ESRI = (
    'PROJCS["British_National_Grid",GEOGCS["GCS_OSGB_1936",DATUM["D_OSGB_1936",'
    'SPHEROID["Airy_1830",6377563.396,299.3249646]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",400000.0],PARAMETER["False_Northing",-100000.0],'
    'PARAMETER["Central_Meridian",-2.0],PARAMETER["Scale_Factor",0.9996012717],'
    'PARAMETER["Latitude_Of_Origin",49.0],UNIT["Meter",1.0]]'
)
PROJ = (
    "+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 "
    "+ellps=airy +units=m +no_defs +type=crs"
)
SHIFTED = PROJ.replace(
    "+units", "+towgs84=446.448,-125.157,542.06,0.15,0.247,0.842,-20.489 +units"
)
GRID = np.array(list(SQUARES.values()), dtype=object)
CAISTER = shapely.box(651_409.804, 313_177.450, 651_509.804, 313_277.450)


def away(some: Any, other: Any) -> float:
    return float(np.max(shapely.hausdorff_distance(some, other)))


@pytest.mark.parametrize("name", [27700, 7405, ESRI, PROJ, SHIFTED])
def test_the_national_grid_by_another_name_is_taken_without_a_shift(name: Any) -> None:
    system = pyproj.CRS.from_user_input(name)

    grid, _ = both_shapes(GRID, system)

    assert is_national_grid(system)
    assert shapely.equals_exact(grid, GRID, 0).all()


@pytest.mark.parametrize(
    "name",
    [4326, 4277, 29902, 3857, PROJ.replace("49", "50"), PROJ.replace("=m ", "=km ")],
)
def test_what_only_resembles_the_national_grid_is_not_it(name: Any) -> None:
    assert not is_national_grid(pyproj.CRS.from_user_input(name))


@pytest.mark.parametrize("name", [4277, PROJ.replace("+units=m", "+units=km")])
def test_what_is_on_the_datum_of_the_grid_reaches_it_without_a_shift(name: Any) -> None:
    there = geopandas.GeoSeries([CAISTER], crs=27700).to_crs(name)

    grid, wgs84 = both_shapes(np.asarray(there.values, dtype=object), there.crs)

    assert away(grid, [CAISTER]) < 0.001
    # By OSTN15; the shift that PROJ has by itself would be 3.45 m off here.
    first = shapely.get_coordinates(shapely.normalize(wgs84[0]))[0]
    assert first == pytest.approx(crs.CHECK_LON_LAT, abs=1e-7)


@pytest.mark.parametrize("name", [4258, 3857, 4979, 32630, 25830, "OGC:CRS84"])
def test_other_systems_reach_the_grid_by_ostn15(name: Any) -> None:
    degrees = geopandas.GeoSeries(list(crs.wgs84_shapes([CAISTER])), crs=4326)
    there = degrees.to_crs(name)

    grid, _ = both_shapes(np.asarray(there.values, dtype=object), there.crs)

    assert away(grid, [CAISTER]) < 0.01


def test_irish_grid_is_moved_and_lies_off_great_britain_where_it_does() -> None:
    belfast = shapely.box(333_000, 374_000, 333_100, 374_100)

    grid, wgs84 = both_shapes([belfast], pyproj.CRS(29902))

    lon, lat = shapely.get_coordinates(wgs84[0])[0]
    assert (lon, lat) == (pytest.approx(-5.93, abs=0.02), pytest.approx(54.6, abs=0.02))
    assert grid[0] is None or grid[0].area == pytest.approx(10_000, rel=0.01)


def test_a_system_is_named_by_its_authority_or_else_by_its_own_name() -> None:
    assert named(pyproj.CRS(27700)) == "EPSG:27700"
    assert named(pyproj.CRS(SHIFTED)) == "unknown"


def test_an_undefined_system_is_none() -> None:
    local = 'LOCAL_CS["Undefined Cartesian SRS",UNIT["Meter",1]]'
    degrees = (
        'GEOGCS["Undefined geographic SRS",DATUM["unknown",SPHEROID["unknown",'
        '6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925]]'
    )

    assert stated(None) is stated(local) is stated(degrees) is None


def geojson(folder: Path, shapes: Any, stated_as: str | None) -> Path:
    """The shapes as they are, in a file that states any system."""
    frame = geopandas.GeoDataFrame(
        {"code": list(SQUARES), "name": list(SQUARES)}, geometry=list(shapes)
    )
    body = json.loads(frame.to_json(drop_id=True))
    if stated_as:
        body["crs"] = {"type": "name", "properties": {"name": stated_as}}
    (folder / "w.geojson").write_text(json.dumps(body))
    return folder / "w.geojson"


def refusal(path: Path, **how: Any) -> str:
    with pytest.raises(BadFile) as caught:
        read_layer(path, **how)
    return str(caught.value)


DEGREES = crs.wgs84_shapes(GRID)
BACKWARDS = shapely.transform(DEGREES, lambda xy: xy[:, ::-1])


def grid_of(layer: Layer) -> Any:
    return both_shapes(layer.shapes, layer.crs)[0]


def test_degrees_in_a_file_that_says_national_grid(tmp_path: Path) -> None:
    path = geojson(tmp_path, DEGREES, "urn:ogc:def:crs:EPSG::27700")

    assert refusal(path) == (
        "w.geojson: should be in EPSG:27700, but its coordinates are degrees "
        "(-2.25611, 53.47937): name the true one with --crs, which looks like "
        "EPSG:4326"
    )
    layer = read_layer(path, crs="EPSG:4326")
    assert away(grid_of(layer), GRID) < 0.01
    assert layer.notes == (
        "it states EPSG:27700, which its coordinates cannot be: read as EPSG:4326",
    )


def test_metres_in_a_file_that_says_degrees(tmp_path: Path) -> None:
    path = geojson(tmp_path, GRID, None)

    said = refusal(path)

    assert "its coordinates are metres (383,100, 398,100)" in said
    assert said.endswith("which looks like EPSG:27700")
    assert away(grid_of(read_layer(path, crs="EPSG:27700")), GRID) == 0


def test_a_crs_that_is_named_must_fit_too(tmp_path: Path) -> None:
    path = geojson(tmp_path, GRID, None)

    assert "should be in EPSG:4258, but its coordinates are metres" in (
        refusal(path, crs="EPSG:4258")
    )


def test_latitude_before_longitude_is_told_and_can_be_swapped(tmp_path: Path) -> None:
    path = geojson(tmp_path, BACKWARDS, None)

    assert refusal(path).endswith(
        "are latitude and longitude (53.47937, -2.25611), in that order: load it with "
        "--swap-axes"
    )
    layer = read_layer(path, swap_axes=True)
    assert away(grid_of(layer), GRID) < 0.01
    assert layer.notes == ("the two coordinates of each position are swapped",)


def test_northing_before_easting_is_told_where_it_cannot_be_right(
    tmp_path: Path,
) -> None:
    move = np.array([147_000, -218_000])
    london = shapely.transform(GRID, lambda xy: xy + move)
    turned = shapely.transform(london, lambda xy: xy[:, ::-1])
    path = geojson(tmp_path, turned, "urn:ogc:def:crs:EPSG::27700")

    assert "are northing and easting (180,100, 530,100), in that order" in refusal(path)
    assert away(read_layer(path, swap_axes=True).shapes, london) == 0


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        (GRID, "which looks like EPSG:27700"),
        (DEGREES, "which looks like EPSG:4326"),
        (BACKWARDS, "looks like EPSG:4326, and its order with --swap-axes"),
        (shapely.transform(GRID, lambda xy: -xy), "name the true one with --crs"),
    ],
    ids=["grid", "degrees", "backwards", "elsewhere"],
)
def test_a_file_without_a_system_is_told_what_it_looks_like(
    tmp_path: Path, shapes: Any, said: str
) -> None:
    names = {"code": list(SQUARES)}
    frame = geopandas.GeoDataFrame(names, geometry=list(shapes), crs=27700)
    frame.to_file(tmp_path / "w.shp")
    (tmp_path / "w.prj").unlink()

    found = refusal(tmp_path / "w.shp")

    assert found.startswith("w.shp: states no coordinate system: ")
    assert found.endswith(said)


def test_one_feature_that_is_off_does_not_make_a_file_wrong(tmp_path: Path) -> None:
    some = [*DEGREES[:3], GRID[3]]

    assert len(read_layer(geojson(tmp_path, some, None)).shapes) == 4


def test_a_geopackage_of_an_undefined_system_states_none(tmp_path: Path) -> None:
    path = map_files.geopackage(tmp_path)
    map_files.say_system(path, -1)

    assert "states no coordinate system" in refusal(path)
    assert read_layer(path, crs="EPSG:27700").crs.to_epsg() == 27700
