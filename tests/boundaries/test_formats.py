"""The same four wards come out of every format."""

import geopandas
import numpy as np
import pytest
import shapely
from sqlalchemy import select

from assetmap.boundaries.items import shapes_of
from assetmap.boundaries.tables import BoundaryRow
from assetmap.errors import BadFile
from assetmap.footprints.load import load_boundaries
from assetmap.sources.boundaries.columns import Wanted, understood
from assetmap.sources.spatial.vector import read_layer
from tests.boundaries import map_files
from tests.toy_town import SQUARES, description


def columns_of(path, layer):
    is_kml = path.suffix == ".kml"
    wanted = Wanted("Name", "description") if is_kml else Wanted()
    _, found = understood(layer, wanted)
    return found.code, found.name, found.name_cy


@pytest.mark.parametrize("write", map_files.FORMATS, ids=lambda each: each.__name__)
def test_a_set_is_loaded_from_each_format(session, tmp_path, write):
    path = write(tmp_path)
    layer = read_layer(path)
    columns = columns_of(path, layer)
    done = load_boundaries(session, description("wards"), layer, columns)
    assert done.issues == []
    named = session.execute(
        select(BoundaryRow.code, BoundaryRow.name).order_by(BoundaryRow.ordinal)
    )
    assert dict(named.all()) == {each: f"Place {each}" for each in SQUARES}
    found = shapes_of(session, done.row.id)
    assert shapely.area(found) == pytest.approx([10_000] * 4, rel=1e-4)
    away = shapely.hausdorff_distance(found, np.array(list(SQUARES.values())))
    assert away.max() < 0.01


def test_the_same_wards_from_two_formats_are_the_same_boundaries(tmp_path):
    first = read_layer(map_files.geopackage(tmp_path))
    second = read_layer(map_files.geoparquet(tmp_path))
    assert shapely.equals(first.shapes, second.shapes).all()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.geojson", None, "there is no such file"),
        ("w.geojson", "", "is empty"),
        ("w.geojson", '{"type": "FeatureCollection", "features": [', "cannot be read"),
        ("w.gpkg", "not a database", "cannot be read"),
        ("w.parquet", "not parquet", "cannot be read"),
        ("w.zip", "not a zip", "cannot be read"),
        ("w.txt", "code,name", "is none of .geojson"),
        ("w.geojson", '{"type": "FeatureCollection", "features": []}', "no features"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(BadFile, match=said):
        read_layer(tmp_path / name)


def test_a_file_without_a_coordinate_system_asks_for_one(tmp_path):
    path = tmp_path / "w.parquet"
    map_files.frame().set_crs(None, allow_override=True).to_parquet(path)
    with pytest.raises(BadFile, match="--crs"):
        read_layer(path)
    assert read_layer(path, crs="EPSG:27700").crs.to_epsg() == 27700


def test_several_layers_are_listed_and_one_is_taken_by_name(tmp_path):
    path = tmp_path / "two.gpkg"
    map_files.frame().to_file(path, layer="wards")
    map_files.frame().iloc[:1].to_file(path, layer="parish")
    with pytest.raises(BadFile, match=r"--layer: wards, parish"):
        read_layer(path)
    assert len(read_layer(path, layer="parish").shapes) == 1


def test_an_unknown_layer_is_told(tmp_path):
    with pytest.raises(BadFile, match="nowhere"):
        read_layer(map_files.geopackage(tmp_path), layer="nowhere")


def test_a_table_without_shapes_is_told(tmp_path):
    path = tmp_path / "plain.parquet"
    map_files.frame().drop(columns="geometry").to_parquet(path)
    with pytest.raises(BadFile, match=r"plain\.parquet"):
        read_layer(path)


def test_another_coordinate_system_is_brought_to_the_grid(session, tmp_path):
    web = map_files.frame(epsg="OGC:CRS84").to_crs(3857)
    web.to_file(tmp_path / "w.gpkg")
    layer = read_layer(tmp_path / "w.gpkg")
    done = load_boundaries(
        session, description("wards"), layer, ("WD25CD", "WD25NM", None)
    )
    found = shapes_of(session, done.row.id)
    away = shapely.hausdorff_distance(found, np.array(list(SQUARES.values())))
    assert away.max() < 0.01


def test_heights_are_left_out(session, tmp_path):
    high = geopandas.GeoDataFrame(
        {"code": ["W"], "name": ["West"]},
        geometry=shapely.force_3d([SQUARES["W"]], 50.0),
        crs=27700,
    )
    high.to_file(tmp_path / "w.gpkg")
    layer = read_layer(tmp_path / "w.gpkg")
    done = load_boundaries(session, description("w"), layer, ("code", "name", None))
    assert not shapely.has_z(shapes_of(session, done.row.id)).any()
