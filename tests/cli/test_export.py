"""``assetmap export``: what the public sees of a collection, as a file of each form."""

import csv
import json
import resource
from contextlib import contextmanager

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.publish.cli.export import FORMS
from tests.assets.toy_assets import add, asset
from tests.cli.conftest import run_command
from tests.databases import fresh_database, process_on
from tests.publish.conftest import build
from tests.toy_town import SQUARES, at


@pytest.fixture(scope="module")
def shown(server_url):
    """Runs commands on the town, which has a hidden and an approximate asset too."""
    with fresh_database(server_url, "export") as address:
        engine = create_engine(address, poolclass=NullPool)
        with Session(engine) as session, session.begin():
            build(session)
            cafe = asset("Cafe", at(130, 130), location_visibility="approximate")
            hidden = asset("Refuge", at(20, 20), location_visibility="hidden")
            add(session, cafe, hidden)
        with process_on(address):
            yield run_command


def read(path):
    """The rows of a file, each a dictionary, its place as ``place``."""
    if path.suffix == ".geojson":
        told = json.loads(path.read_text("utf-8"))["features"]
        return [_feature(each) for each in told]
    if path.suffix == ".geojsonseq":
        return [_feature(json.loads(each)) for each in _texts(path)]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        places = [shapely.from_wkt(each.pop("wkt") or None) for each in rows]
        return [{**row, "place": each} for row, each in zip(rows, places, strict=True)]
    is_parquet = path.suffix == ".parquet"
    found = gpd.read_parquet(path) if is_parquet else _first(path)
    return found.rename(columns={"geometry": "place"}).to_dict("records")


def _first(path):
    """The first layer: in a GeoPackage, before that of styles."""
    return gpd.read_file(path, layer=pyogrio.list_layers(path)[0][0])


def _texts(path):
    return path.read_text("utf-8").split("\x1e")[1:]


def _feature(told):
    place = told["geometry"] and shapely.geometry.shape(told["geometry"])
    return {**told["properties"], "place": place}


@pytest.mark.parametrize("form", FORMS)
def test_a_set_comes_whole_in_every_form(shown, form, tmp_path):
    to = tmp_path / f"a.{form}"
    found = shown("export", "wards", "-o", to, "--crs", "EPSG:27700")
    assert (found.code, found.out) == (0, "")
    assert found.said.endswith("a." + form + ": 4 features Contains wards.")
    assert [each.name for each in tmp_path.iterdir()] == [to.name]
    rows = {each["code"]: each for each in read(to)}
    assert set(rows) == set(SQUARES)
    for code, row in rows.items():
        assert row["name"] == f"Place {code}"
        assert shapely.hausdorff_distance(row["place"], SQUARES[code]) < 0.011


@pytest.mark.parametrize("form", FORMS)
def test_of_assets_only_what_is_shown_is_written(shown, form, tmp_path):
    to = tmp_path / f"a.{form}"
    assert shown("export", "assets", "-o", to).code == 0
    places = {each["name"]: each["place"] for each in read(to)}
    assert {"Hall", "Cafe"} <= set(places)
    assert not places.get("Refuge")
    true_place = gpd.GeoSeries([at(130, 130)], crs=27700).to_crs(4326)[0]
    assert places["Cafe"].distance(true_place) > 0.001


def test_no_single_drawing_is_written(shown, tmp_path):
    to = tmp_path / "drawn.geojson"
    assert shown("export", "neighbourhoods", "-o", to).code == 0
    rows = read(to)
    assert {each["neighbourhood"] for each in rows} == {"middle", "quiet"}
    assert [each["place"] for each in rows if each["neighbourhood"] == "quiet"] == [
        None
    ]


def test_whose_data_it_is_stands_in_the_file(shown, tmp_path):
    for form in ("parquet", "gpkg", "geojson"):
        assert shown("export", "wards", "-o", tmp_path / f"a.{form}").code == 0
    told = pq.read_schema(tmp_path / "a.parquet").metadata
    assert told[b"attribution"] == b"Contains wards."
    info = pyogrio.read_info(
        tmp_path / "a.gpkg", layer=pyogrio.list_layers(tmp_path / "a.gpkg")[0][0]
    )
    assert info["layer_metadata"]["attribution"] == "Contains wards."
    body = json.loads((tmp_path / "a.geojson").read_text())
    assert body["attribution"] == ["Contains wards."]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (["--filter", "code LIKE 'N%'"], {"NE", "NW"}),
        (["--limit", "1"], {"E"}),
        (["--bbox", "383010,398010,383020,398020", "--bbox-crs", "epsg:27700"], {"W"}),
        (["--as-at", "2024-01-01"], set(SQUARES)),
    ],
)
def test_what_is_asked_for_is_written(shown, asked, codes, tmp_path):
    to = tmp_path / "a.CSV"
    found = shown("export", "wards", "-o", to, *asked)
    assert found.code == 0
    with to.open(encoding="utf-8", newline="") as file:
        assert {each["code"] for each in csv.DictReader(file)} == codes
    assert f": {len(codes)} feature" in found.said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ward", "-o", "a.csv"], "'ward': did you mean wards or old-wards?"),
        (["zzz", "-o", "a.csv"], "'zzz': there are blocks, "),
        (["wards", "-o", "a.shp"], "a.shp does not end in one of .geojson, "),
        (["wards", "-o", "a"], "a does not end in one of .geojson, "),
        (["wards", "-o", "none/a.csv"], "there is no folder none"),
        (["wards", "-o", "a.csv", "--crs", "EPSG:1"], "--crs='EPSG:1': is not one of"),
        (["wards", "-o", "a.csv", "--bbox", "1,2"], "is not four (or six) numbers"),
        (["wards", "-o", "a.csv", "--filter", "nix = 1"], "nix"),
        (["old-wards", "-o", "a.csv", "--as-at", "2024-01-01"], "does not hold on"),
        (["wards"], "Missing option"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_written(
    shown, words, said, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    found = shown("export", *words)
    assert (found.code, found.out) == (2, "")
    assert said in found.said
    assert list(tmp_path.iterdir()) == []


def test_what_has_no_place_is_a_table(shown, tmp_path):
    to = tmp_path / "a.gpkg"
    assert shown("export", "organisations", "-o", to).code == 0
    assert pyogrio.read_info(to)["geometry_type"] is None


@contextmanager
def no_room():
    """No file can grow past a few bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_was_there_is_kept_where_there_is_no_room(shown, form, tmp_path):
    to = tmp_path / f"a.{form}"
    to.write_text("before")
    with no_room():
        found = shown("export", "wards", "-o", to)
    assert (found.code, found.out) == (2, "")
    assert f"a.{form} cannot be written: " in found.said
    assert len(found.said) < 300
    assert to.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == [to.name]


def test_a_folder_is_not_overwritten(shown, tmp_path):
    (tmp_path / "a.csv").mkdir()
    found = shown("export", "wards", "-o", tmp_path / "a.csv")
    assert found.code == 2
    assert "a.csv cannot be written: Is a directory" in found.said
