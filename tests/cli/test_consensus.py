"""``assetmap consensus``: a file of drawings, without a database."""

import csv
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely.affinity import translate
from typer.testing import CliRunner

from assetmap.publish.cli.main import app
from assetmap.settings import settings
from tests.cli.conftest import Ran

PROJECT = Path(__file__).parents[2]
EXAMPLE = PROJECT / "docs/examples/drawings.csv"
EAST, NORTH = 383_000, 398_000
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def ask(monkeypatch):
    """Runs the command where there is no database to be reached."""
    monkeypatch.setenv("ASSETMAP_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    getattr(settings, "cache_clear", lambda: None)()

    def run(*words):
        found = CliRunner().invoke(app, ["consensus", *map(str, words)])
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        return Ran(found)

    yield run
    monkeypatch.undo()
    getattr(settings, "cache_clear", lambda: None)()


def square(east=0.0, north=0.0, side=200.0):
    return translate(shapely.box(0, 0, side, side), EAST + east, NORTH + north)


def six(name="Mill Bank", step=10.0):
    """Six squares of 200 m, each some metres to the east of the one before."""
    return [(name, square(step * place)) for place in range(6)]


def framed(rows, crs=27700):
    names, shapes = zip(*rows, strict=True)
    return geopandas.GeoDataFrame({"name": names}, geometry=list(shapes), crs=crs)


def wkt(path, rows, head="name,wkt"):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head.split(","))
        writer.writerows(rows)
    return path


def written(path, frame):
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".csv":
        degrees = frame.to_crs(4326)
        rows = zip(degrees["name"], degrees.geometry.to_wkt(), strict=True)
        wkt(path, rows)
    elif path.suffix == ".kml":
        path.write_text(kml(frame.to_crs(4326)), encoding="utf-8")
    elif path.suffix == ".geojson":
        frame.to_crs(4326).to_file(path)
    else:
        frame.to_file(path)
    return path


def told(ask, *words):
    found = ask(*words, "--json")
    assert found.code in {0, 1}, found.said
    return json.loads(found.out)


def kml(frame):
    marks = [
        f"<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing>"
        f"<coordinates>{' '.join(f'{x},{y}' for x, y in shape.exterior.coords)}"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for name, shape in zip(frame["name"], frame.geometry, strict=True)
    ]
    head = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    return f"{head}{''.join(marks)}</Document></kml>"


ENDS = (".geojson", ".gpkg", ".csv", ".parquet", ".kml", ".fgb", ".shp")


@pytest.mark.parametrize("end", ENDS)
def test_a_file_of_any_kind_is_read(ask, tmp_path, end):
    path = written(tmp_path / f"drawn{end}", framed(six()))

    body = told(ask, path, "--by", "name", "--crs", "EPSG:27700", "--min", 5)

    assert body["rows"] == {
        "read": 6,
        "counted": 6,
        "repaired": 0,
        "refused": 0,
        "skipped": 0,
    }
    (found,) = body["names"]
    assert (found["name"], found["sketches"]) == ("Mill Bank", 6)
    statistics = found["statistics"]
    # Moved by OSTN15 and back by a plain shift: areas are the same to a few parts.
    assert statistics["mean"] == pytest.approx(200 * 200, rel=1e-3)
    assert statistics["union"] == pytest.approx(250 * 200, rel=1e-3)
    assert statistics["computed_by"] == "exact"


def test_in_its_own_system_areas_are_as_worked_by_hand(ask, tmp_path):
    path = written(tmp_path / "drawn.gpkg", framed(six()))

    (found,) = told(ask, path, "--by", "name", "--min", 5)["names"]

    statistics = found["statistics"]
    assert statistics["mean"] == pytest.approx(40_000)
    assert statistics["core"] == pytest.approx((250 - 4 * 20) * 200)  # five of six
    assert [step["p"] for step in statistics["curve"]] == pytest.approx(
        [each / 6 for each in range(1, 7)]
    )
    assert [step["amount"] for step in statistics["curve"]] == pytest.approx(
        [(250 - 20 * each) * 200 for each in range(6)]
    )


