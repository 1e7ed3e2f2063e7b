"""What layers hold beside plain polygons: curves, heights, mixtures, other letters."""

import json
import sqlite3
import struct
import time
from collections.abc import Sequence
from contextlib import closing
from math import cos, pi, radians
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from assetmap.errors import BadFile
from assetmap.sources.spatial.shapes import as_multipolygons, both_shapes
from assetmap.sources.spatial.vector import read_layer
from tests.boundaries import map_files
from tests.toy_town import SQUARES

RADIUS_M = 1_000.0


def refusal(path: Path, **how: Any) -> str:
    with pytest.raises(BadFile) as caught:
        read_layer(path, **how)
    return str(caught.value)


def circle(east: float, north: float) -> bytes:
    """A disc as a CURVEPOLYGON of four arcs, in well-known binary."""
    around = [(-1, 0), (0, 1), (1, 0), (0, -1), (-1, 0)]
    points = [(east + x * RADIUS_M, north + y * RADIUS_M) for x, y in around]
    arcs = struct.pack("<BII", 1, 8, 5) + b"".join(
        struct.pack("<dd", *each) for each in points
    )
    return struct.pack("<BII", 1, 10, 1) + arcs


def geopackage_of(folder: Path, shapes: Sequence[bytes], kind: str) -> Path:
    """A GeoPackage whose first shapes are given in well-known binary."""
    path = map_files.geopackage(folder)
    with closing(sqlite3.connect(path)) as database, database:
        found = database.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        for (name,) in found.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        head = b"GP\0\x01" + struct.pack("<i", 27700)
        for at, each in enumerate(shapes, 1):
            database.execute("UPDATE wards SET geom=? WHERE fid=?", (head + each, at))
        database.execute(
            "UPDATE gpkg_geometry_columns SET geometry_type_name=?", (kind,)
        )
    return path


@pytest.mark.parametrize("kind", ["CURVEPOLYGON", "GEOMETRY"])
def test_curves_become_lines_within_the_tolerance_that_is_stated(
    tmp_path: Path, kind: str
) -> None:
    several = struct.pack("<BII", 1, 12, 1) + circle(383_000, 398_000)
    shapes = [circle(383_000, 398_000), several]

    found = read_layer(geopackage_of(tmp_path, shapes, kind))

    assert found.notes == (
        "its curves are read as lines, one for each 1 degree of arc",
    )
    # Half a degree from the middle of a chord to its end: 4 cm at 1 km.
    inside_m = RADIUS_M * (1 - cos(radians(0.5)))
    assert inside_m < 0.04
    for each in found.shapes[:2]:
        ring = shapely.get_coordinates(each)
        ends = np.hypot(*(ring - [383_000, 398_000]).T)
        middles = np.hypot(*((ring[1:] + ring[:-1]) / 2 - [383_000, 398_000]).T)
        assert np.abs(ends - RADIUS_M).max() < 1e-6
        assert RADIUS_M - middles.min() < inside_m * 1.001
        assert each.area == pytest.approx(pi * RADIUS_M**2, rel=1e-4)


def test_straight_polygons_are_noted_for_nothing(tmp_path: Path) -> None:
    assert read_layer(geopackage_of(tmp_path, [], "GEOMETRY")).notes == ()


def test_heights_and_measures_are_left_out_and_noted(tmp_path: Path) -> None:
    high = shapely.force_3d(np.array(list(SQUARES.values())), 12.0)
    map_files.frame(dict(zip(SQUARES, high, strict=True))).to_file(tmp_path / "z.gpkg")
    corners = shapely.get_coordinates(SQUARES["W"])
    measured = struct.pack("<BIII", 1, 3003, 1, len(corners)) + b"".join(
        struct.pack("<dddd", *each, 5.0, 7.0) for each in corners
    )

    found = read_layer(tmp_path / "z.gpkg")
    both = read_layer(geopackage_of(tmp_path, [measured], "POLYGON"))

    assert found.notes == ("the heights (Z) of 4 shapes are left out",)
    grid, _ = both_shapes(found.shapes, found.crs)
    assert not shapely.has_z(grid).any()
    assert shapely.equals(both_shapes(both.shapes, both.crs)[0][0], SQUARES["W"])


def test_points_and_lines_beside_polygons_are_left_out_and_noted(
    tmp_path: Path,
) -> None:
    mixed = shapely.GeometryCollection(
        [SQUARES["W"], shapely.Point(383_000, 398_000), SQUARES["E"]]
    )
    shapes = {"A": mixed, "B": shapely.Point(383_000, 398_000), "C": SQUARES["NE"]}
    map_files.frame(shapes).to_file(tmp_path / "w.geojson", driver="GeoJSON")

    found = read_layer(tmp_path / "w.geojson")

    assert found.notes == ("1 points and lines beside polygons are left out",)
    assert as_multipolygons(found.shapes)[0].area == pytest.approx(20_000)


def shapefile(folder: Path, names: list[str], encoding: str) -> Path:
    """A Shapefile with names in an encoding, without the .cpg that says which."""
    frame = map_files.frame().assign(WD25NM=names)
    frame.to_file(folder / "e.shp", encoding=encoding)
    (folder / "e.cpg").unlink()
    return folder / "e.shp"


WELSH = ["Ynys Môn", "Tŷ-du", "Café", "d"]
DASHED = ["Ynys Môn", "Café € x", "c", "d"]


