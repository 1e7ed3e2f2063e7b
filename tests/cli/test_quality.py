"""``assetmap quality``: what is wrong with a set, as a person reads and exports it."""

import csv
import json

import geopandas
import pytest

from tests.boundaries.map_files import frame
from tests.cli.conftest import SET
from tests.toy_town import SQUARES, box

HOLE = box(90, 90, 110, 110)
"""Cut out of the corners where the four squares meet."""

FAULTY = {code: shape - HOLE for code, shape in SQUARES.items()} | {
    "X": box(190, 0, 300, 100)
}


@pytest.fixture
def faulty(run, tmp_path):
    """A set with a gap of 400 m² and an overlap of 1,000 m²."""
    path = tmp_path / "faulty.gpkg"
    frame(FAULTY).to_file(path)
    done = run("load", "boundaries", path, *SET)
    assert done.code == 0
    return done


def test_a_load_says_in_short_what_is_wrong_and_where_to_read_of_it(faulty):
    assert "pairs that overlap: 1, over a sliver: 1; 1,000 m²" in faulty.said
    assert "gaps: 1; 400 m²" in faulty.said
    assert "1 overlap, 1 gap" in faulty.said
    assert "assetmap quality wards says where" in faulty.said


def test_the_table_names_who_shares_what_and_where(run, faulty):
    told = run("quality", "wards")
    assert told.code == 0
    lines = [" ".join(each.split()) for each in told.out.splitlines()]
    assert "Not a coverage" in lines
    assert "E and X share 1,000.000 m² at 383195, 398050" in lines
    [gap] = [each for each in lines if each.startswith("400.000 m²")]
    assert gap.startswith("400.000 m² between E, NE, NW, W at 383100, 398")


def test_it_says_who_loaded_the_set_and_when(run, tmp_path):
    path = tmp_path / "w.gpkg"
    frame(SQUARES).to_file(path)
    assert run("load", "boundaries", path, *SET, "--loaded-by", "Ada").code == 0
    told = run("quality", "wards")
    assert told.out.splitlines()[-1].startswith("Loaded 2")
    assert told.out.splitlines()[-1].endswith(" by Ada")
    assert json.loads(run("quality", "wards", "--json").out)["loaded_by"] == "Ada"


def test_the_json_holds_all_of_it(run, faulty):
    body = json.loads(run("quality", "wards", "--json").out)
    assert body["summary"]["gaps_m2"] == pytest.approx(400)
    found = {each["reason"]: each["codes"] for each in body["discrepancies"]}
    assert found == {"overlap": ["E", "X"], "gap": ["E", "NE", "NW", "W"]}


@pytest.mark.parametrize("name", ["q.gpkg", "q.geojson"])
def test_the_report_can_be_exported_as_a_layer(run, faulty, tmp_path, name):
    done = run("quality", "wards", "-o", tmp_path / name)
    assert done.code == 0
    assert done.out == ""
    assert "2 discrepancies" in done.said
    layer = geopandas.read_file(tmp_path / name).to_crs(27700).set_index("reason")
    assert layer.loc["overlap"].geometry.area == pytest.approx(1_000, rel=1e-3)
    assert layer.loc["gap"].geometry.area == pytest.approx(400, rel=1e-3)
    assert layer.loc["gap"].area_m2 == pytest.approx(400)


def test_the_report_can_be_exported_as_csv_of_some_reasons(run, faulty, tmp_path):
    path = tmp_path / "q.csv"
    assert run("quality", "wards", "--reason", "gap", "-o", path).code == 0
    with path.open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["reason"], row["codes"]) == ("gap", "E NE NW W")
    assert float(row["easting"]) == pytest.approx(383_100)


def test_an_empty_report_makes_an_empty_layer(run, faulty, tmp_path):
    path = tmp_path / "none.gpkg"
    assert run("quality", "wards", "--reason", "invalid", "-o", path).code == 0
    assert len(geopandas.read_file(path)) == 0


def test_a_set_without_a_fault_says_so(run, tmp_path):
    frame().to_file(tmp_path / "w.gpkg")
    assert run("load", "boundaries", tmp_path / "w.gpkg", *SET).code == 0
    told = run("quality", "wards").out
    assert "A coverage: no gap, no overlap" in told
    assert "Nothing is wrong that is looked for" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none",), "No boundary set is called 'none'"),
        (("wards", "--reason", "wolf"), "is not one of"),
        (("wards", "-o", "q.shp"), "is not one of .gpkg, .geojson, .csv"),
        (("wards", "-o", "/nowhere/q.csv"), "there is no folder"),
    ],
)
def test_what_cannot_be_done_is_told_and_exits_2(run, faulty, words, said):
    done = run("quality", *words)
    assert done.code == 2
    assert said in done.said