def test_without_a_column_all_are_one_place_called_as_the_file(ask, tmp_path):
    path = written(tmp_path / "our-streets.gpkg", framed(six()))

    (found,) = told(ask, path, "--min", 5)["names"]

    assert found["name"] == "our-streets"


def test_every_row_is_counted_refused_or_skipped(ask, tmp_path):
    bow = [(0, 0), (200, 150), (200, 0), (0, 150)]
    bow_tie = translate(shapely.Polygon(bow), EAST, NORTH)
    line = shapely.Polygon([(EAST, NORTH), (EAST + 9, NORTH), (EAST, NORTH)])
    England = shapely.box(100_000, 10_000, 650_000, 650_000)  # noqa: N806
    rows = [
        *six(),
        ("Mill Bank", bow_tie),
        ("Mill Bank", line),
        ("Mill Bank", England),
        ("", square()),
        ("Other", square()),
        ("Mill Bank", square()),
    ]
    path = wkt(
        tmp_path / "drawn.csv",
        [(name, f"SRID=27700;{shape.wkt}") for name, shape in rows]
        + [
            ("Mill Bank", "POLYGON ((1 2, 3"),
            ("Mill Bank", "SRID=27700;POINT (383000 398000)"),
            ("Mill Bank", ""),
        ],
    )
    report = tmp_path / "rows.csv"

    words = ("--by", "name", "--min", 5, "--skip", "Other", "--report", report)
    body = told(ask, path, *words)

    assert body["rows"] == {
        "read": 15,
        "counted": 8,
        "repaired": 1,
        "refused": 6,
        "skipped": 1,
    }
    with report.open(encoding="utf-8") as file:
        said = {int(row["line"]): row for row in csv.DictReader(file)}
    assert said[8]["outcome"] == "repaired"
    assert "mended, it covers 15000.0 m²" in said[8]["reason"]
    assert said[9]["reason"].startswith("holds no ground: 0.00 m²")
    assert {said[at]["column"] for at in (8, 9, 10, 13, 15)} == {"wkt"}
    assert said[15]["value"].startswith("POINT (")
    assert said[13]["value"] == said[13]["value"][:60] != ""
    assert (said[11]["column"], said[11]["value"]) == ("name", "")
    assert said[10]["reason"] == "holds 352,000 km²; 2,000 km² is the most"
    assert said[11]["reason"] == "has no name"
    assert "is the same drawing as in line 2" in said[13]["reason"]
    assert said[14]["reason"].startswith("cannot be read as a shape")
    assert said[15]["reason"] == "is a Point, not a polygon"
    assert said[16]["reason"] == "is missing"
    assert 12 not in said


def test_refused_rows_end_with_1_and_none_with_0(ask, tmp_path):
    good = written(tmp_path / "good.gpkg", framed(six()))
    bad = written(tmp_path / "bad.gpkg", framed([*six(), ("", square())]))

    assert ask(good, "--by", "name", "--min", 5).code == 0
    found = ask(bad, "--by", "name", "--min", 5)
    assert found.code == 1
    assert "7 rows read: 6 drawings counted, 0 of them repaired; 1 refused" in found.out
    assert "bad.gpkg:7: name '': has no name (refused)" in found.out


def test_a_million_vertices_are_refused_with_how_many_may_be(ask, tmp_path):
    turn = np.linspace(0, 2 * np.pi, 1_000_001)[:-1]
    ring = np.c_[EAST + 500 * np.cos(turn), NORTH + 500 * np.sin(turn)]
    rows = [*six(), ("Mill Bank", shapely.Polygon(ring))]
    path = written(tmp_path / "drawn.parquet", framed(rows))

    found = ask(path, "--by", "name", "--min", 5)

    assert found.code == 1
    assert "has 1,000,001 vertices; 100,000 is the most (refused)" in found.out


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (shapely.box(-170, -80, 170, 80), "km²; 2,000 km² is the most"),
        (
            shapely.box(20, 53, 20.01, 53.01),
            "lies where EPSG:32630 does not measure: too far off",
        ),
    ],
)
def test_a_drawing_of_the_world_or_far_off_is_refused_by_itself(
    ask, tmp_path, shape, said
):
    degrees = framed(six()).to_crs(4326)
    rows = [*zip(degrees["name"], degrees.geometry, strict=True), ("Mill Bank", shape)]
    path = written(tmp_path / "drawn.fgb", framed(rows, 4326))

    words = ("--by", "name", "--crs", "EPSG:32630", "--min", 5)
    found = ask(path, *words)

    assert found.code == 1
    assert said in found.out
    assert told(ask, path, *words)["rows"]["counted"] == 6


