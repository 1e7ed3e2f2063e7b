"""Loading files on the command line: exit codes, row reports, nothing by halves."""

import csv
import json

import pytest

from assetmap.db.engine import make_engine, session_scope
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.neighbourhoods.model import Neighbourhood
from tests.boundaries.map_files import frame, geopackage, old_geojson
from tests.cli.conftest import POSTCODES, SET
from tests.databases import fresh_database, process_on
from tests.sources.sheet_files import xlsx
from tests.toy_town import SQUARES, box

pytestmark = pytest.mark.long

SOURCE = """
name = "wards"
kind = "ward"
title = "Wards of Toy town"
valid_from = 2020-01-01
publisher = "Toy town"
licence = "OGL-3.0"
attribution = "Contains wards."
series = "wards"
[file]
code = "WD25CD"
name = "WD25NM"
"""


def sets(run):
    found = json.loads(run("doctor", "--json").out)["findings"]
    return next(each["detail"] for each in found if each["what"] == "boundary sets")


def test_boundaries_are_loaded_and_loading_them_again_changes_nothing(run, tmp_path):
    path = geopackage(tmp_path)
    first = run("load", "boundaries", path, *SET)
    assert (first.code, first.out) == (0, "")
    assert "wards: 4 boundaries loaded" in first.err
    again = run("load", "boundaries", path, *SET)
    assert again.code == 0
    assert "the same file is loaded already; nothing changed" in again.err


def test_old_geojson_is_loaded_too(run, tmp_path):
    assert run("load", "boundaries", old_geojson(tmp_path), *SET).code == 0
    assert sets(run) == "wards"


def test_a_source_toml_says_what_a_set_is(run, tmp_path, write):
    source = write("source.toml", SOURCE)
    path = geopackage(tmp_path)
    assert run("load", "boundaries", path, "--source", source).code == 0
    assert sets(run) == "wards"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "is not TOML"),
        ('name = "wards"', "lacks title, publisher, licence, attribution"),
        (SOURCE.replace("2020-01-01", '"soon"'), "is not a date"),
        (SOURCE.replace("valid_from", "from"), "Give --valid-from, or --source"),
        (SOURCE.replace('"ward"', '"county"'), "is not one of lad, ward"),
    ],
)
def test_a_source_toml_with_something_wrong_says_what(run, tmp_path, write, text, said):
    path = geopackage(tmp_path)
    found = run("load", "boundaries", path, "--source", write("source.toml", text))
    assert found.code == 2
    assert said in found.said


def test_refused_features_are_listed_written_and_exit_1(run, tmp_path):
    shapes = SQUARES | {"": box(300, 0, 400, 100)}
    frame(shapes).to_file(tmp_path / "w.gpkg")
    report = tmp_path / "report.csv"
    found = run("load", "boundaries", tmp_path / "w.gpkg", *SET, "--report", report)
    assert found.code == 1
    assert "w.gpkg:5: WD25CD '': is empty (refused)" in found.out
    rows = list(csv.DictReader(report.read_text(encoding="utf-8").splitlines()))
    assert [(row["line"], row["column"], row["reason"]) for row in rows] == [
        ("5", "WD25CD", "is empty")
    ]


def test_no_csv_that_leaves_holds_a_formula(run, tmp_path):
    shapes = {"=W": SQUARES["W"], "@E": box(190, 0, 300, 100), "-1+X": SQUARES["E"]}
    frame(shapes | {"": box(300, 0, 400, 100)}).to_file(tmp_path / "w.gpkg")
    refused, quality = tmp_path / "refused.csv", tmp_path / "quality.csv"
    run("load", "boundaries", tmp_path / "w.gpkg", *SET, "--report", refused)
    run("quality", "wards", "-o", quality)
    places = tmp_path / "places.csv"
    places.write_text("easting,northing\n383050,398050\n383150,398050\n")
    found = run("lookup", places)
    assert "'=W" in found.out
    cells = [
        cell
        for text in (refused.read_text("utf-8"), quality.read_text("utf-8"), found.out)
        for row in csv.reader(text.splitlines())
        for cell in row
    ]
    assert any("@E" in cell for cell in cells)
    assert not [each for each in cells if each.startswith(("=W", "@E", "-1+X"))]


def test_a_set_that_cannot_be_used_leaves_nothing_behind(run, tmp_path):
    frame({"": SQUARES["W"]}).to_file(tmp_path / "w.gpkg")
    found = run("load", "boundaries", tmp_path / "w.gpkg", *SET)
    assert found.code == 2
    assert "Bad boundary set" in found.said
    assert sets(run) == "none is loaded."


def test_a_release_that_fails_leaves_the_old_one_serving(run, tmp_path):
    run("load", "boundaries", geopackage(tmp_path), *SET)
    frame({"": SQUARES["W"]}).to_file(tmp_path / "new.gpkg")
    assert run("load", "boundaries", tmp_path / "new.gpkg", *SET).code == 2
    assert sets(run) == "wards"


def test_two_sets_of_a_series_on_one_day_are_refused_with_the_way_out(
    run, tmp_path, write
):
    path = geopackage(tmp_path)
    run("load", "boundaries", path, "--source", write("a.toml", SOURCE))
    newer = SOURCE.replace('name = "wards"', 'name = "wards-2024"', 1)
    newer = newer.replace("2020-01-01", "2024-05-02")
    found = run("load", "boundaries", path, "--source", write("b.toml", newer))
    assert found.code == 2
    assert "Load 'wards' again with valid_to 2024-05-02 first" in found.said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "ward"), "Give --valid-from, or --source"),
        ((*SET, "--code", "gss"), "has no column 'gss'; it has WD25CD, WD25NM"),
        ((*SET, "--layer", "x"), "has no layer 'x'; it has wards"),
        ((*SET, "--crs", "EPSG:99999"), "'EPSG:99999' is no coordinate system"),
        (("--set", "A B", "--valid-from", "2020-01-01"), "joined by hyphens"),
        ((*SET, "--valid-to", "2019-01-01"), "is not after valid_from"),
        (("--set", "w", "--valid-from", "soon"), "does not match the format"),
    ],
)
def test_wrong_use_says_what_is_wrong_and_exits_2(run, tmp_path, words, said):
    found = run("load", "boundaries", geopackage(tmp_path), *words)
    assert found.code == 2
    assert said in found.said