@pytest.mark.parametrize(
    ("names", "encoding", "cpg"),
    [
        (DASHED, "CP1252", None),
        (WELSH, "UTF-8", None),
        (DASHED, "CP1252", "1252"),
        (DASHED, "CP1252", "ANSI 1252"),
        (WELSH, "UTF-8", "UTF-8\n"),
        (DASHED, "CP1252", "klingon"),
        (["Ynys Môn", "b", "c", "d"], "ISO-8859-1", "ISO-8859-1"),
    ],
)
def test_letters_of_a_shapefile_are_read_as_they_were_written(
    tmp_path: Path, names: list[str], encoding: str, cpg: str | None
) -> None:
    path = shapefile(tmp_path, names, encoding)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)

    assert list(read_layer(path).columns["WD25NM"]) == names


def test_letters_that_are_not_what_the_cpg_says_are_told(tmp_path: Path) -> None:
    path = shapefile(tmp_path, DASHED, "CP1252")
    path.with_suffix(".cpg").write_text("UTF-8")

    assert refusal(path) == (
        "e.shp: its columns hold text that is not UTF-8, as its .cpg says: name the "
        "true encoding with --encoding, which may be cp1252"
    )
    assert list(read_layer(path, encoding="cp1252").columns["WD25NM"]) == DASHED
    assert "not UTF-8:" in refusal(path, encoding="utf-8")
    assert "not KLINGON" in refusal(path, encoding="klingon")


def test_json_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    body = json.loads(map_files.geojson(tmp_path).read_text())
    body["features"][2]["properties"]["WD25NM"] = "Café"
    text = json.dumps(body, indent=1, ensure_ascii=False)
    (tmp_path / "w.geojson").write_bytes(text.encode("cp1252"))
    line = text[: text.index("é")].count("\n") + 1

    said = refusal(tmp_path / "w.geojson")

    assert f"line {line} holds the byte 0xE9, which is not UTF-8" in said
    read = read_layer(tmp_path / "w.geojson", encoding="cp1252")
    assert read.columns["WD25NM"][2] == "Café"
    assert "no encoding called 'x'" in refusal(tmp_path / "w.geojson", encoding="x")


def test_other_letters_in_a_geopackage_are_told(tmp_path: Path) -> None:
    path = geopackage_of(tmp_path, [], "POLYGON")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE wards SET WD25NM = CAST(x'436166e9' AS TEXT)")

    said = refusal(path)

    assert said == "w.gpkg: holds text that is not UTF-8 (the byte 0xE9), as GPKG must"


def test_a_geopackage_of_tables_alone_is_told(tmp_path: Path) -> None:
    with closing(sqlite3.connect(map_files.geopackage(tmp_path))) as database, database:
        database.execute("UPDATE gpkg_contents SET data_type = 'attributes'")
        database.execute("DELETE FROM gpkg_geometry_columns")

    assert refusal(tmp_path / "w.gpkg") == "w.gpkg: holds a table without shapes"


def test_parquet_that_does_not_say_where_its_shapes_are_asks(tmp_path: Path) -> None:
    path = tmp_path / "w.parquet"
    map_files.frame().to_wkb().rename(columns={"geometry": "wkb"}).to_parquet(path)

    assert refusal(path) == (
        "w.parquet: is Parquet that does not say which column holds its shapes (it is "
        "no GeoParquet): if one holds them as well-known binary, name it with --layer "
        "and its coordinate system with --crs; it has wkb"
    )
    assert "states no coordinate system" in refusal(path, layer="wkb")
    found = read_layer(path, layer="wkb", crs="EPSG:27700")
    assert shapely.equals(found.shapes, list(SQUARES.values())).all()
    pd.DataFrame({"code": ["a"]}).to_parquet(path)
    assert refusal(path).endswith("it has no column that could hold shapes")


def test_a_column_that_is_no_shapes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "w.parquet"
    pd.DataFrame({"code": ["a"], "blob": [b"nonsense"]}).to_parquet(path)

    assert "cannot be read" in refusal(path, layer="blob", crs="EPSG:27700")


def test_of_several_columns_of_shapes_one_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "w.parquet"
    frame = map_files.frame()
    frame["middle"] = frame.geometry.centroid
    frame.to_parquet(path)

    assert shapely.get_type_id(read_layer(path).shapes).tolist() == [3] * 4
    found = read_layer(path, layer="middle")
    assert shapely.get_type_id(found.shapes).tolist() == [0] * 4
    assert list(found.columns.columns) == ["WD25CD", "WD25NM"]
    assert "has no column of shapes 'x'; it has geometry, middle" in (
        refusal(path, layer="x")
    )


@pytest.mark.parametrize("name", ["big.gpkg", "big.geojson", "big.parquet"])
def test_a_polygon_of_a_million_vertices_is_read(tmp_path: Path, name: str) -> None:
    turn = np.linspace(0, 2 * pi, 1_000_000, endpoint=False)
    away = 20_000 + 50 * np.sin(5_000 * turn)
    ring = np.column_stack(
        [450_000 + away * np.cos(turn), 300_000 + away * np.sin(turn)]
    )
    shape = shapely.Polygon(np.round(ring, 2))
    frame = geopandas.GeoDataFrame({"code": ["A"]}, geometry=[shape], crs=27700)
    path = tmp_path / name
    frame.to_parquet(path) if name.endswith("parquet") else frame.to_file(path)
    started = time.process_time()

    found = read_layer(path)

    assert shapely.get_num_coordinates(found.shapes[0]) > 999_000
    # A few seconds of work; ten times that would be another order of growth.
    assert time.process_time() - started < 30


def test_rows_of_shapes_that_cannot_be_are_kept_for_the_report(tmp_path: Path) -> None:
    body = json.loads(map_files.geojson(tmp_path).read_text())
    body["features"][0]["geometry"] = None
    body["features"][1]["geometry"]["coordinates"] = [[["a", 1], [2, 3], [4, 5]]]
    (tmp_path / "w.geojson").write_text(json.dumps(body))

    found = read_layer(tmp_path / "w.geojson")

    assert [each is None for each in found.shapes] == [True, True, False, False]