def test_a_polygon_traced_twice_is_the_ground_it_covers_once(ask, tmp_path):
    ring = shapely.get_coordinates(square())
    twice = shapely.Polygon([*ring[:-1], *ring])
    path = written(tmp_path / "drawn.parquet", framed([*six(), ("Mill Bank", twice)]))

    (found,) = told(ask, path, "--by", "name", "--min", 5)["names"]

    assert found["sketches"] == 7
    assert found["statistics"]["mean"] == pytest.approx(40_000)


def test_markup_in_a_name_is_a_name(ask, tmp_path):
    name = '<script>alert("x")</script>&co'
    path = written(tmp_path / "drawn.parquet", framed(six(name)))
    folder = tmp_path / "pictures"
    folder.mkdir()
    table = tmp_path / "names.csv"

    words = ("--by", "name", "--min", 5, "--pictures", folder, "-o", table)
    assert ask(path, *words).code == 0

    picture = folder / "001-script-alert-x-script-co.svg"
    text = picture.read_text(encoding="utf-8")
    assert "<script" not in text
    assert ElementTree.fromstring(text).find(f"{SVG}title").text == name  # noqa: S314
    assert picture.with_suffix(".png").stat().st_size > 1_000
    assert pd.read_csv(table)["name"].tolist() == [name]


def test_a_name_that_is_a_formula_is_none_in_a_table(ask, tmp_path):
    path = written(tmp_path / "drawn.parquet", framed(six("=1+1")))
    table = tmp_path / "names.csv"

    assert ask(path, "--by", "name", "--min", 5, "-o", table).code == 0

    assert pd.read_csv(table)["name"].tolist() == ["'=1+1"]


@pytest.mark.parametrize(
    ("crs", "said"),
    [
        ("EPSG:4326", "is not projected, and ground cannot be measured in degrees"),
        ("EPSG:3857", "2.82 times its true size"),
        ("EPSG:2263", "is in US survey foot, not in metres"),
        ("EPSG:32616", "its true size"),
        ("nonsense", "is no coordinate system that is known"),
    ],
)
def test_a_system_that_cannot_measure_is_refused_with_one_that_can(
    ask, tmp_path, crs, said
):
    path = written(tmp_path / "drawn.geojson", framed(six()))

    found = ask(path, "--by", "name", "--crs", crs)

    assert found.code == 2
    assert said in found.said
    hint = "EPSG:27700" if crs == "nonsense" else "EPSG:32630 (UTM zone 30N)"
    assert hint in found.said


def test_drawings_far_from_the_national_grid_need_a_system(ask, tmp_path):
    there = shapely.box(-87.7, 41.9, -87.69, 41.91)
    path = written(tmp_path / "drawn.fgb", framed([("Loop", there)] * 6, 4326))

    without = ask(path, "--by", "name", "--min", 5)
    assert without.code == 2
    assert "such as EPSG:32616 (UTM zone 16N)" in without.said
    south = written(
        tmp_path / "south.fgb", framed([("Sul", translate(there, 44, -65))] * 6, 4326)
    )
    assert "EPSG:32723 (UTM zone 23S)" in ask(south, "--by", "name").said

    words = ("--by", "name", "--min", 5, "--crs", "EPSG:32616")
    (found,) = told(ask, path, *words)["names"]
    assert found["statistics"]["mean"] == pytest.approx(923_000, rel=0.01)