@pytest.mark.parametrize("what", ["boundaries", "postcodes", "counts", "assets"])
def test_a_file_that_is_not_there_is_told(blocks, tmp_path, what):
    more = {"boundaries": SET, "counts": ("--blocks", "wards")}.get(what, ())
    found = blocks("load", what, tmp_path / "none.csv", *more)
    assert found.code == 2
    assert "none.csv" in found.said


@pytest.mark.parametrize("what", ["postcodes", "counts", "assets"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "column"),
        (
            "postcode,easting,northing,code,count,name,category\nCaf\u00e9,1,1,1,1,1,1\n".encode(
                "latin-1"
            ),
            "UTF-8",
        ),
        ("", "bad.csv: is empty: it holds no rows"),
        (
            "postcode,easting,northing,code,count,name,category\n",
            "bad.csv: holds no rows below its header on line 1",
        ),
        (b"PK\x03\x04", "bad.csv"),
    ],
    ids=["header", "latin-1", "empty", "header only", "spreadsheet"],
)
def test_a_csv_that_cannot_be_read_is_told_and_nothing_is_loaded(
    run, tmp_path, write, what, content, said
):
    run("load", "boundaries", geopackage(tmp_path), *SET)
    run("load", "postcodes", write("p.csv", POSTCODES))
    more = ("--blocks", "wards") if what == "counts" else ()
    found = run("load", what, write("bad.csv", content), *more)
    assert found.code == 2
    assert said in found.said


ASSETS = "name,category,postcode\nHall,place.village_hall,M1 1AA\n"


def test_assets_are_loaded_and_the_same_again_change_nothing(blocks, write):
    path = write("a.csv", ASSETS)
    assert "1 assets added" in blocks("load", "assets", path).err
    assert "0 assets added, 0 changed, 1 as they were" in (
        blocks("load", "assets", path).err
    )


def test_assets_are_loaded_from_the_sheet_of_a_spreadsheet(blocks, tmp_path):
    old, new = ([each.split(",") for each in ASSETS.splitlines()] for _ in range(2))
    new[1][0] = "Green"
    path = xlsx(tmp_path / "a.xlsx", {"Notes": [["Read me"]], "Old": old, "New": new})
    found = blocks("load", "assets", path)
    assert found.code == 2
    assert "Name one with --sheet: Old, New" in found.said
    assert "1 assets added" in blocks("load", "assets", path, "--sheet", "new").err


def test_an_asset_that_cannot_be_used_is_listed_with_its_line(blocks, write):
    found = blocks("load", "assets", write("a.csv", ASSETS + "Pub,volcano,M1 1AA\n"))
    assert found.code == 1
    assert "a.csv:3: category 'volcano'" in found.out


def test_a_column_of_assets_that_is_not_read_is_told_once(blocks, write):
    text = (
        "name,category,lon,lat,Ward no\n"
        "Hall,place.village_hall,-2.25,53.47,1\nPark,place.park,-2.26,53.47,2\n"
    )
    found = blocks("load", "assets", write("a.csv", text))
    assert found.code == 0
    assert found.out == (
        "a.csv:2: Ward no '': is not a column that is read: ignored (noted)\n"
    )


@pytest.fixture
def middle(run, command_url):
    with session_scope(make_engine(command_url, 1, 0)) as session:
        neighbourhood_store.add_neighbourhood(
            session, Neighbourhood("middle", "Middle", is_simulated=True)
        )
    make_engine(command_url, 1, 0).dispose()
    return run


def test_sketches_are_loaded_and_those_refused_listed(middle, tmp_path):
    shapes = {str(x): box(x, 0, 100, 100) for x in range(5)} | {"away": None}
    frame(shapes).to_file(tmp_path / "s.gpkg")
    found = middle("load", "sketches", tmp_path / "s.gpkg", "--neighbourhood", "middle")
    assert found.code == 1
    assert "middle: 5 sketches" in found.out
    assert "s.gpkg:6: geometry" in found.out


def test_sketches_with_latitude_first_are_told_and_can_be_swapped(middle, tmp_path):
    turned = frame({str(x): box(x, 0, 100, 100) for x in range(5)}, epsg=4326)
    turned["geometry"] = turned.geometry.map(
        lambda each: type(each)([(y, x) for x, y in each.exterior.coords])
    )
    turned.to_file(tmp_path / "s.gpkg")
    words = ("load", "sketches", tmp_path / "s.gpkg", "--neighbourhood", "middle")
    assert "load it with --swap-axes" in middle(*words).said
    assert "middle: 5 sketches" in middle(*words, "--swap-axes").out


def test_sketches_of_an_unknown_neighbourhood_are_refused(run, tmp_path):
    path = geopackage(tmp_path)
    found = run("load", "sketches", path, "--neighbourhood", "nowhere")
    assert found.code == 2
    assert "'nowhere'" in found.said


def test_a_database_that_is_not_migrated_is_told(server_url, run, write):
    bare = fresh_database(server_url, "unmigrated", is_migrated=False)
    with bare as address, process_on(address):
        found = run("load", "postcodes", write("p.csv", POSTCODES))
    assert found.code == 2
    assert "assetmap db migrate" in found.said