def test_a_table_in_metres_must_say_of_which_system(ask, tmp_path):
    rows = [(name, shape.wkt) for name, shape in six()]
    path = wkt(tmp_path / "drawn.csv", rows)

    without = ask(path, "--by", "name")
    assert without.code == 2
    assert "name the true one with --file-crs" in without.said

    words = ("--by", "name", "--min", 5, "--file-crs", "EPSG:27700")
    (found,) = told(ask, path, *words)["names"]
    assert found["statistics"]["mean"] == pytest.approx(40_000)


def test_a_file_whose_coordinates_cannot_be_of_its_system_says_so(ask, tmp_path):
    path = written(tmp_path / "drawn.gpkg", framed(six(), 4326))

    found = ask(path, "--by", "name")

    assert found.code == 2
    assert "should be in EPSG:4326, but its coordinates are metres" in found.said
    assert "--file-crs" in found.said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--by", "nam"), "is no column of the file, which has name"),
        (("--by", "name", "--min", 4), "nothing is told from fewer than 5 drawings"),
        (("--by", "name", "--grid-m", 10), "is not from 25 to 10,000 m"),
        (("--by", "name", "--group", "nothing"), "is no column of the file"),
        (("--by", "name", "--breaks", "a"), "are not numbers and commas"),
        (("--by", "name", "--breaks", "nan"), "are not finite numbers"),
        (("--by", "name", "-o", "x.shp"), "is not one of .geojson, .gpkg"),
        (("--by", "name", "-o", "no/such/x.csv"), "there is no folder"),
        (("--by", "name", "--pictures", "no/such"), "there is no folder"),
        (("--by", "name", "--skip", "Mill Bank"), "no drawing that counts"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_written(
    ask, tmp_path, monkeypatch, words, said
):
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "drawn.gpkg", framed(six()))

    found = ask("drawn.gpkg", *words)

    assert (found.code, found.out) == (2, "")
    assert said in found.said
    assert [each.name for each in tmp_path.iterdir()] == ["drawn.gpkg"]


@pytest.mark.parametrize("text", ["", "name,wkt\n", "name,where\nMill,here\n"])
def test_a_table_without_shapes_is_refused(ask, tmp_path, text):
    path = tmp_path / "drawn.csv"
    path.write_text(text)

    assert ask(path, "--by", "name").code == 2


def test_a_table_in_two_systems_is_refused(ask, tmp_path):
    rows = [(name, f"SRID=27700;{shape.wkt}") for name, shape in six()]
    path = wkt(tmp_path / "d.csv", [*rows, ("M", "SRID=4326;POLYGON ((0 0,1 0,1 1))")])

    assert "different coordinate systems" in ask(path, "--by", "name").said


def test_a_table_may_hold_binary_in_a_column_of_any_name(ask, tmp_path):
    rows = [(name, shapely.to_wkb(shape, hex=True)) for name, shape in six()]
    path = wkt(tmp_path / "drawn.csv", rows, "name,outline")
    words = ("--by", "name", "--min", 5, "--file-crs", "EPSG:27700")

    assert told(ask, path, *words)["rows"]["counted"] == 6
    assert told(ask, path, *words, "--layer", "outline")["rows"]["counted"] == 6
    assert "has no column 'x'" in ask(path, *words, "--layer", "x").said


def test_names_are_merged_only_when_that_is_asked(ask, tmp_path):
    rows = [*six(), *six("MILL  BANK", 12.0)]
    path = written(tmp_path / "drawn.gpkg", framed(rows))

    apart = told(ask, path, "--by", "name", "--min", 5)
    assert [each["sketches"] for each in apart["names"]] == [6, 6]
    assert "--merge-names takes each for one" in apart["notes"][0]

    merged = told(ask, path, "--by", "name", "--min", 5, "--merge-names")
    assert [(each["name"], each["sketches"]) for each in merged["names"]] == [
        ("MILL  BANK", 12)
    ]
    (only,) = merged["notes"]
    assert "fewer than 5 drawings" in only


def test_each_group_big_enough_has_a_consensus_of_its_own(ask):
    words = (EXAMPLE, "--by", "name", "--group", "years_lived")

    body = told(ask, *words, "--breaks", "10")
    wharf = body["names"][2]
    assert [(each["label"], each["sketches"]) for each in wharf["groups"]] == [
        ("under 10", 10),
        ("10 or over", 15),
    ]
    assert wharf["groups"][0]["share_of_sketches"] == pytest.approx(10 / 25)
    many = ask(*words)
    assert many.code == 2
    assert "part them with --breaks" in many.said


def test_what_is_written_holds_levels_numbers_and_rows(ask, tmp_path):
    geojson, gpkg = tmp_path / "agreed.geojson", tmp_path / "agreed.gpkg"
    table, numbers = tmp_path / "agreed.csv", tmp_path / "agreed.json"
    for each in (geojson, gpkg, table, numbers):
        assert ask(EXAMPLE, "--by", "name", "-o", each).code == 1

    body = json.loads(geojson.read_text())
    assert body["consensus"] == json.loads(numbers.read_text())
    of = [(it["properties"]["name"], it["properties"]["of"]) for it in body["features"]]
    assert of.count(("Mill Bank", "all")) == 3
    assert of.count(("The Wharf", "definition")) == 6
    levels = geopandas.read_file(gpkg, layer="levels")
    assert len(levels) == len(of)
    assert levels.crs.to_epsg() == 27700
    assert (shapely.get_coordinates(levels.geometry) % 25 == 0).all()
    assert levels.geometry.area.to_numpy() == pytest.approx(levels["area_m2"])
    layers = {name for name, _ in pyogrio.list_layers(gpkg)}
    assert layers == {"levels", "names", "curves", "rows"}
    rows = pyogrio.read_dataframe(gpkg, layer="rows")
    assert sorted(rows["line"]) == [7, 19, 42, 54]
    csv_rows = pd.read_csv(table)
    assert csv_rows["name"].tolist() == ["Mill Bank", "Northside", "The Wharf"]
    assert csv_rows["shares_of_sketches"].tolist()[2] == "0.600 0.360"
    assert not list(tmp_path.glob(".part-*"))


def test_no_name_with_drawings_enough_is_an_answer(ask, tmp_path):
    path = written(tmp_path / "drawn.gpkg", framed(six()))
    for end in ("geojson", "gpkg", "csv", "json"):
        to = tmp_path / f"none.{end}"
        found = ask(path, "--by", "name", "-o", to)
        assert found.code == 0
        assert "1 names, 0 of them with at least 20 drawings" in found.out
        assert to.exists()


def test_the_same_file_gives_the_same_bytes_in_whatever_order_it_is(ask, tmp_path):
    with EXAMPLE.open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    shuffled = wkt(tmp_path / "drawings.csv", rows[::-1], ",".join(head))

    one = told(ask, EXAMPLE, "--by", "name")["names"]
    other = told(ask, shuffled, "--by", "name")["names"]

    assert re.sub(r"\d+\.\d{6,}", _short, json.dumps(one)) == re.sub(
        r"\d+\.\d{6,}", _short, json.dumps(other)
    )


def _short(number):
    return f"{float(number[0]):.4g}"


def test_the_pictures_of_the_docs_are_those_of_the_example(ask, tmp_path):
    assert ask(EXAMPLE, "--by", "name", "--pictures", tmp_path).code == 1

    for made, shown in (
        ("001-mill-bank", "agreed"),
        ("002-northside", "vague"),
        ("003-the-wharf", "rivals"),
    ):
        page = PROJECT / f"docs/how-to/consensus-{shown}.svg"
        assert (tmp_path / f"{made}.svg").read_text() == page.read_text()


def test_a_slug_is_asked_of_the_database(town):
    found = town("consensus", "middle")
    assert found.code == 0
    body = json.loads(found.out)
    assert body["statistics"]["sketches"] >= 5
    assert town("consensus", "nowhere").code == 2
